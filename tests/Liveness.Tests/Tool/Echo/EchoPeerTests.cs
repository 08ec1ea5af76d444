using System.Net;
using System.Net.Sockets;
using Liveness.Tool;
using Liveness.Tool.Echo;

namespace Liveness.Tests.Tool.Echo;

public sealed class EchoPeerTests
{
    [Fact]
    public void A_peer_that_closes_at_once_is_asked_less_and_less_often_but_within_bounds()
    {
        AgainPause pause = new();

        double[] pauses = [.. Enumerable.Range(0, 8).Select(_ => pause.Next(TimeSpan.FromMilliseconds(1)).TotalMilliseconds)];

        pauses.Should().Equal(10, 20, 40, 80, 160, 250, 250, 250);
        pause.Next(TimeSpan.FromSeconds(1)).Should().Be(AgainPause.Shortest);
    }

    [Fact]
    public async Task Again_pauses_before_each_connect()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        PausesOnly clock = new();
        using StringWriter output = new();
        Task<int> peer = new EchoPeer(3, output, clock).ConnectAsync("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port, again: true, CancellationToken.None);

        for (int i = 0; i < 4; i++)
        {
            Task<Socket> accepting = listener.AcceptSocketAsync();
            if (await Task.WhenAny(accepting, peer) == peer)
            {
                await peer;
            }

            (await accepting).Close(timeout: 0);
        }

        listener.Dispose();

        await FluentActions.Awaiting(() => peer).Should().ThrowAsync<ToolException>().WithMessage("Can't connect*");
        clock.Pauses.Should().HaveCountGreaterThanOrEqualTo(3).And.OnlyContain(pause => pause >= AgainPause.Shortest && pause <= AgainPause.Longest);
    }

    /// <summary>Every pause is over at once, and kept.</summary>
    private sealed class PausesOnly : TimeProvider
    {
        public List<TimeSpan> Pauses { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Pauses.Add(dueTime);
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
