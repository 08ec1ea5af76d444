using Liveness.KeepAlive;
using Liveness.Kernel;

namespace Liveness.Tests.Kernel;

/// <summary>A socket that shows what the test says.</summary>
internal sealed class ScriptedSocket : IWatchedSocket
{
    public TcpInfoSnapshot Shown { get; set; } = WatchRig.Linux();

    public SocketReading Reading { get; set; }

    public bool IsConnected { get; set; } = true;

    public bool? ErrorIsPending { get; set; } = true;

    public bool IsAtEnd { get; set; }

    public bool? LocalNetworkIsDown { get; set; }

    public bool HandleIsClosed { get; set; }

    /// <summary>While a look has its answer and has made nothing of it yet.</summary>
    public Action? OnRead { get; set; }

    public int Reads { get; private set; }

    public int Gathered { get; private set; }

    public SocketReading Read(out TcpInfoSnapshot snapshot)
    {
        Reads++;
        snapshot = Shown;
        SocketReading reading = Reading;
        OnRead?.Invoke();
        return reading;
    }

    public WatchFacts Gather(TcpKeepAliveSettings before)
    {
        Gathered++;
        return new WatchFacts(before, ErrorIsPending, IsConnected, IsAtEnd, LocalNetworkIsDown, HandleIsClosed);
    }
}
