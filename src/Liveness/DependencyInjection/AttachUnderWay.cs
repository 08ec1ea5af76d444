namespace Liveness;

/// <summary>One attach, from its begin to its end; the default = nobody waits for it.</summary>
internal readonly struct AttachUnderWay(AttachedConnections? connections) : IDisposable
{
    public void Dispose() => connections?.EndAttach();
}
