using Liveness;

namespace SideBySide;

/// <summary>What happens, and what must be said of every data connection. Without types: an orderly close, and no loss.</summary>
/// <param name="Name">On the command line.</param>
/// <param name="Story">In a few words.</param>
/// <param name="Types">Of the client's losses.</param>
/// <param name="Diagnoses">What they must mean; empty = not checked.</param>
/// <param name="AtMostBounds">How soon they must be told.</param>
/// <param name="ServerTypes">As the client's, at the server; null = it can't say.</param>
internal sealed record Fault(
    string Name, string Story, string[] Types, LossDiagnosis[] Diagnoses, double AtMostBounds, string[]? ServerTypes)
{
    public const string Cut = "cut";
    public const string SideCut = "side-cut";
    public const string DataCut = "data-cut";
    public const string Restart = "restart";
    public const string Freeze = "freeze";
    public const string Close = "close";

    private static readonly string[] s_none = [];
    private static readonly LossDiagnosis[] s_any = [];

    /// <summary>Whichever end judges first tells the other, over the side connection.</summary>
    private static readonly string[] s_judgedOrTold = ["KeepAliveTimedOut", "PeerDenied"];
    private static readonly LossDiagnosis[] s_deadPath =
        [LossDiagnosis.PathDeadOutbound, LossDiagnosis.PathDeadInbound, LossDiagnosis.PeerGaveUp];

    public static IReadOnlyList<Fault> All { get; } =
    [
        new(SideCut, "only the way of the side connection is cut, and later rejoined", s_none, s_any, 0, s_none),
        new(Cut, "the cable is pulled: both ways are gone",
            ["SideConnectionSilent"], [LossDiagnosis.PeerHostOrPathDead], 1, ["SideConnectionSilent"]),
        new(DataCut, "only the way of the data connections is cut", s_judgedOrTold, s_deadPath, 1, s_judgedOrTold),
        new(Restart, "the server process is killed, and started again on the same ports",
            ["ConnectionReset", "PeerDenied"], s_any, 1, null),
        new(Freeze, "the server process is stopped (SIGSTOP); its kernel goes on acknowledging",
            ["SideConnectionSilent"], [LossDiagnosis.PeerUnresponsive], 2, s_none),
        new(Close, "nothing: the client closes its connections in good order", s_none, s_any, 0, s_none),
    ];

    /// <summary>A relay that played the cable of the data connections would acknowledge for the dead server.</summary>
    public bool NeedsCable => Name is Cut or DataCut;

    /// <summary>On a real cable the dead process's RST does not get through: only the side channel can tell.</summary>
    public Fault OnCable() => Name == Restart ? this with { Types = ["PeerDenied"], Diagnoses = [LossDiagnosis.PeerRestarted] } : this;
}
