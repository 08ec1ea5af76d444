namespace Liveness;

/// <summary>Whoever has begun a receive that the transport makes wait.</summary>
internal interface IReceiver
{
    /// <summary>It is over. Called once for each, on the thread that completes it, perhaps before the begin has returned.</summary>
    /// <param name="count">How many bytes; after a wait without a buffer it means nothing.</param>
    /// <param name="failure">Null = it did not fail.</param>
    void OnReceived(int count, Exception? failure);

    /// <summary>The transport does not call back: the receiver waits for this by itself, and learns so that it is over. Last of all, for it
    /// may be over at once on another thread.</summary>
    void Await(ValueTask<int> receive);
}
