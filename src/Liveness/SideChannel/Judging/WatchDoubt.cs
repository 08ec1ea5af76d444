namespace Liveness.SideChannel;

/// <summary>What is kept of a watched connection only once something about it was in doubt: of most, nothing ever is.</summary>
internal sealed class WatchDoubt
{
    public Instant AskedAt { get; set; } = Instant.Never;

    public long? SentWhenAsked { get; set; }

    public Instant ResetAskedAt { get; set; } = Instant.Never;

    public Instant ClosingSince { get; set; } = Instant.Never;

    public Instant StalledSince { get; set; } = Instant.Never;
}
