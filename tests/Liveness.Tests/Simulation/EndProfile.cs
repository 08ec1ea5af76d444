namespace Liveness.Tests.Simulation;

/// <summary>What one end asks for, and how its application behaves.</summary>
internal sealed record EndProfile
{
    public required HeartbeatPlan Plan { get; init; }

    /// <summary>The sequence number of the first beat.</summary>
    public uint FirstSequence { get; init; } = 1;

    public TimeSpan StartsAfter { get; init; }

    public long WriteTotal { get; init; }

    public int WriteChunk { get; init; } = 16 * 1024;

    public TimeSpan WritePause { get; init; }

    public int ReadChunk { get; init; } = 32 * 1024;

    public TimeSpan ReadEvery { get; init; }

    /// <summary>A transport that may hide completed reads, and that can't tell what waits.</summary>
    public bool HidesReads { get; init; }

    /// <inheritdoc cref="Transport.RecordSize"/>
    public int RecordSize { get; init; }

    /// <summary>By how much its window may grow, in all.</summary>
    public long UnreadBudget { get; init; } = HeartbeatDefaults.UnreadBudget;

    /// <summary>In the end this one waits for the other's goodbye; else it closes once everything is written and read.</summary>
    public bool ClosesSecond { get; init; }

    /// <summary>A deliberate fault of the harness: beats are written even while another write is in flight.</summary>
    public bool WritesWithoutOwnership { get; init; }

    public static EndProfile With(double detectWithinSeconds, Action<HeartbeatOptions>? more = null)
    {
        HeartbeatOptions options = new() { DetectWithin = TimeSpan.FromSeconds(detectWithinSeconds) };
        more?.Invoke(options);
        return new EndProfile { Plan = HeartbeatPlan.Create(options) };
    }
}
