namespace Liveness.Tests.InBand;

/// <summary>A reader that waits goes on where its bytes arrive: without a hop to another thread, and under no lock.</summary>
public sealed class HeartbeatStreamInlineReaderTests
{
    private static readonly TimeSpan s_safety = TimeSpan.FromSeconds(10);

    [Fact]
    public void A_reader_in_a_loop_has_its_bytes_with_the_one_step_that_the_transport_takes()
    {
        using ScriptedPair pair = new();
        List<int> counts = [];
        Task reading = ReadAsync();
        for (int length = 1; length <= 20; length++)
        {
            pair.Fixture.Clock.Advance(TimeSpan.FromMicroseconds(100));
            pair.Server.WriteAsync(new byte[length]).AsTask().IsCompletedSuccessfully.Should().BeTrue();
            pair.Fixture.Queue.RunOne().Should().BeTrue();
            counts.Should().HaveCount(length).And.EndWith(length);
        }

        pair.Server.CompleteWrites();
        pair.Fixture.Result(reading);

        async Task ReadAsync()
        {
            byte[] buffer = new byte[100];
            while (await pair.Client.ReadAsync(buffer).ConfigureAwait(false) is var count and > 0)
            {
                counts.Add(count);
            }
        }
    }

    [Theory]
    [InlineData("snapshot")]
    [InlineData("read")]
    [InlineData("write")]
    [InlineData("large write")]
    [InlineData("flush")]
    [InlineData("complete writes")]
    [InlineData("probe")]
    [InlineData("dispose")]
    public void The_continuation_may_call_anything_and_holds_no_lock_meanwhile(string member)
    {
        using ScriptedPair pair = new();
        Task? called = null;
        bool anotherThreadGotIn = false;
        Task reading = ReadAsync();
        pair.Server.WriteAsync(new byte[1]).AsTask().IsCompletedSuccessfully.Should().BeTrue();
        pair.Fixture.Queue.RunOne().Should().BeTrue();

        anotherThreadGotIn.Should().BeTrue();
        pair.Fixture.Result(reading);
        if (member == "read")
        {
            pair.Fixture.Result(pair.Server.WriteAsync(new byte[1]));
        }

        Task read = member == "dispose" ? pair.Server.ReadAsync(new byte[1]).AsTask() : Task.CompletedTask;
        pair.Fixture.AdvanceUntil(called!, s_safety);
        pair.Fixture.Result(read);
        called!.IsCompletedSuccessfully.Should().BeTrue();

        async Task ReadAsync()
        {
            await pair.Client.ReadAsync(new byte[10]).ConfigureAwait(false);
            anotherThreadGotIn = Task.Run(() => pair.Client.Monitor.GetSnapshot()).Wait(s_safety);
            called = Call(pair.Client, member);
        }
    }

    private static Task Call(HeartbeatStream stream, string member)
    {
        switch (member)
        {
            case "snapshot":
                stream.Monitor.GetSnapshot();
                return Task.CompletedTask;
            case "read":
                return stream.ReadAsync(new byte[10]).AsTask();
            case "write":
                return stream.WriteAsync(new byte[10]).AsTask();
            case "large write":
                return stream.WriteAsync(new byte[40_000]).AsTask();
            case "flush":
                return stream.FlushAsync();
            case "complete writes":
                stream.CompleteWrites();
                return Task.CompletedTask;
            case "probe":
                return stream.Monitor.ProbeAsync().AsTask();
            default:
                return stream.DisposeAsync().AsTask();
        }
    }
}
