namespace Liveness;

/// <summary>What a peer is told with the goodbye.</summary>
/// <param name="Code">Why.</param>
/// <param name="Text">The same for a person: at most 256 bytes of UTF-8 are sent. Null = nothing.</param>
/// <param name="ReconnectAfter">
/// How long the peer is asked to stay away, with <see cref="GoodbyeCode.GoingAway"/>; null = nothing is said of it.
/// </param>
internal sealed record LastWord(GoodbyeCode Code, string? Text = null, TimeSpan? ReconnectAfter = null)
{
    public static readonly LastWord Done = new(GoodbyeCode.Done);
}
