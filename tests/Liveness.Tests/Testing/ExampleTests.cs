using System.Net.Sockets;
using System.Text;
using Liveness.Testing;

namespace Liveness.Tests.Testing;

/// <summary>How to test your own loss handling without a network and without waiting: reads like documentation, and compiles.</summary>
public class ExampleTests
{
    /// <summary>The code under test: asks, and gives up when no answer comes in time.</summary>
    private sealed class PriceClient(Stream connection, TimeProvider clock)
    {
        public async Task<string> AskAsync(string article, TimeSpan patience)
        {
            using CancellationTokenSource giveUp = new(patience, clock);
            byte[] answer = new byte[100];
            try
            {
                await connection.WriteAsync(Encoding.ASCII.GetBytes(article), giveUp.Token).ConfigureAwait(false);
                int length = await connection.ReadAsync(answer, giveUp.Token).ConfigureAwait(false);
                return length == 0 ? "closed" : Encoding.ASCII.GetString(answer, 0, length);
            }
            catch (OperationCanceledException)
            {
                return "no answer";
            }
            catch (IOException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
            {
                return "reset";
            }
        }
    }

    [Fact]
    public async Task A_pulled_cable_is_silent_so_the_client_must_give_up_by_itself()
    {
        ManualTimeProvider clock = new();
        using InMemoryLink link = InMemoryLink.Create(clock);
        link.ToServer.Delay = link.ToClient.Delay = TimeSpan.FromMilliseconds(20);
        PriceClient client = new(link.Client, clock);

        // All is well: the answer takes one round trip.
        Task<string> first = client.AskAsync("tea", patience: TimeSpan.FromSeconds(3));
        clock.Advance(TimeSpan.FromMilliseconds(20));
        await link.Server.WriteAsync("4.20"u8.ToArray());
        clock.Advance(TimeSpan.FromMilliseconds(20));
        (await first.WaitAsync(TimeSpan.FromSeconds(10))).Should().Be("4.20");

        // The cable is pulled while the second answer is on its way. No error tells the client; time does.
        Task<string> second = client.AskAsync("milk", patience: TimeSpan.FromSeconds(3));
        clock.Advance(TimeSpan.FromMilliseconds(20));
        await link.Server.WriteAsync("1.10"u8.ToArray());
        link.Cut();
        clock.Advance(TimeSpan.FromSeconds(2.9));
        second.IsCompleted.Should().BeFalse();
        clock.Advance(TimeSpan.FromSeconds(0.1));
        (await second.WaitAsync(TimeSpan.FromSeconds(10))).Should().Be("no answer");
    }

    [Fact]
    public async Task A_reset_is_loud()
    {
        using InMemoryLink link = InMemoryLink.Create();
        Task<string> asking = new PriceClient(link.Client, TimeProvider.System).AskAsync("tea", patience: TimeSpan.FromMinutes(1));

        link.Reset();

        (await asking.WaitAsync(TimeSpan.FromSeconds(10))).Should().Be("reset");
    }
}
