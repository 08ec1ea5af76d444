namespace Liveness.Tool.Bridge;

/// <summary>What the command line asks for.</summary>
/// <param name="Listen">Where connections arrive.</param>
/// <param name="Connect">Where they are carried to.</param>
/// <param name="DetectWithin">How soon a dead connection to the other bridge must be noticed.</param>
internal sealed record BridgeRequest(Side Listen, Side Connect, TimeSpan DetectWithin)
{
    /// <summary>The library's own.</summary>
    public static readonly TimeSpan DefaultDetectWithin = TimeSpan.FromSeconds(10);

    /// <summary>What a bridge asks of the heartbeat.</summary>
    public static HeartbeatOptions OptionsFor(TimeSpan detectWithin) => new() { DetectWithin = detectWithin };

    /// <summary>What this bridge asks of the heartbeat.</summary>
    public HeartbeatOptions ToOptions() => OptionsFor(DetectWithin);
}
