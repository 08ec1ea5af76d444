using Liveness;

namespace PullTheCable;

internal enum FaultKind
{
    Cut,
    CutOut,
    CutIn,
    Reset,
    Close,
    Freeze,
    SlowReader,
}

/// <summary>One thing that can happen to a connection, and what each end must then say.</summary>
internal sealed record Fault(FaultKind Kind, string Name, string Story, Expectation Client, Expectation Server)
{
    private static readonly Expectation s_silence = Expectation.LossWithin(0.7, 1, "HeartbeatTimedOut");

    /// <summary>An end that still hears its peer learns from it: by its beats, or by the goodbye of a peer that gave up. Where that
    /// goodbye does not get out before the reset behind it, or a kernel throws it away, the reset itself tells.</summary>
    private static readonly Expectation s_told = Expectation.LossWithin(0, 2, "OutboundDead", "PeerGaveUp", "ConnectionReset");

    private static readonly Expectation s_reset = Expectation.LossWithinSeconds(0.3, "ConnectionReset");

    private static readonly Expectation s_thawed =
        Expectation.Loss("ConnectionReset", "PeerGaveUp", "ClosedWithoutGoodbye") with { OwnPauseInEvidence = true };

    private static readonly Expectation s_deadPath = s_silence with { Diagnosis = LossDiagnosis.PeerHostOrPathDead };

    /// <summary>A peer whose acknowledgements are lost soon sends nothing new, so this end's own silence may be the first to end. What it
    /// repeats mostly shows that the way in works; where it all came too early to be counted, only the reset shows that.</summary>
    private static readonly Expectation s_deadOutbound =
        Expectation.LossWithin(0, 2, "OutboundDead", "PeerGaveUp", "ConnectionReset", "HeartbeatTimedOut") with
        {
            Diagnosis = LossDiagnosis.PathDeadOutbound,
            AtLeast = LossCertainty.Ambiguous,
        };

    /// <summary>RST answers a segment, so it comes with the next beat at the latest.</summary>
    private static readonly Expectation s_answeredByReset = Expectation.LossWithin(0, 1, "ConnectionReset");

    /// <summary>Where a relay plays the network. The first one is the default.</summary>
    public static IReadOnlyList<Fault> All { get; } =
    [
        new(FaultKind.Cut, "cut", "the cable is pulled: nothing passes any more, both sockets stay open", s_silence, s_silence),
        new(FaultKind.CutOut, "cut-out", "the way from client to server is cut; the other way still works", s_told, s_silence),
        new(FaultKind.CutIn, "cut-in", "the way from server to client is cut; the other way still works", s_silence, s_told),
        new(FaultKind.Reset, "reset", "a box in between resets the connection: RST to both ends", s_reset, s_reset),
        new(FaultKind.Close, "close", "nothing is broken: the client closes in good order", Expectation.Close, Expectation.Close),
        new(FaultKind.Freeze, "freeze", "the server process is stopped (SIGSTOP); its kernel goes on acknowledging", s_silence, s_thawed),
        new(FaultKind.SlowReader, "slow-reader", "nothing is broken: the server's application just does not read",
            Expectation.Close with { Stalled = true }, Expectation.Close),
    ];

    /// <summary>Where there is a real cable: the kernels know more, so the diagnosis must be right as well.</summary>
    public static IReadOnlyList<Fault> AllReal { get; } = [.. All.Select(OnCable)];

    private static Fault OnCable(Fault fault) => fault.Kind switch
    {
        FaultKind.Cut => fault with { Client = s_deadPath, Server = s_deadPath },
        FaultKind.CutOut => fault with { Client = s_deadOutbound, Server = s_deadPath },
        FaultKind.CutIn => fault with { Client = s_deadPath, Server = s_deadOutbound },
        FaultKind.Reset => fault with
        {
            Story = "hosts that know nothing of the connection take over both addresses: RST to both ends",
            Client = s_answeredByReset,
            Server = s_answeredByReset,
        },
        FaultKind.Freeze => fault with
        {
            Client = s_silence with { Diagnosis = LossDiagnosis.PeerUnresponsive },
            Server = s_thawed with { Diagnosis = LossDiagnosis.WePaused, AtLeast = LossCertainty.Ambiguous },
        },
        _ => fault,
    };
}
