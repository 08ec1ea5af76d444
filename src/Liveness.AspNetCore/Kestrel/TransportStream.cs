using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;

namespace Liveness.AspNetCore;

/// <summary>
/// Kestrel's transport as the stream that a heartbeat goes over. Disposing it does nothing: the pipes belong to Kestrel, which closes them.
/// </summary>
internal sealed class TransportStream(IDuplexPipe transport) : ForwardOnlyStream, IPeekable
{
    private readonly PipeReader _input = transport.Input;
    private readonly PipeWriter _output = transport.Output;

    /// <summary>Taken out of the pipe by a peek, and not read yet. Of whoever peeks or reads, one at a time.</summary>
    private ReadOnlyMemory<byte> _held;

    /// <summary>The transport itself no longer has all that has come: the rest is read here.</summary>
    public bool HoldsBytes => !_held.IsEmpty;

    /// <summary>Called before a read fails because this end has aborted the connection: that is an end of our own, and no loss.</summary>
    public Action? LocallyAborted { get; set; }

    /// <summary>The application has failed, and Kestrel closes the connection.</summary>
    public bool IsEndedByApplication { get; set; }

    /// <summary>This end has aborted the connection.</summary>
    public bool WasAborted { get; private set; }

    public override bool CanWrite => true;

    /// <inheritdoc/>
    public async ValueTask<int> PeekAsync(Memory<byte> buffer, int atLeast, CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult result = await _input.ReadAsync(cancellationToken).ConfigureAwait(false);
            ReadOnlySequence<byte> bytes = result.Buffer;
            _held.CopyTo(buffer);
            int fresh = (int)Math.Min(bytes.Length, buffer.Length - _held.Length);
            bytes.Slice(0, fresh).CopyTo(buffer.Span[_held.Length..]);
            int count = _held.Length + fresh;
            if (count >= atLeast || result.IsCompleted)
            {
                _input.AdvanceTo(bytes.Start);
                return count;
            }

            // A pipe shows what was looked at to its end only together with more. The application may have to answer that much, so it
            // can't stay there.
            _held = buffer[..count].ToArray();
            _input.AdvanceTo(bytes.End);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (HoldsBytes)
        {
            int held = Math.Min(_held.Length, buffer.Length);
            _held[..held].CopyTo(buffer);
            _held = _held[held..];
            return held;
        }

        try
        {
            while (true)
            {
                ReadResult result = await _input.ReadAsync(cancellationToken).ConfigureAwait(false);
                ReadOnlySequence<byte> bytes = result.Buffer;
                if (bytes.IsEmpty && !result.IsCompleted)
                {
                    // Somebody has cancelled a read, which was not ours: we do so by the token.
                    _input.AdvanceTo(bytes.Start);
                    continue;
                }

                int count = (int)Math.Min(bytes.Length, buffer.Length);
                ReadOnlySequence<byte> taken = bytes.Slice(0, count);
                taken.CopyTo(buffer.Span);
                _input.AdvanceTo(taken.End);
                return count;
            }
        }
        catch (Exception failure) when (failure is ConnectionAbortedException || failure.InnerException is ConnectionAbortedException)
        {
            // Above TLS it comes in the dress of an IOException.
            WasAborted = true;
            LocallyAborted?.Invoke();
            throw;
        }
    }

    /// <exception cref="IOException">The transport takes no more.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        Check(await _output.WriteAsync(buffer, cancellationToken).ConfigureAwait(false));

    /// <summary>A write has flushed already.</summary>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer, offset, count, CancellationToken.None).GetAwaiter().GetResult();

    public override void Write(byte[] buffer, int offset, int count) =>
        WriteAsync(buffer, offset, count, CancellationToken.None).GetAwaiter().GetResult();

    private static void Check(FlushResult result)
    {
        if (result.IsCompleted)
        {
            throw new IOException("The transport is closed and takes no more bytes.");
        }
    }
}
