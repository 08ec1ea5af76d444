using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;

namespace Liveness;

/// <summary>Over a stream that shows its bytes none of them is taken out.</summary>
/// <remarks>To peek is code of others: it may block, or not heed its token. So it runs in a lane, and is waited for with a bound. Nobody
/// may read before it has ended.</remarks>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "A token source without a timer holds nothing to release, and a peek that has its token may outlive this.")]
internal sealed class PeekedFirstBytes(IPeekable stream, Socket? socket, LivenessScheduler scheduler) : FirstBytesSource
{
    private readonly byte[] _seen = new byte[FirstBytes.Needed];
    private int _known;

    /// <summary>Of the peek that is under way.</summary>
    private CancellationTokenSource? _over;

    /// <summary>Null = none is under way.</summary>
    private Task<int>? _pending;

    public override object Claimed => stream;

    public override bool? MayHoldMore => HasUnread(socket);

    public override async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        _pending ??= Begin();
        await _pending.WaitAsync(cancellationToken).ConfigureAwait(false);
        return TakeOver(buffer);
    }

    /// <summary>Only a peek can tell, and one that has nothing to show is ended.</summary>
    /// <exception cref="IOException">It does not end.</exception>
    public override async ValueTask<int?> LookAsync(Memory<byte> buffer)
    {
        Task<int> pending = _pending ??= Begin();
        if (!pending.IsCompleted)
        {
            await _over!.CancelAsync().ConfigureAwait(false);
            if (!await ForeignCode.WaitAsync(pending, HeartbeatDefaults.CloseTimeout, scheduler.TimeProvider).ConfigureAwait(false))
            {
                throw new IOException(
                    $"{stream.GetType().Name}.{nameof(IPeekable.PeekAsync)} has not ended within {HeartbeatDefaults.CloseTimeout} of the "
                    + "cancellation of its token. Heed the token: until then nobody can read.");
            }
        }

        if (pending.IsCanceled)
        {
            _pending = null;
            return null;
        }

        return TakeOver(buffer);
    }

    public override void Keep(ReadOnlySpan<byte> bytes) => _known += bytes.Length;

    private int TakeOver(Memory<byte> buffer)
    {
        Task<int> pending = _pending!;
        _pending = null;
        int count = Math.Clamp(pending.GetAwaiter().GetResult() - _known, 0, buffer.Length);
        _seen.AsMemory(_known, count).CopyTo(buffer);
        return count;
    }

    private Task<int> Begin()
    {
        _over = new CancellationTokenSource();
        CancellationToken isOver = _over.Token;
        TaskCompletionSource<Task<int>> begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        scheduler.WorkQueue.PostForeign(ForeignLane.Calls, new QueuedAction(() => begun.SetResult(PeekAsync(isOver))));
        Task<int> peek = begun.Task.Unwrap();

        // Perhaps nobody waits for it any more when it fails.
        _ = peek.ContinueWith(
            static failed => failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return peek;
    }

    private async Task<int> PeekAsync(CancellationToken isOver) =>
        await stream.PeekAsync(_seen, _known + 1, isOver).ConfigureAwait(false);
}
