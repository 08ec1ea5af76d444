using System.Net.Sockets;

namespace Liveness;

/// <summary>The one place where socket errors are translated into kinds of loss.</summary>
/// <remarks>Linux, as .NET shows it: EPIPE is <see cref="SocketError.Shutdown"/>; ETIMEDOUT, EHOSTUNREACH, ENETUNREACH and EHOSTDOWN are
/// all the kernel's own timeout, the latter three with an ICMP or ARP error seen before. A code alone never decides the
/// diagnosis.</remarks>
internal static class SocketErrorTable
{
    /// <summary>Deeper chains of inner exceptions do not come from a transport.</summary>
    private const int MaxDepth = 16;

    public static LossKind Classify(SocketError error) => error switch
    {
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown or SocketError.NetworkReset
            => LossKind.ConnectionReset,

        // macOS: EPROTOTYPE for a write that meets a socket being torn down.
        SocketError.ProtocolType => LossKind.ConnectionReset,
        SocketError.NetworkDown or SocketError.NetworkUnreachable or SocketError.HostUnreachable or SocketError.HostDown
            => LossKind.NetworkUnreachable,
        SocketError.TimedOut => LossKind.KeepAliveTimedOut,
        _ => LossKind.TransportFailed,
    };

    public static LossKind Classify(Exception exception)
    {
        return Find(exception) is { } socketException ? Classify(socketException.SocketErrorCode) : LossKind.TransportFailed;
    }

    /// <summary>Whether the exception only says that this process itself has closed the socket, or called the operation off.</summary>
    public static bool IsOurOwnEnd(Exception exception)
    {
        if (Find(exception) is { } socketException)
        {
            return socketException.SocketErrorCode is SocketError.OperationAborted or SocketError.Interrupted;
        }

        return Any(exception, static inner => inner is ObjectDisposedException or OperationCanceledException);
    }

    /// <summary>Whether the exception says that something was disposed: only this process does that.</summary>
    public static bool IsDisposal(Exception exception) => Any(exception, static inner => inner is ObjectDisposedException);

    /// <summary>
    /// The socket's own exception at or below the given one: what stream wrappers throw hides it one or more levels down.
    /// </summary>
    public static SocketException? Find(Exception? exception)
    {
        for (int depth = 0; exception is not null && depth < MaxDepth; depth++)
        {
            if (exception is SocketException socketException)
            {
                return socketException;
            }

            exception = exception.InnerException;
        }

        return null;
    }

    private static bool Any(Exception exception, Func<Exception, bool> condition)
    {
        Exception? inner = exception;
        for (int depth = 0; inner is not null && depth < MaxDepth; depth++)
        {
            if (condition(inner))
            {
                return true;
            }

            inner = inner.InnerException;
        }

        return false;
    }
}
