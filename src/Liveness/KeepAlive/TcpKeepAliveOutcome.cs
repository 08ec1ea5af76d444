using System.Net.Sockets;

namespace Liveness.KeepAlive;

/// <summary>What became of one setting.</summary>
/// <param name="Setting">Which one.</param>
/// <param name="Status">What became of it.</param>
/// <param name="Requested">What was asked for, in words; null = nothing.</param>
/// <param name="Error">The kernel's answer where it refused; else null.</param>
/// <param name="Detail">Why, in words, where there is something to say; else null.</param>
public readonly record struct TcpKeepAliveOutcome(
    TcpKeepAliveSetting Setting,
    TcpKeepAliveStatus Status,
    string? Requested,
    SocketError? Error,
    string? Detail)
{
    /// <summary>One line.</summary>
    public override string ToString()
    {
        string requested = Requested is null ? "" : $" {Requested}";
        string detail = Detail is null ? "" : $" ({Detail})";
        return $"{Setting}{requested}: {Status}{detail}";
    }
}
