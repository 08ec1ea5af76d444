namespace Liveness;

/// <summary>Who tells of changes of the local network. May block, and may throw where a sandbox forbids it.</summary>
internal interface INetworkEvents
{
    void Subscribe(Action changed);

    void Unsubscribe();
}
