namespace Liveness.SideChannel;

/// <summary>
/// What is true or not of a watched connection, in one byte. Changed under the gate of the set; <see cref="Unseen"/> is set before it is in
/// the set, and may be read without.
/// </summary>
[Flags]
internal enum WatchMarks : byte
{
    None = 0,

    /// <inheritdoc cref="WatchEntry.IsUnseen"/>
    Unseen = 1,

    /// <inheritdoc cref="WatchEntry.WasConfirmed"/>
    WasConfirmed = 2,

    /// <inheritdoc cref="WatchEntry.PeerGaveUp"/>
    PeerGaveUp = 4,

    /// <inheritdoc cref="WatchEntry.MustAsk"/>
    MustAsk = 8,
}
