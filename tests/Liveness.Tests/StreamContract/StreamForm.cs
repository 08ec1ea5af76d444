namespace Liveness.Tests.StreamContract;

/// <summary>Every kind of connected stream that a user of the library gets, and .NET's own two as the control: a test that fails for them
/// is a wrong test.</summary>
public enum StreamForm
{
    /// <summary>The control: a bare <see cref="System.Net.Sockets.NetworkStream"/>.</summary>
    NetworkStream,

    /// <summary>The control of what wraps another stream.</summary>
    SslStream,
    HeartbeatOverSocket,
    HeartbeatOverNetworkStream,
    HeartbeatOverUnixSocket,
    HeartbeatOverTls,
    HeartbeatOverNamedPipe,
    HeartbeatOverAnonymousPipes,
    HeartbeatOverMemory,

    /// <summary>A heartbeat stream is a stream: another one works above it.</summary>
    HeartbeatOverHeartbeat,
    TlsOverHeartbeat,

    /// <summary>The test kit's link alone.</summary>
    MemoryLink,

    /// <summary>Two sockets with the test kit's relay between them.</summary>
    ThroughRelay,

    /// <summary><see cref="LivenessConnection.Stream"/>, by mode.</summary>
    AttachedInBand,
    AttachedByKernel,
    AttachedByKernelOverTls,
}
