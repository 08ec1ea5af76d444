using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Liveness.NetworkTests.Lab;
using Liveness.NetworkTests.Peer;

namespace Liveness.NetworkTests.Scenarios;

/// <summary>This library and the peer that was written in Python from the protocol's page alone, in both roles.</summary>
public sealed class PythonPeerTests(ITestOutputHelper output)
{
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(3);
    private static readonly HeartbeatOptions s_options = new() { DetectWithin = s_bound };
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    [NetworkTheory(PythonPeer.Python)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_written_comes_back_whole_and_then_both_beat_and_close(bool pythonConnects)
    {
        (PythonPeer python, HeartbeatStream stream) = await OpenAsync(pythonConnects);
        await using PythonPeer peer = python;
        await using HeartbeatStream ours = stream;

        byte[] sent = RandomNumberGenerator.GetBytes(8_000_003);
        Task writing = WriteInPiecesAsync(ours, sent);
        byte[] hash = await HashAsync(ours, sent.Length);
        await writing;
        hash.Should().Equal(SHA256.HashData(sent));

        ConnectionSnapshot before = ours.Monitor.GetSnapshot();
        await Task.Delay(s_bound * 2);
        ConnectionSnapshot after = ours.Monitor.GetSnapshot();
        after.State.Should().Be(LivenessState.Alive);
        (after.BeatsReceived - before.BeatsReceived).Should().BeInRange(6, 12, "it beats every 750 ms, and a little earlier");
        (after.BeatsSent - before.BeatsSent).Should().BeInRange(6, 12);
        after.RoundTrip.Should().BeLessThan(TimeSpan.FromMilliseconds(100));
        Print($"alive: {after.BeatsReceived - before.BeatsReceived} beats came in {s_bound * 2}, round trip {after.RoundTrip!.Value.TotalMilliseconds:0.00} ms");

        CloseResult result = await ours.CloseAsync();
        result.Outcome.Should().Be(CloseOutcome.Confirmed);
        (await python.SaidAsync("closed: ")).Text.Should().Contain("closed by the peer");
        python.Transcript.Should().Contain($"incident {after.IncidentId}").And.NotContain("suspect").And.NotContain("lost");
    }

    [NetworkTheory(PythonPeer.Python)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_half_close_comes_back_behind_the_last_byte(bool pythonConnects)
    {
        (PythonPeer python, HeartbeatStream stream) = await OpenAsync(pythonConnects);
        await using PythonPeer peer = python;
        await using HeartbeatStream ours = stream;

        byte[] sent = RandomNumberGenerator.GetBytes(300_007);
        Task writing = Task.Run(async () =>
        {
            await ours.WriteAsync(sent);
            ours.CompleteWrites();
        });
        using MemoryStream received = new();
        await ours.CopyToAsync(received).WaitAsync(s_patience);
        await writing;

        received.ToArray().Should().Equal(sent);
        (await ours.CloseAsync()).Outcome.Should().Be(CloseOutcome.Confirmed);
        await python.SaidAsync("closed: ");
    }

    [NetworkTheory(PythonPeer.Python)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_closes_in_good_order(bool pythonConnects)
    {
        (PythonPeer python, HeartbeatStream stream) = await OpenAsync(pythonConnects);
        await using PythonPeer peer = python;
        await using HeartbeatStream ours = stream;
        await EchoAsync(ours);

        await python.SignalAsync("INT");
        (await ours.ReadAsync(new byte[1]).AsTask().WaitAsync(s_patience)).Should().Be(0);
        (await ours.Monitor.Completion.WaitAsync(s_patience)).Should().BeNull();
        await python.SaidAsync("closed: closed: closed");
        (await python.ExitCodeAsync()).Should().Be(0);
    }

    [NetworkFact(PythonPeer.Python)]
    public async Task It_says_that_it_goes_away_and_when_to_come_back()
    {
        (PythonPeer python, HeartbeatStream stream) = await OpenAsync(pythonConnects: false);
        await using PythonPeer peer = python;
        await using HeartbeatStream ours = stream;

        await python.SignalAsync("TERM");
        (await ours.ReadAsync(new byte[1]).AsTask().WaitAsync(s_patience)).Should().Be(0);
        (await ours.Monitor.Completion.WaitAsync(s_patience)).Should().BeNull();
        ours.Monitor.PeerGoingAway!.ReconnectAfter.Should().Be(TimeSpan.FromSeconds(5));
        (await python.ExitCodeAsync()).Should().Be(0);
    }

    [NetworkTheory(PythonPeer.Python)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_abort_of_ours_is_told_there(bool pythonConnects)
    {
        (PythonPeer python, HeartbeatStream stream) = await OpenAsync(pythonConnects);
        await using PythonPeer peer = python;
        await using HeartbeatStream ours = stream;

        await ours.AbortAsync("a bad day");
        (await python.SaidAsync("lost: ")).Text.Should().Contain("peer_gave_up: GOODBYE 5").And.Contain("a bad day");
    }

    [NetworkFact(PythonPeer.Python)]
    public async Task A_stopped_python_is_found_within_the_bound_and_blames_nobody_when_it_wakes()
    {
        (PythonPeer python, HeartbeatStream stream) = await OpenAsync(pythonConnects: false);
        await using PythonPeer peer = python;
        await using HeartbeatStream ours = stream;
        await EchoAsync(ours);

        long stopped = await python.SignalAsync("STOP");
        ConnectionLoss? loss = await ours.Monitor.Completion.WaitAsync(s_patience);
        TimeSpan told = Stopwatch.GetElapsedTime(stopped);
        loss.Should().BeOfType<HeartbeatTimedOut>();
        told.Should().BeLessThan(s_bound + TimeSpan.FromMilliseconds(200));

        await python.SignalAsync("CONT");
        string woken = (await python.SaidAsync("lost: ")).Text;
        woken.Should().Contain("peer_gave_up: GOODBYE 2", "it reads what has arrived before it judges");
        Print($"stopped: told after {told.TotalSeconds:0.00} s; then it says \"{woken}\"");
    }

    [NetworkFact(PythonPeer.Python)]
    public async Task A_short_stop_of_python_is_no_loss_at_either_end()
    {
        (PythonPeer python, HeartbeatStream stream) = await OpenAsync(pythonConnects: true);
        await using PythonPeer peer = python;
        await using HeartbeatStream ours = stream;

        await python.SignalAsync("STOP");
        await Task.Delay(s_bound / 2);
        await python.SignalAsync("CONT");
        await EchoAsync(ours);
        await Task.Delay(s_bound);
        ours.Monitor.State.Should().Be(LivenessState.Alive);
        python.Transcript.Should().NotContain("lost");
    }

    [NetworkFact(PythonPeer.Python)]
    public async Task Python_tells_that_our_process_is_stopped()
    {
        await using Scenario scenario = await Scenario.PrepareAsync(output, "our process stopped, python tells");
        PythonPeer python = await ConnectOursAsync(scenario);

        long stopped = await scenario.Client.StopAsync();
        (string text, long at) = await python.SaidAsync("lost: ");
        text.Should().Contain("heartbeat_timed_out");
        Stopwatch.GetElapsedTime(stopped, at).Should().BeLessThan(s_bound + TimeSpan.FromMilliseconds(200));
        Print($"our process stopped: told after {Stopwatch.GetElapsedTime(stopped, at).TotalSeconds:0.00} s");
        await scenario.Client.ContinueAsync();
        (await scenario.LossAsync(scenario.Client, stopped, "the stop")).ShouldMean(LossDiagnosis.WePaused);
    }

    [NetworkTheory(PythonPeer.Python)]
    [InlineData("both")]
    [InlineData("to python")]
    [InlineData("from python")]
    public async Task A_cut_cable_is_told_at_both_ends(string cut)
    {
        await using Scenario scenario = await Scenario.PrepareAsync(output, $"python, cable cut: {cut}");
        PythonPeer python = await ConnectOursAsync(scenario);
        await scenario.PassAsync(s_bound);

        long at = await (cut switch
        {
            "to python" => scenario.Lab.CutClientToServerAsync(),
            "from python" => scenario.Lab.CutServerToClientAsync(),
            _ => scenario.Lab.CutAsync(),
        });
        (string text, long toldAt) = await python.SaidAsync("lost: ");
        PeerEvent ours = await scenario.LossAsync(scenario.Client, at, "the cut");
        Print($"cut {cut}: python after {Stopwatch.GetElapsedTime(at, toldAt).TotalSeconds:0.00} s: {text}");

        // Who still hears the other is told by its goodbye, or by the reset alone: on a path whose acknowledgements are gone the kernel may
        // send no more than that.
        Stopwatch.GetElapsedTime(at, toldAt).Should().BeLessThan(s_bound * 1.1 + TimeSpan.FromMilliseconds(200));
        string[] words = cut == "from python" ? ["GOODBYE 2", "connection_reset"] : ["heartbeat_timed_out"];
        words.Should().Contain(word => text.Contains(word, StringComparison.Ordinal), text);
        ours.Loss!.Type.Should().BeOneOf(cut == "to python" ? [nameof(PeerGaveUp), nameof(ConnectionReset)] : [nameof(HeartbeatTimedOut)]);
    }

    [NetworkFact(PythonPeer.Python)]
    public async Task Both_change_their_rates_and_nothing_is_lost()
    {
        (PythonPeer python, HeartbeatStream stream) = await OpenAsync(pythonConnects: false, "--then", "1");
        await using PythonPeer peer = python;
        await using HeartbeatStream ours = stream;

        await EchoAsync(ours);
        ours.ChangeDetectWithin(TimeSpan.FromSeconds(1.5));
        await Task.Delay(TimeSpan.FromSeconds(1));
        ConnectionSnapshot snapshot = ours.Monitor.GetSnapshot();
        snapshot.SendInterval.Should().Be(TimeSpan.FromMilliseconds(250), "it asked for a quarter of 1 s");
        snapshot.Bound.Should().Be(TimeSpan.FromSeconds(1.5));
        ours.ChangeDetectWithin(TimeSpan.FromSeconds(30));
        await Task.Delay(s_bound);
        ours.Monitor.State.Should().Be(LivenessState.Alive);

        long stopped = await python.SignalAsync("STOP");
        await Task.Delay(s_bound);
        ours.Monitor.Loss.Should().BeNull("the bound is 30 s now");
        Stopwatch.GetElapsedTime(stopped).Should().BeLessThan(TimeSpan.FromSeconds(10));
    }

    private static async Task<(PythonPeer Python, HeartbeatStream Ours)> OpenAsync(bool pythonConnects, params string[] arguments)
    {
        if (!pythonConnects)
        {
            PythonPeer listening = await PythonPeer.ListenAsync(null, arguments);
            Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, listening.Port);
            return (listening, await HeartbeatStream.StartAsync(socket, s_options).WaitAsync(s_patience));
        }

        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        PythonPeer connecting = PythonPeer.Connect(((IPEndPoint)listener.LocalEndpoint).Port, arguments);
        Socket accepted = await listener.AcceptSocketAsync().WaitAsync(s_patience);
        return (connecting, await HeartbeatStream.StartAsync(accepted, s_options).WaitAsync(s_patience));
    }

    /// <summary>A process of ours in the client's namespace, connected to Python in the server's.</summary>
    private static async Task<PythonPeer> ConnectOursAsync(Scenario scenario)
    {
        PythonPeer python = scenario.Lab.Own(await PythonPeer.ListenAsync(scenario.Lab.Server));
        await scenario.InTurnAsync(() => scenario.StartClientAsync(Scenario.Defaults with { Port = python.Port }));
        await python.SaidAsync("open, incident");
        return python;
    }

    private static async Task EchoAsync(HeartbeatStream stream)
    {
        byte[] sent = RandomNumberGenerator.GetBytes(1000);
        await stream.WriteAsync(sent);
        (await HashAsync(stream, sent.Length)).Should().Equal(SHA256.HashData(sent));
    }

    private static async Task WriteInPiecesAsync(HeartbeatStream stream, byte[] data)
    {
        Random random = new(1);
        for (int at = 0; at < data.Length;)
        {
            int length = Math.Min(random.Next(1, 200_000), data.Length - at);
            await stream.WriteAsync(data.AsMemory(at, length));
            at += length;
        }
    }

    private static async Task<byte[]> HashAsync(HeartbeatStream stream, long bytes)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[100_000];
        for (long left = bytes; left > 0;)
        {
            int count = await stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left))).AsTask().WaitAsync(s_patience);
            count.Should().BePositive();
            hash.AppendData(buffer, 0, count);
            left -= count;
        }

        return hash.GetHashAndReset();
    }

    private void Print(FormattableString text) => output.WriteLine($"RESULT python: {FormattableString.Invariant(text)}");
}
