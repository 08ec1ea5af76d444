namespace Liveness.Benchmarks;

/// <summary>What idle connections are made of: one beat a second where there are beats, from both ends.</summary>
internal static class IdleStacks
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_detectWithin = TimeSpan.FromSeconds(4);

    public const string Raw = "raw";
    public const string WebSocket = "WebSocket";
    public const string Heartbeat = "HeartbeatStream";

    /// <summary>Raw first: the others are measured against it.</summary>
    public static IReadOnlyList<string> Names { get; } = [Raw, WebSocket, Heartbeat];

    public static HeartbeatOptions Options => new() { DetectWithin = s_detectWithin };

    public static IStack ByName(string name) => name switch
    {
        Raw => new RawStack(),
        WebSocket => new WebSocketStack(s_interval, s_detectWithin),
        Heartbeat => HeartbeatPlan.Create(Options).Interval == s_interval
            ? new HeartbeatStack(Options)
            : throw new InvalidOperationException("The options no longer mean one beat a second."),
        _ => throw new FormatException($"There is no stack \"{name}\"."),
    };
}
