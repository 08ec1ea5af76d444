using System.Text.Json;
using Liveness.NetworkTests.Peer;

namespace Liveness.NetworkTests.SidePeer;

/// <summary>One end of data connections and of the side channel that watches them; travels as one command line argument.</summary>
internal sealed record SidePeerOptions
{
    public PeerRole Role { get; init; }

    /// <summary>The server's, of the data.</summary>
    public required string Address { get; init; }

    /// <summary>Data ports. A server may have none: another program serves them.</summary>
    public required int[] Ports { get; init; }

    /// <summary>The server's, of the side connection.</summary>
    public required string SideAddress { get; init; }

    /// <summary>0 = no side channel at all.</summary>
    public int SidePort { get; init; }

    /// <summary>For each data port.</summary>
    public int Connections { get; init; } = 1;

    public TimeSpan DetectWithin { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>What a "request" sends on each connection; a server of ours sends back what comes.</summary>
    public string Request { get; init; } = "ping";

    /// <summary>How long a server leaves connections waiting for their accept.</summary>
    public TimeSpan AcceptAfter { get; init; }

    /// <summary>Other processes may listen on the same data ports.</summary>
    public bool SharesPorts { get; init; }

    /// <summary>Names the connection at both ends, where there is but one. Null = its addresses do.</summary>
    public string? Key { get; init; }

    /// <summary>Data ports whose connections nobody watches: twins of those that are.</summary>
    public int[] UnwatchedPorts { get; init; } = [];

    /// <summary>The application's own, on each data socket. Null = none.</summary>
    public TimeSpan? UserTimeout { get; init; }

    /// <summary>The application's own keepalive: so long until it gives up. Null = none.</summary>
    public TimeSpan? OwnKeepAlive { get; init; }

    public bool DoesNotRead { get; init; }

    /// <summary>As in a sandbox: the kernel refuses to tell what it knows of a connection.</summary>
    public bool RefusesTcpInfo { get; init; }

    /// <summary>
    /// When the process dies its kernel forgets the data connections at once, and says so by a reset that a test may drop.
    /// </summary>
    public bool KernelForgets { get; init; }

    public static SidePeerOptions Parse(string argument) => JsonSerializer.Deserialize<SidePeerOptions>(argument) ?? throw new ArgumentException("No options.", nameof(argument));

    public string ToArgument() => JsonSerializer.Serialize(this);
}
