using System.Text.Json;

namespace Liveness.NetworkTests.PingPeer;

/// <summary>What a client of a foreign server is to do; a command line of one argument.</summary>
internal sealed record PingPeerOptions
{
    public required string Address { get; init; }

    public required int Port { get; init; }

    public TimeSpan DetectWithin { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Whether the heartbeat is given the socket.</summary>
    public bool ShowsSocket { get; init; } = true;

    public static PingPeerOptions Parse(string argument) => JsonSerializer.Deserialize<PingPeerOptions>(argument) ?? throw new ArgumentException("No options.", nameof(argument));

    public string ToArgument() => JsonSerializer.Serialize(this);
}
