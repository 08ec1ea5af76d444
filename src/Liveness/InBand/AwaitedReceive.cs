using System.Runtime.CompilerServices;

namespace Liveness;

/// <summary>The receives of a transport that offers no callback of its own, one at a time.</summary>
internal sealed class AwaitedReceive
{
    private readonly IReceiver _receiver;
    private readonly Action _onCompleted;

    /// <summary>Its beginner's until it has asked to be called, and then that call's.</summary>
    private ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter _pending;

    /// <param name="receiver">Told when one is over.</param>
    public AwaitedReceive(IReceiver receiver)
    {
        _receiver = receiver;
        _onCompleted = OnCompleted;
    }

    /// <summary>Last of all, for it may be over at once on another thread.</summary>
    public void Await(ValueTask<int> receive)
    {
        _pending = receive.ConfigureAwait(false).GetAwaiter();
        _pending.UnsafeOnCompleted(_onCompleted);
    }

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
