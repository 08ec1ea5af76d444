using System.Net;
using System.Net.Sockets;
using Liveness.SideChannel;
using Liveness.Tests.InBand;

namespace Liveness.Tests.SideChannel;

public sealed class SideChannelPoolTests
{
    private static readonly TimeSpan s_safety = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Any_number_of_connections_to_one_host_share_one_side_connection()
    {
        await using SideChannelListener listener = SideChannelListener.Start(new IPEndPoint(IPAddress.Loopback, 0));
        await using SideChannelPool pool = new();
        using SocketPair one = SocketPair.OverTcp();
        using SocketPair two = SocketPair.OverTcp();

        SideWatch[] watched = await Task.WhenAll(pool.WatchAsync(listener.LocalEndPoint, one.Client), pool.WatchAsync(listener.LocalEndPoint, two.Client)).WaitAsync(s_safety);

        (pool.Count, listener.SideConnectionCount).Should().Be((1, 1));
        watched.Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task After_the_last_one_it_lingers_and_then_it_is_closed()
    {
        await using SideChannelListener listener = SideChannelListener.Start(new IPEndPoint(IPAddress.Loopback, 0));
        await using SideChannelPool pool = new(new SideChannelClientOptions { Linger = TimeSpan.FromMilliseconds(20) });
        using SocketPair data = SocketPair.OverTcp();
        SideWatch watched = await pool.WatchAsync(listener.LocalEndPoint, data.Client).WaitAsync(s_safety);
        pool.Count.Should().Be(1);

        await watched.DisposeAsync();

        await EventuallyAsync(() => pool.Count == 0 && listener.SideConnectionCount == 0);
        SideWatch again = await pool.WatchAsync(listener.LocalEndPoint, data.Client).WaitAsync(s_safety);
        again.Monitor.State.Should().Be(LivenessState.Alive);
    }

    [Fact]
    public async Task A_use_within_the_linger_keeps_it()
    {
        await using SideChannelListener listener = SideChannelListener.Start(new IPEndPoint(IPAddress.Loopback, 0));
        await using SideChannelPool pool = new(new SideChannelClientOptions { Linger = TimeSpan.FromHours(1) });
        using SocketPair data = SocketPair.OverTcp();
        await (await pool.WatchAsync(listener.LocalEndPoint, data.Client).WaitAsync(s_safety)).DisposeAsync();

        await pool.WatchAsync(listener.LocalEndPoint, data.Client).WaitAsync(s_safety);

        pool.Count.Should().Be(1);

        // The listener has it once the handshake is through at its end, too.
        await EventuallyAsync(() => listener.SideConnectionCount == 1);
    }

    [Fact]
    public async Task What_could_not_be_made_is_not_kept()
    {
        using Socket closed = new(SocketType.Stream, ProtocolType.Tcp);
        closed.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using SideChannelPool pool = new();
        using SocketPair data = SocketPair.OverTcp();
        Func<Task> watching = () => pool.WatchAsync(closed.LocalEndPoint!, data.Client).WaitAsync(s_safety);

        await watching.Should().ThrowAsync<SocketException>();

        await EventuallyAsync(() => pool.Count == 0);
    }

    private static async Task EventuallyAsync(Func<bool> reached)
    {
        using CancellationTokenSource tooLate = new(s_safety);
        while (!reached())
        {
            tooLate.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
