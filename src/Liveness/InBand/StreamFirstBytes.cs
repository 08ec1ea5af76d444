using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Net.Sockets;

namespace Liveness;

/// <summary>Over any other stream the first bytes are read, and replayed.</summary>
/// <remarks>A stream may not heed the cancellation of a read, or lose bytes by it. So a read that a silent peer leaves under way is not
/// cancelled: the first read of the application takes it over.</remarks>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "A token source without a timer holds nothing to release, and a read that has its token may outlive this.")]
internal sealed class StreamFirstBytes(Stream stream, Socket? socket, WorkQueue queue) : FirstBytesSource
{
    private readonly byte[] _taken = new byte[FirstBytes.Needed];
    private readonly CancellationTokenSource _left = new();
    private int _known;

    /// <summary>Into the memory behind what is known; null = none is under way.</summary>
    private Task<int>? _pending;

    public override object Claimed => (object?)Transport.SocketBeneath(stream) ?? stream;

    public override ReadOnlyMemory<byte> Taken => _taken.AsMemory(0, _known);

    public override bool? MayHoldMore => HasUnread(socket);

    public override async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        _pending ??= Begin();
        await _pending.WaitAsync(cancellationToken).ConfigureAwait(false);
        return TakeOver(buffer);
    }

    public override ValueTask<int?> LookAsync(Memory<byte> buffer) =>
        new(_pending is { IsCompleted: true } ? TakeOver(buffer) : null);

    /// <summary>They are.</summary>
    public override void Keep(ReadOnlySpan<byte> bytes)
    {
    }

    public override async Task LeaveAsync(TimeProvider timeProvider)
    {
        if (_pending is { } pending)
        {
            // By its own token, and nobody else has it.
            await _left.CancelAsync().ConfigureAwait(false);
            await ForeignCode.WaitAsync(pending, HeartbeatDefaults.CloseTimeout, timeProvider).ConfigureAwait(false);
        }
    }

    public override Stream Rest(Stream inner) =>
        _pending is null ? base.Rest(inner) : new ReplayStream(inner, Taken, new PendingBytes(_pending, _taken.AsMemory(_known)));

    private int TakeOver(Memory<byte> buffer)
    {
        int count = _pending!.GetAwaiter().GetResult();
        _pending = null;
        _taken.AsMemory(_known, count).CopyTo(buffer);
        _known += count;
        return count;
    }

    /// <summary>The reads of TLS never block whoever begins them; those of a stream that we don't know may. It may last as long as the
    /// connection.</summary>
    private Task<int> Begin()
    {
        Task<int> read;
        if (stream.GetType() == typeof(SslStream))
        {
            read = (Task<int>)Detached.Run(static source => source.ReadAsync(), this);
        }
        else
        {
            TaskCompletionSource<Task<int>> begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
            queue.PostForeign(ForeignLane.Calls, new QueuedAction(() => begun.SetResult(ReadAsync())));
            read = begun.Task.Unwrap();
        }

        // Perhaps nobody waits for it any more when it fails.
        _ = read.ContinueWith(
            static failed => failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return read;
    }

    private async Task<int> ReadAsync() => await stream.ReadAsync(_taken.AsMemory(_known), _left.Token).ConfigureAwait(false);
}
