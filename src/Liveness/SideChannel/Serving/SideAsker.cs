namespace Liveness.SideChannel;

/// <summary>One side connection at the accepting end, and what its client has asked to watch, found here or not.</summary>
/// <remarks>Guarded by the lock of the <see cref="WatchRegistry"/>, but for what is set once.</remarks>
internal sealed class SideAsker(SideLink link, SideSession session)
{
    public SideLink Link { get; } = link;

    public SideSession Session { get; } = session;

    public WantedTable Wanted { get; } = new();
}
