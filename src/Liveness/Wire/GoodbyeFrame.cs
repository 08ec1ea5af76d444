namespace Liveness;

/// <summary>The last frame of one direction.</summary>
/// <param name="Code">As received: a code unknown to this version is kept, and counts as no orderly end.</param>
/// <param name="Reason">Peer text: at most 256 bytes of UTF-8 on the wire; control characters are escaped when it is read.</param>
internal readonly record struct GoodbyeFrame(GoodbyeCode Code, string Reason)
{
    public bool IsOrderly => Code is GoodbyeCode.Done or GoodbyeCode.GoingAway;
}
