namespace Liveness.SideChannel;

/// <summary>The event of a side channel's end that names all connections which were lost together.</summary>
/// <param name="sender">The end.</param>
/// <param name="queue">Where handlers are called.</param>
/// <param name="logger">Told of what they throw.</param>
/// <param name="disposed">No handler is called any more once it is cancelled.</param>
internal sealed class PeerLostEvent(object sender, WorkQueue queue, GuardedLogger logger, CancellationToken disposed)
{
    public event EventHandler<SidePeerLostEventArgs>? Lost;

    /// <summary>Each handler by itself: what one does concerns neither the next nor what is still to be judged.</summary>
    public void Raise(IReadOnlyList<SideWatch> connections)
    {
        if (Lost is not { } handlers)
        {
            return;
        }

        SidePeerLostEventArgs lost = new(connections);
        foreach (EventHandler<SidePeerLostEventArgs> handler in Delegate.EnumerateInvocationList(handlers))
        {
            queue.PostForeign(ForeignLane.Handlers, new ForeignCall(() => Call(handler, lost)));
        }
    }

    private void Call(EventHandler<SidePeerLostEventArgs> handler, SidePeerLostEventArgs lost)
    {
        if (!disposed.IsCancellationRequested)
        {
            ForeignCode.Call(() => handler(sender, lost), logger, "PeerLost");
        }
    }
}
