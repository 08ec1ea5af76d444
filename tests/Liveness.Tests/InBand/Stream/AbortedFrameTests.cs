using System.Diagnostics;
using Liveness.Testing;
using Liveness.Tests.ForeignCode;
using Liveness.Tests.Support;

namespace Liveness.Tests.InBand;

/// <summary>An abort, or a rule that the peer breaks, while a foreign stream still holds a frame: the last word follows that
/// frame.</summary>
public sealed class AbortedFrameTests
{
    private const int MostAttempts = 50;

    /// <summary>How long an abort waits for a foreign stream: real time, for it waits on its caller's thread.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan s_safety = TimeSpan.FromSeconds(30);

    [Fact]
    public void The_goodbye_of_an_abort_follows_a_frame_that_a_foreign_stream_lets_go_in_time()
    {
        ConnectionLoss? told = null;
        bool isInTime = false;
        for (int attempt = 0; attempt < MostAttempts && !isInTime; attempt++)
        {
            // On a busy machine this thread may be too late: then nothing is known, and it is tried again.
            told = AbortWhileAFrameIsHeld(out isInTime);
        }

        isInTime.Should().BeTrue("one attempt of {0} should be in time", MostAttempts);
        told.Should().BeOfType<PeerGaveUp>("the frame had left").Which.Reason.Should().Be("the disk is full");
    }

    [Fact]
    public void A_peer_that_breaks_a_rule_hears_so_behind_a_frame_that_a_foreign_stream_lets_go_in_time()
    {
        string heard = "";
        bool isInTime = false;
        for (int attempt = 0; attempt < MostAttempts && !isInTime; attempt++)
        {
            heard = BreakARuleWhileAFrameIsHeld(out isInTime);
        }

        isInTime.Should().BeTrue("one attempt of {0} should be in time", MostAttempts);
        heard.Should().EndWith("Data Goodbye");
    }

    /// <returns>The types of the frames that the peer gets.</returns>
    private static string BreakARuleWhileAFrameIsHeld(out bool isInTime)
    {
        using StreamFixture fixture = new();
        Task next = Task.CompletedTask;
        HookedStream inner = new(fixture.Link.Client) { Held = () => Interlocked.Exchange(ref next, Task.CompletedTask) };
        HeartbeatOptions options = new() { DetectWithin = StreamFixture.T, AbortTransport = _ => InMemoryLink.Abort(fixture.Link.Client) };
        HeartbeatStream client = new(inner, fixture.With(options));
        Stream peer = fixture.Link.Server;
        Task started = client.StartAsync();
        peer.Write(PeerFrames.Hello());
        fixture.Result(started);
        TaskCompletionSource letGo = new();
        next = letGo.Task;
        fixture.Result(client.WriteAsync(new byte[100]));

        peer.Write(PeerFrames.Raw(0x7F, 0));
        Thread judge = new(fixture.Run);
        long begun = Stopwatch.GetTimestamp();
        judge.Start();
        while (client.Monitor.Loss is null && judge.IsAlive)
        {
            Thread.Yield();
        }

        letGo.SetResult();
        isInTime = Stopwatch.GetElapsedTime(begun) < s_patience;
        judge.Join(s_safety).Should().BeTrue("nobody is waited for that long");
        fixture.Run();
        client.Monitor.Loss.Should().BeOfType<ProtocolViolated>();
        fixture.AdvanceUntil(client.DisposeAsync().AsTask(), s_safety);
        return PeerFrames.Types(ReadToTheReset(peer));
    }

    private static byte[] ReadToTheReset(Stream peer)
    {
        byte[] heard = new byte[1_000];
        int known = 0;
        try
        {
            while (peer.Read(heard, known, heard.Length - known) is > 0 and int count)
            {
                known += count;
            }
        }
        catch (IOException)
        {
            // Behind all that arrived before it.
        }

        return heard[..known];
    }

    private static ConnectionLoss? AbortWhileAFrameIsHeld(out bool isInTime)
    {
        using StreamFixture fixture = new();
        Task held = Task.CompletedTask;
        HookedStream inner = new(fixture.Link.Client) { Held = () => held };
        HeartbeatOptions options = new() { DetectWithin = StreamFixture.T, AbortTransport = _ => InMemoryLink.Abort(fixture.Link.Client) };
        HeartbeatStream client = new(inner, fixture.With(options));
        Task started = client.StartAsync();
        Task serverStarted = fixture.Server.StartAsync();
        fixture.Result(started);
        fixture.Result(serverStarted);
        TaskCompletionSource letGo = new();
        held = letGo.Task;
        fixture.Result(client.WriteAsync(new byte[100]));

        Task aborting = Task.CompletedTask;
        Thread aborter = new(() => aborting = client.AbortAsync("the disk is full").AsTask());
        long begun = Stopwatch.GetTimestamp();
        aborter.Start();
        while (!(client.Monitor.CloseResult is not null && IsWaiting(aborter)) && aborter.IsAlive)
        {
            Thread.Yield();
        }

        letGo.SetResult();
        isInTime = Stopwatch.GetElapsedTime(begun) < s_patience;
        aborter.Join(s_safety).Should().BeTrue("an abort waits for nobody that long");
        fixture.AdvanceUntil(aborting, TimeSpan.FromMilliseconds(200));
        fixture.Run();
        return fixture.Server.Monitor.Loss;
    }

    private static bool IsWaiting(Thread thread) => (thread.ThreadState & System.Threading.ThreadState.WaitSleepJoin) != 0;
}
