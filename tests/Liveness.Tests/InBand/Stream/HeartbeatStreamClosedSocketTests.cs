using System.Net.Sockets;
using Liveness.Tests.ForeignCode;
using Liveness.Tests.KeepAlive;

namespace Liveness.Tests.InBand;

/// <summary>Code of this process closes the socket or the stream beneath: its own deed, and not the peer's.</summary>
public sealed class HeartbeatStreamClosedSocketTests
{
    private static readonly TimeSpan s_safety = TimeSpan.FromSeconds(20);

    private static readonly Dictionary<string, Action<Socket>> s_closes = new()
    {
        ["Close(0)"] = socket => socket.Close(timeout: 0),
        ["Dispose"] = socket => socket.Dispose(),
        ["Shutdown, Close"] = socket =>
        {
            socket.Shutdown(SocketShutdown.Send);
            socket.Close();
        },
    };

    public static TheoryData<string, bool> ClosesAndOwners
    {
        get
        {
            TheoryData<string, bool> all = [];
            foreach (string close in s_closes.Keys)
            {
                all.Add(close, false);
                all.Add(close, true);
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(ClosesAndOwners))]
    public Task A_socket_that_is_closed_beneath_is_a_loss_of_our_own_making_and_no_fault_of_the_library(string close, bool leaveOpen) =>
        BlamesThisEndAsync(s_closes[close], leaveOpen);

    /// <summary>A read ends by it as by the peer's FIN, and only Linux' kernel tells the two apart.</summary>
    [LinuxTheory]
    [InlineData(false)]
    [InlineData(true)]
    public Task So_is_a_socket_whose_both_ways_are_shut_down(bool leaveOpen) =>
        BlamesThisEndAsync(socket => socket.Shutdown(SocketShutdown.Both), leaveOpen);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task So_is_a_stream_of_TLS_or_the_socket_beneath_it(bool closesSocket)
    {
        using SocketPair sockets = SocketPair.OverTcp();
        (Stream above, Stream serverAbove) = await TlsPair.CreateAsync(sockets);
        HeartbeatStream client = new(above);
        HeartbeatStream server = new(serverAbove);
        await Task.WhenAll(client.StartAsync(), server.StartAsync()).WaitAsync(s_safety);

        if (closesSocket)
        {
            sockets.Client.Dispose();
        }
        else
        {
            await above.DisposeAsync();
        }

        ConnectionLoss? loss = await client.Monitor.Completion.WaitAsync(s_safety);
        (loss!.Diagnosis, loss.Certainty).Should().Be((LossDiagnosis.WeClosed, LossCertainty.Proven));
        await client.DisposeAsync().AsTask().WaitAsync(s_safety);
        await server.DisposeAsync().AsTask().WaitAsync(s_safety);
    }

    /// <summary>The control: what the peer does is the peer's.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_socket_that_the_peers_code_closes_is_none(bool resets)
    {
        using SocketPair pair = SocketPair.OverTcp();
        HeartbeatStream client = new(pair.Client);
        HeartbeatStream server = new(pair.Server);
        await Task.WhenAll(client.StartAsync(), server.StartAsync()).WaitAsync(s_safety);
        pair.Server.LingerState = new LingerOption(resets, 0);
        pair.Server.Close();
        (await client.Monitor.Completion.WaitAsync(s_safety))!.Diagnosis.Should().Be(LossDiagnosis.PeerClosed);
        await client.DisposeAsync().AsTask().WaitAsync(s_safety);
        await server.DisposeAsync().AsTask().WaitAsync(s_safety);
    }

    private static async Task BlamesThisEndAsync(Action<Socket> close, bool leaveOpen)
    {
        using SocketPair pair = SocketPair.OverTcp();
        RecordingLogger logger = new();
        HeartbeatStream client = new(pair.Client, new HeartbeatOptions { Logger = logger }, leaveOpen);
        Task toldAtClient = Task.CompletedTask;
        HookedStream slow = new(new NetworkStream(pair.Server)) { Held = () => Volatile.Read(ref toldAtClient) };
        HeartbeatStream server = new(slow);
        await Task.WhenAll(client.StartAsync(), server.StartAsync()).WaitAsync(s_safety);

        // What the peer answers, or sends to a socket whose reading is shut down, resets the connection: that must not come before this end
        // has noticed its own deed.
        Volatile.Write(ref toldAtClient, client.Monitor.Completion);
        close(pair.Client);

        ConnectionLoss? loss = await client.Monitor.Completion.WaitAsync(s_safety);
        loss.Should().BeOfType<TransportFailed>();
        (loss!.Diagnosis, loss.Certainty).Should().Be((LossDiagnosis.WeClosed, LossCertainty.Proven));
        loss.ToString().Should().Contain("closed at this end").And.NotContain("peer's application");
        (await server.Monitor.Completion.WaitAsync(s_safety)).Should().NotBeNull("nobody said goodbye");
        await client.DisposeAsync().AsTask().WaitAsync(s_safety);
        await server.DisposeAsync().AsTask().WaitAsync(s_safety);
        await logger.FirstAsync("ConnectionLost").WaitAsync(s_safety);
        logger.Entries.Select(entry => entry.EventName).Should().NotContain("WorkItemThrew");
    }
}
