namespace Liveness.Presence;

/// <summary>Changes of one part that are written as one.</summary>
/// <param name="Mark">Of the part afterwards.</param>
/// <param name="Items">At most one for each key.</param>
/// <param name="PartTerm">How long the part outlives its last renewal.</param>
internal sealed record WriteBatch(VersionMark Mark, IReadOnlyList<WriteItem> Items, TimeSpan PartTerm)
{
    /// <summary>How many changes of a part a watcher can be behind.</summary>
    public const int LogLength = 4_096;
}
