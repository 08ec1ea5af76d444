using Liveness.KeepAlive;

namespace Liveness.Kernel;

/// <summary>What else is known when a connection is judged; gathered off the scheduler's thread.</summary>
/// <param name="InForce">The keepalive settings of the socket.</param>
/// <param name="ErrorIsPending">An error waits for the application to fetch it: without one, either it has, or there was none. Null where
/// it can't be seen without taking it, and on Windows, where none has been.</param>
/// <param name="IsConnected">False where the application has shut its side down, or has met the end already.</param>
/// <param name="IsAtEnd">There is something to read, and it is no byte: the peer's FIN, or an error. Where the kernel's record can't be
/// read, nothing else tells.</param>
/// <param name="LocalNetworkIsDown">Null = it can't be told.</param>
/// <param name="HandleIsClosed">The socket was closed at this end by the time that all else had been asked: the rest may be no answer, and
/// an end that a look has just shown may have been this close. .NET disconnects a socket that is in use when it is disposed.</param>
internal readonly record struct WatchFacts(
    TcpKeepAliveSettings InForce, bool? ErrorIsPending, bool IsConnected, bool IsAtEnd, bool? LocalNetworkIsDown, bool HandleIsClosed);
