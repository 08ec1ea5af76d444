using Liveness.Testing;

namespace Liveness.Tests.InBand;

/// <summary>One end of a link as if it were a socket: it never blocks, so the scheduler's thread writes on it, too; it is waited for
/// without a buffer, takes and gives
/// what there is, and can be closed by halves.</summary>
/// <param name="end">Of an <see cref="InMemoryLink"/>.</param>
/// <param name="random">Makes it do less at once than it could; null = as much as there is room for.</param>
internal sealed class SocketLikeTransport(Stream end, Random? random = null) : Transport
{
    private readonly InMemoryStream _end = (InMemoryStream)end;

    public override bool NeverBlocks => true;

    public override bool IsTrulyAsynchronous => true;

    public override bool WaitsWithoutBuffer => true;

    public override bool ReceivesWithoutWaiting => true;

    /// <summary>To look, that is: nothing of it blocks a test.</summary>
    public override bool CanBlock => true;

    public override bool LeavesOpen => false;

    public override ITransportWitness Witness => NullTransportWitness.Instance;

    public override bool TryReceive(Memory<byte> buffer, Memory<byte> next, out int count)
    {
        count = 0;
        if (random?.Next(4) == 0 || !_end.TryReceiveNow(Some(buffer.Span), out count))
        {
            return false;
        }

        if (count == buffer.Length && !next.IsEmpty && _end.TryReceiveNow(Some(next.Span), out int more))
        {
            count += more;
        }

        return true;
    }

    public override int MostParts => GatheredCalls.MostParts;

    /// <summary>The most parts that one receive has put anything into.</summary>
    public int MostPartsReceived { get; private set; }

    public override bool TryReceiveParts(List<ArraySegment<byte>> parts, out int count)
    {
        bool received = TryReceive(parts[0], default, out count);
        int used = 1;
        for (int all = parts[0].Count; received && used < parts.Count && count == all; all += parts[used++].Count)
        {
            if (!_end.TryReceiveNow(Some(parts[used].AsSpan()), out int more) || more == 0)
            {
                break;
            }

            count += more;
        }

        MostPartsReceived = Math.Max(MostPartsReceived, used);
        return received;
    }

    public override bool WaitForBytes(TimeSpan most)
    {
        try
        {
            return _end.TryReceiveNow([], out _);
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            return true;
        }
    }

    public override ValueTask<int> WaitForBytesAsync(CancellationToken cancellationToken) => _end.ReadAsync(Memory<byte>.Empty, cancellationToken);

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken) => _end.ReadAsync(buffer, cancellationToken);

    public override int TrySend(ReadOnlySpan<byte> bytes) => _end.SendNow(bytes[..Some(bytes.Length)]);

    public override int TrySend(List<ArraySegment<byte>> parts)
    {
        int sent = 0;
        foreach (ArraySegment<byte> part in parts)
        {
            int taken = TrySend(part.AsSpan());
            sent += taken;
            if (taken < part.Count)
            {
                break;
            }
        }

        return sent;
    }

    public override ValueTask SendAsync(ReadOnlyMemory<byte> bytes) => _end.WriteAsync(bytes, CancellationToken.None);

    /// <summary>As on a system whose resets destroy what has arrived.</summary>
    public bool Overtakes { get; init; }

    /// <summary>How it ended, step by step: FIN, RST.</summary>
    public List<string> Ends { get; } = [];

    public override bool ResetOvertakes => Overtakes;

    /// <summary>It hears nothing of the peer's end.</summary>
    public bool IsCutOff { get; set; }

    /// <summary>Set = the peer has ended the connection.</summary>
    private TaskCompletionSource PeerEnded { get; } = new();

    public override async Task PartAsync(CancellationToken cancellationToken)
    {
        ShutdownSend();
        await PeerEnded.Task.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public override void ShutdownSend()
    {
        Ends.Add("FIN");
        _end.CompleteWrites();
    }

    /// <summary>The other end, where it is to hear of this one's.</summary>
    public SocketLikeTransport? Peer { get; init; }

    public override void Abort()
    {
        Ends.Add("RST");
        _end.Abort();
        if (Peer is { IsCutOff: false } peer)
        {
            peer.PeerEnded.TrySetResult();
        }
    }

    public override ValueTask CloseAsync() => _end.DisposeAsync();

    private int Some(int most) => random is null || random.Next(2) == 0 ? most : random.Next(most + 1);

    private Span<byte> Some(Span<byte> buffer) => buffer[..Math.Max(1, Some(buffer.Length))];
}
