using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Liveness;

/// <summary>The receives of a transport that offers no callback of its own, one at a time, and what ends them when it is let go
/// of.</summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "A token source without a timer holds nothing to release.")]
internal sealed class AwaitedReceive
{
    private readonly IReceiver _receiver;
    private readonly Action _onCompleted;
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Its beginner's until it has asked to be called, and then that call's.</summary>
    private ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter _pending;

    /// <summary>Null = nobody waits for the end, or nothing was ever received. Set before the receiving begins.</summary>
    private TaskCompletionSource? _ended;

    /// <param name="receiver">Told when one is over.</param>
    public AwaitedReceive(IReceiver receiver)
    {
        _receiver = receiver;
        _onCompleted = OnCompleted;
    }

    /// <summary>Of the receives.</summary>
    public CancellationToken StopToken => _stop.Token;

    /// <summary>The receiving is over, or never began; only of a transport that stays open.</summary>
    public Task Ended => Volatile.Read(ref _ended)?.Task ?? Task.CompletedTask;

    /// <summary>Of a transport that stays open: whoever lets go of it waits until nobody reads it any more.</summary>
    public void BeginReceiving() => _ended = new TaskCompletionSource();

    /// <summary>Last of all, for it may be over at once on another thread.</summary>
    public void Await(ValueTask<int> receive)
    {
        _pending = receive.ConfigureAwait(false).GetAwaiter();
        _pending.UnsafeOnCompleted(_onCompleted);
    }

    /// <summary>The transport is let go of. Throws what those have thrown who wait for that.</summary>
    public void Stop() => _stop.Cancel();

    public void OnEnded() => _ended?.SetResult();

    private void OnCompleted()
    {
        int count = 0;
        Exception? failure = null;
        try
        {
            count = _pending.GetResult();
        }
        catch (Exception exception)
        {
            // Whatever a transport throws is the end of its read side; the session gives it its name.
            failure = exception;
        }

        _receiver.OnReceived(count, failure);
    }
}
