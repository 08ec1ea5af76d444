using System.Net.Sockets;

namespace Liveness;

/// <summary>Over a stream that shows its bytes none of them is taken out.</summary>
internal sealed class PeekedFirstBytes(IPeekable stream, Socket? socket) : FirstBytesSource
{
    private readonly byte[] _seen = new byte[FirstBytes.Needed];
    private int _known;

    public override object Claimed => stream;

    public override bool MayHoldMore => HasUnread(socket);

    public override async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        int seen = await stream.PeekAsync(_seen, _known + 1, cancellationToken).ConfigureAwait(false);
        int count = Math.Clamp(seen - _known, 0, buffer.Length);
        _seen.AsMemory(_known, count).CopyTo(buffer);
        return count;
    }

    /// <summary>Only a wait can tell: one that is not waited for.</summary>
    public override async ValueTask<int?> LookAsync(Memory<byte> buffer)
    {
        using CancellationTokenSource once = new();
        ValueTask<int> look = ReceiveAsync(buffer, once.Token);
        if (!look.IsCompleted)
        {
            await once.CancelAsync().ConfigureAwait(false);
        }

        try
        {
            return await look.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (once.IsCancellationRequested)
        {
            return null;
        }
    }

    public override void Keep(ReadOnlySpan<byte> bytes) => _known += bytes.Length;
}
