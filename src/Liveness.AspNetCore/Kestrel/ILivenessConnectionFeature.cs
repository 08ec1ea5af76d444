namespace Liveness.AspNetCore;

/// <summary>The connection feature through which an application finds how its connection is watched:
/// <c>context.Features.Get&lt;ILivenessConnectionFeature&gt;()</c>, in a connection handler as in an HTTP request.</summary>
public interface ILivenessConnectionFeature
{
    /// <summary>The attached connection: its <see cref="LivenessConnection.Monitor"/> tells state, measurements and the end. Read and write
    /// the transport, not its stream.
    /// It is disposed for you when the application has ended.</summary>
    LivenessConnection Connection { get; }
}
