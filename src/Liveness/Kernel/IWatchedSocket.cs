using Liveness.KeepAlive;

namespace Liveness.Kernel;

/// <summary>The application's socket, as far as a monitor touches it: nothing here takes data or the pending error away.</summary>
internal interface IWatchedSocket
{
    /// <summary>
    /// False after the end and after a shutdown of our own: then it is looked at closely, which is too slow for the scheduler's thread.
    /// </summary>
    bool IsConnected { get; }

    SocketReading Read(out TcpInfoSnapshot snapshot);

    /// <summary>May take milliseconds.</summary>
    /// <param name="before">The settings to go by where the socket can't be asked any more.</param>
    WatchFacts Gather(TcpKeepAliveSettings before);
}
