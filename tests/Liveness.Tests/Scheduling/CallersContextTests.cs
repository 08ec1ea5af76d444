using System.Net;
using System.Runtime.CompilerServices;
using Liveness.Kernel;
using Liveness.ProtocolPing;
using Liveness.SideChannel;
using Liveness.Tests.InBand;
using Liveness.Tests.KeepAlive;

namespace Liveness.Tests.Scheduling;

/// <summary>Nothing that lasts as long as a connection holds what belongs to whoever began it.</summary>
public sealed class CallersContextTests
{
    private static readonly TimeSpan s_safety = TimeSpan.FromSeconds(20);
    private static readonly AsyncLocal<object?> s_ofCaller = new();

    [LinuxFact]
    public async Task A_kernel_monitor_and_a_heartbeat_of_ones_own_protocol()
    {
        using SocketPair pair = SocketPair.OverTcp();
        List<IAsyncDisposable> held = [];
        WeakReference value = await AttachAsync(() =>
        {
            held.Add(SocketWatcher.Start(pair.Client));
            held.Add(ProtocolHeartbeat.Start(pair.Server, static _ => ValueTask.CompletedTask, new ProtocolHeartbeatOptions { DetectWithin = TimeSpan.FromSeconds(60) }));
            return Task.CompletedTask;
        });

        await ShouldBeFreeAsync(value);
        await DisposeAsync(held);
    }

    [Fact]
    public async Task Both_ends_of_a_heartbeat_stream()
    {
        using SocketPair pair = SocketPair.OverTcp();
        List<IAsyncDisposable> held = [];
        WeakReference value = await AttachAsync(async () =>
        {
            Task<HeartbeatStream> other = HeartbeatStream.StartAsync(pair.Server);
            held.Add(await HeartbeatStream.StartAsync(pair.Client));
            held.Add(await other);
        });

        await ShouldBeFreeAsync(value);
        await DisposeAsync(held);
    }

    [Fact]
    public async Task Both_ends_of_a_side_channel_and_what_they_watch()
    {
        using SocketPair pair = SocketPair.OverTcp();
        List<IAsyncDisposable> held = [];
        WeakReference value = await AttachAsync(async () =>
        {
            SideChannelListener listener = SideChannelListener.Start(new IPEndPoint(IPAddress.Loopback, 0));
            SideChannelPool pool = new();
            held.Add(pool);
            held.Add(listener);
            held.Add(listener.Watch(pair.Server));
            held.Add(await pool.WatchAsync(listener.LocalEndPoint, pair.Client).WaitAsync(s_safety));
        });

        await ShouldBeFreeAsync(value);
        await DisposeAsync(held);
    }

    [LinuxFact]
    public async Task What_a_factory_attaches()
    {
        using SocketPair pair = SocketPair.OverTcp();
        List<IAsyncDisposable> held = [];
        WeakReference value = await AttachAsync(async () =>
        {
            LivenessFactory factory = new(new LivenessOptions { Mode = LivenessMode.KernelOnly });
            held.Add(await factory.AttachAsync(pair.Client));
            held.Add(factory);
        });

        await ShouldBeFreeAsync(value);
        await DisposeAsync(held);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> AttachAsync(Func<Task> attach)
    {
        // Ends with this method: an async method gives its caller's context back.
        object value = new();
        s_ofCaller.Value = value;
        await attach();
        return new WeakReference(value);
    }

    private static async Task ShouldBeFreeAsync(WeakReference value)
    {
        // The attaching may have gone on to here, and stand below on this stack.
        await Task.Yield();

        // What is under way for a moment may hold it for that moment.
        SpinWait.SpinUntil(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return !value.IsAlive;
            },
            s_safety).Should().BeTrue("the connection outlives whoever began it");
    }

    private static async Task DisposeAsync(List<IAsyncDisposable> held)
    {
        for (int i = held.Count - 1; i >= 0; i--)
        {
            await held[i].DisposeAsync();
        }
    }
}
