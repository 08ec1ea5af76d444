namespace Liveness.AspNetCore;

/// <summary>The connection feature by which an application finds the attached connection:
/// <c>context.Features.Get&lt;ILivenessConnectionFeature&gt;()</c>, both in a connection handler and in an HTTP request.</summary>
public interface ILivenessConnectionFeature
{
    /// <summary>The attached connection: its <see cref="LivenessConnection.Monitor"/> tells its state, its measurements and its end. Read
    /// and write the transport of the connection context, not the stream of this object. The endpoint disposes the connection when the
    /// application has ended.</summary>
    LivenessConnection Connection { get; }
}
