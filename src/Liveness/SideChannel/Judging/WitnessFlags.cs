namespace Liveness.SideChannel;

/// <summary>What a <see cref="WitnessWatch"/> keeps of the kernel's newest answer, in two bytes.</summary>
[Flags]
internal enum WitnessFlags : ushort
{
    None = 0,

    /// <summary>The kernel asks the peer while the connection is idle, and counts the answers.</summary>
    Asks = 1,

    Stalled = 2,

    DataWaited = 4,

    WindowWasClosed = 8,

    OurFinWasSent = 16,

    /// <summary>The SYN counts as an acknowledged byte: this end has connected.</summary>
    SynCounts = 32,

    /// <summary>Linux since 4.2; it tells ages, too.</summary>
    CountsSegments = 64,

    /// <summary>Probes were answered: only who answers can be missed. On some paths a box swallows keepalive, and lets data pass.</summary>
    HasAnswered = 128,

    /// <summary>
    /// It asks as often as <see cref="WitnessPlan"/> says; otherwise as the application has set it, or another watch wants it.
    /// </summary>
    AsksByPlan = 256,

    IsFresh = 512,

    IsFailed = 1_024,

    HasFin = 2_048,

    IsDead = 4_096,

    /// <summary>More than one probe was unanswered.</summary>
    ProbesWait = 8_192,

    /// <summary>A look found nothing under way: <see cref="SynCounts"/> tells.</summary>
    SynIsKnown = 16_384,
}
