using System.Net.NetworkInformation;
using Liveness.KeepAlive;
using Liveness.Kernel;
using Liveness.Testing;
using Liveness.Tests.Kernel;

namespace Liveness.Tests.DependencyInjection;

/// <summary>A stream that its reader closes, over a socket that shows what the test says. The bound is 6 s.</summary>
public sealed class MonitoredStreamEndTests
{
    private readonly ScriptedSocket _socket = new() { ErrorIsPending = false };
    private readonly ManualTimeProvider _clock = new() { WorkQueue = new ManualWorkQueue() };

    [Fact]
    public void A_close_is_no_loss_where_the_peer_has_answered_since_the_last_look()
    {
        SocketWatcher watcher = CloseAfter(WatchRig.Linux(50, segments: 3));

        (watcher.Monitor.State, watcher.Monitor.Loss).Should().Be((LivenessState.Closed, null));
    }

    [Fact]
    public void A_close_behind_the_kernel_that_has_given_up_is_told_as_the_loss_that_it_was()
    {
        CloseAfter(WatchRig.Linux(6_100, probes: 4, state: TcpState.Closed)).Monitor.Loss.Should().BeOfType<KeepAliveTimedOut>();
    }

    private SocketWatcher CloseAfter(TcpInfoSnapshot newest)
    {
        SocketWatcher watcher = new(_socket, _socket.Shown, WatchRig.InForce(WatchRig.Bound), applied: null, _clock, logger: null);
        CallbackStream inner = new(() => (_socket.Reading, _socket.HandleIsClosed) = (SocketReading.Gone, true));
        MonitoredStream stream = new(
            inner, leaveOpen: false, watcher.Monitor, watcher.LookNow, () => _ = watcher.DisposeAsync().AsTask(), watcher.DisposeAsync);
        _socket.Shown = WatchRig.Linux(5_900, probes: 4);
        watcher.LookNow();
        _clock.Advance(TimeSpan.FromMilliseconds(200));
        _socket.Shown = newest;
        stream.Dispose();
        return watcher;
    }

    private sealed class CallbackStream(Action onDispose) : MemoryStream
    {
        protected override void Dispose(bool disposing)
        {
            onDispose();
            base.Dispose(disposing);
        }
    }
}
