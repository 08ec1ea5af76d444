using System.Net.Sockets;

namespace Liveness.KeepAlive;

/// <summary>The outcome of one setting.</summary>
/// <param name="Setting">The setting.</param>
/// <param name="Status">The status of the setting.</param>
/// <param name="Requested">The requested value in words; null if none was requested.</param>
/// <param name="Error">The error of the kernel if it refused the value; otherwise null.</param>
/// <param name="Detail">The reason in words if there is one; otherwise null.</param>
public readonly record struct TcpKeepAliveOutcome(
    TcpKeepAliveSetting Setting,
    TcpKeepAliveStatus Status,
    string? Requested,
    SocketError? Error,
    string? Detail)
{
    /// <summary>Returns one line of text.</summary>
    public override string ToString()
    {
        string requested = Requested is null ? "" : $" {Requested}";
        string detail = Detail is null ? "" : $" ({Detail})";
        return $"{Setting}{requested}: {Status}{detail}";
    }
}
