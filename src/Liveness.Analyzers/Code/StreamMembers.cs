namespace Liveness.Analyzers;

/// <summary>What the members of a wrapper do, as far as the rules go by it.</summary>
internal static class StreamMembers
{
    private static readonly HashSet<string> s_passive =
    [
        "Plan", "CanRead", "CanWrite", "CanSeek", "CanTimeout", "ReadTimeout", "WriteTimeout", "ChangeDetectWithin", "nameof",
        "Dispose", "DisposeAsync", "Close", "CloseAsync", "AbortAsync", "DetachAsync",
    ];

    private static readonly HashSet<string> s_endings = ["Dispose", "DisposeAsync", "Close", "CloseAsync", "AbortAsync", "DetachAsync"];

    /// <summary>Of any wrapper: what keeps it going, and what it is called.</summary>
    private static readonly HashSet<string> s_blind =
    [
        "StartAsync", "ReportReceived", "KeepAlive", "PingInterval", "Socket", "Monitor.OwnId", "Monitor.Id", "Monitor.CanProbe",
    ];

    /// <summary>Of a heartbeat stream. Whatever is not known here may start it.</summary>
    public static bool StartsNothing(string member) =>
        s_passive.Contains(member) || (member.StartsWith("Monitor.", StringComparison.Ordinal) && member != "Monitor.ProbeAsync");

    /// <summary>Whoever uses it learns nothing about the end of the connection.</summary>
    public static bool TellsNoEnd(string member) => s_blind.Contains(member) || s_passive.Contains(member);

    /// <summary>After it there is nothing left to dispose.</summary>
    public static bool Ends(string member) => s_endings.Contains(member);
}
