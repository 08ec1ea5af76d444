using Liveness.KeepAlive;

namespace Liveness.Tests.InBand;

/// <summary>A transport like a socket's that notes what it is handed, and takes as much of it, and as late, as the test says.</summary>
internal sealed class ScriptedTransport(Stream end) : Transport, ITransportWitness
{
    private readonly SocketLikeTransport _inner = new(end);
    private TaskCompletionSource? _blocked;

    /// <summary>What was taken, call by call.</summary>
    public List<byte[]> Sends { get; } = [];

    public IEnumerable<byte> Wire => Sends.SelectMany(send => send);

    public long Received { get; private set; }

    /// <summary>
    /// How much of the next batches it takes: the lengths of the parts in, bytes out; null = as much as there is room for.
    /// </summary>
    public Func<IReadOnlyList<int>, int>? Takes { get; set; }

    /// <summary>Called while the owner of the sending is in the call.</summary>
    public Action? WhileSending { get; set; }

    /// <summary>What the kernel would say to be waiting; null = it can't tell.</summary>
    public Func<long>? Available { get; set; }

    public override bool NeverBlocks => true;

    public override bool IsTrulyAsynchronous => true;

    public override bool WaitsWithoutBuffer => true;

    public override bool ReceivesWithoutWaiting => true;

    public override bool LeavesOpen => false;

    public override ITransportWitness Witness => this;

    /// <summary>From now on it takes nothing at once, until <see cref="Unblock"/>.</summary>
    public void Block() => _blocked = new TaskCompletionSource();

    public void Unblock()
    {
        TaskCompletionSource? blocked = _blocked;
        _blocked = null;
        blocked?.SetResult();
    }

    public override bool TryReceive(Memory<byte> buffer, Memory<byte> next, out int count)
    {
        bool received = _inner.TryReceive(buffer, next, out count);
        Received += count;
        return received;
    }

    public override ValueTask<int> WaitForBytesAsync(CancellationToken cancellationToken) => _inner.WaitForBytesAsync(cancellationToken);

    public override async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        int count = await _inner.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
        Received += count;
        return count;
    }

    public override int TrySend(ReadOnlySpan<byte> bytes)
    {
        Action? whileSending = WhileSending;
        WhileSending = null;
        whileSending?.Invoke();
        return _blocked is null ? Note(bytes, _inner.TrySend(bytes)) : 0;
    }

    public override int TrySend(List<ArraySegment<byte>> parts)
    {
        byte[] all = [.. parts.SelectMany(part => part)];
        int most = Takes?.Invoke([.. parts.Select(part => part.Count)]) ?? all.Length;
        return most == 0 ? 0 : TrySend(all.AsSpan(0, Math.Min(most, all.Length)));
    }

    public override async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        if (_blocked is { } blocked)
        {
            await blocked.Task.ConfigureAwait(false);
        }

        Note(bytes.Span, bytes.Length);
        await _inner.SendAsync(bytes).ConfigureAwait(false);
    }

    /// <summary>The bounds for which the pace of repetitions was looked at.</summary>
    public List<TimeSpan> RepairBounds { get; } = [];

    public bool RepairsQuietly { get; private set; }

    /// <summary>What a look at the path finds.</summary>
    public TcpInfoSnapshot? Kernel { get; set; }

    /// <summary>What it was told to keep unsent at most, in order.</summary>
    public List<int> UnsentLimits { get; } = [];

    public override TcpInfoSnapshot? RepairFaster(TimeSpan bound, bool isQuiet)
    {
        RepairBounds.Add(bound);
        RepairsQuietly = isQuiet;
        return Kernel;
    }

    public override void LimitUnsent(int bytes) => UnsentLimits.Add(bytes);

    public override void ShutdownSend() => _inner.ShutdownSend();

    public override void Abort() => _inner.Abort();

    public override ValueTask CloseAsync() => _inner.CloseAsync();

    WitnessReading ITransportWitness.Read() => new(Available?.Invoke(), HidesCompletedReads: false, ReadNotParsed: false);

    private int Note(ReadOnlySpan<byte> bytes, int taken)
    {
        if (taken > 0)
        {
            Sends.Add(bytes[..taken].ToArray());
        }

        return taken;
    }
}
