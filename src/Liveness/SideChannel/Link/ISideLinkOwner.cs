namespace Liveness.SideChannel;

/// <summary>
/// Who is told what happens on a side connection. Called on the thread pool, one call after another for one link, under no lock.
/// </summary>
internal interface ISideLinkOwner
{
    /// <summary>Both ends trust each other.</summary>
    void OnReady(SideLink link);

    /// <param name="link">Ready.</param>
    /// <param name="type">Of no handshake message.</param>
    /// <param name="payload">Its form is checked. Valid during the call.</param>
    /// <returns>Null, or why the peer must not go on.</returns>
    string? OnMessage(SideLink link, SideMessageType type, ReadOnlySpan<byte> payload);

    /// <summary>Silent, or heard again.</summary>
    void OnSideChanged(SideLink link);

    /// <summary>Once, also where it never was ready.</summary>
    void OnEnded(SideLink link);
}
