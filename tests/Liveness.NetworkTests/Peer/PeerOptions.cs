using System.Text.Json;
using Liveness.Kernel;

namespace Liveness.NetworkTests.Peer;

internal enum PeerRole
{
    Client,
    Server,
}

/// <summary>What watches the connection.</summary>
internal enum PeerMode
{
    /// <summary>A <see cref="HeartbeatStream"/>.</summary>
    Heartbeat,

    /// <summary>Nothing: a socket as it comes.</summary>
    Plain,

    /// <summary>TCP keepalive, without the user timeout.</summary>
    KeepAlive,

    /// <summary>TCP keepalive and the user timeout that agrees with it.</summary>
    KeepAliveAndUserTimeout,

    /// <summary>A <see cref="SocketWatcher"/>, with keepalive and user timeout.</summary>
    Monitor,

    /// <summary>The socket is watched for an application that knows nothing of it, and closes it with the first error that it meets.</summary>
    Lent,
}

/// <summary>What lies beneath the heartbeat.</summary>
internal enum PeerTransport
{
    Socket,
    Tls,

    /// <summary>System.IO.Pipelines, pumped over the socket by threads of their own.</summary>
    Pipe,
}

/// <summary>One end, as the test wants it; travels as one command line argument.</summary>
internal sealed record PeerOptions
{
    public PeerRole Role { get; init; }

    /// <summary>The server's.</summary>
    public required string Address { get; init; }

    public int Port { get; init; }

    public int Connections { get; init; } = 1;

    public PeerMode Mode { get; init; }

    public PeerTransport Transport { get; init; }

    public TimeSpan DetectWithin { get; init; } = TimeSpan.FromSeconds(3);

    public TimeSpan? StalledAfter { get; init; }

    /// <summary>The application begins without a read.</summary>
    public bool DoesNotRead { get; init; }

    /// <summary>When the process dies its kernel forgets the connection at once, and says so by a reset that a test may drop.</summary>
    public bool KernelForgets { get; init; }

    public static PeerOptions Parse(string argument) => JsonSerializer.Deserialize<PeerOptions>(argument) ?? throw new ArgumentException("No options.", nameof(argument));

    public string ToArgument() => JsonSerializer.Serialize(this);
}
