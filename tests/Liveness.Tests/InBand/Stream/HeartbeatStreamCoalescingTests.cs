namespace Liveness.Tests.InBand;

/// <summary>Small writes in a row wait for each other, for a moment.</summary>
public sealed class HeartbeatStreamCoalescingTests
{
    [Fact]
    public void Small_writes_in_a_row_go_out_as_one_frame_within_one_turn_of_the_work_queue()
    {
        using ScriptedPair pair = new();
        byte[] kept = WriteInARow(pair);

        RunOneTurn(pair.Fixture.Queue);

        pair.ClientTransport.Sends.Should().HaveCount(2);
        ScriptedPair.DataOf(pair.ClientTransport.Sends[1]).Should().ContainSingle().Which.Should().Equal(kept);
    }

    [Fact]
    public void Small_writes_with_a_pause_between_them_go_out_at_once()
    {
        using ScriptedPair pair = new();
        for (byte i = 1; i <= 10; i++)
        {
            pair.Fixture.Clock.Advance(TimeSpan.FromMicroseconds(10));
            pair.Client.WriteAsync(new[] { i }).AsTask().IsCompletedSuccessfully.Should().BeTrue();
            pair.ClientTransport.Sends.Should().HaveCount(i);
        }
    }

    [Theory]
    [InlineData("read")]
    [InlineData("flush")]
    [InlineData("complete writes")]
    [InlineData("dispose")]
    [InlineData("large write")]
    public void What_was_kept_back_goes_out_with_the_call(string member)
    {
        using ScriptedPair pair = new();
        byte[] kept = WriteInARow(pair);
        _ = Call(pair.Client, member);

        ScriptedPair.DataOf(pair.ClientTransport.Wire.Skip(pair.ClientTransport.Sends[0].Length)).SelectMany(data => data).Should().StartWith(kept);
    }

    [Fact]
    public void What_is_written_while_the_scheduler_sends_a_beat_goes_out_with_the_next_turn()
    {
        using ScriptedPair pair = new();
        bool isAccepted = false;
        while (!isAccepted)
        {
            pair.Fixture.Run();
            pair.ClientTransport.WhileSending = () => isAccepted = pair.Client.WriteAsync(new byte[] { 7, 8, 9 }).AsTask().IsCompletedSuccessfully;
            pair.Fixture.Clock.AdvanceTo(pair.Fixture.Clock.NextTimerDue!.Value);
            pair.ClientTransport.WhileSending = null;
        }

        ScriptedPair.DataOf(pair.ClientTransport.Wire).Should().BeEmpty("the scheduler sends control frames only");
        RunOneTurn(pair.Fixture.Queue);

        ScriptedPair.DataOf(pair.ClientTransport.Wire).Should().ContainSingle().Which.Should().Equal(7, 8, 9);
    }

    [Fact]
    public void What_is_written_while_the_transport_holds_a_beat_goes_out_behind_it()
    {
        using ScriptedPair pair = new();
        pair.ClientTransport.Block();
        pair.Fixture.Advance(ScriptedPair.Interval);
        pair.Client.WriteAsync(new byte[] { 7 }).AsTask().IsCompletedSuccessfully.Should().BeTrue();
        pair.Client.WriteAsync(new byte[] { 8, 9 }).AsTask().IsCompletedSuccessfully.Should().BeTrue();
        pair.Fixture.Run();
        pair.ClientTransport.Sends.Should().BeEmpty();

        pair.ClientTransport.Unblock();
        ScriptedPair.DataOf(pair.ClientTransport.Wire).Should().ContainSingle().Which.Should().Equal(7, 8, 9);
        byte[] read = new byte[3];
        pair.Fixture.Result(pair.Server.ReadExactlyAsync(read).AsTask());
        read.Should().Equal(7, 8, 9);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Writes_keep_their_order_whether_they_are_kept_back_or_sent_themselves(int seed)
    {
        using ScriptedPair pair = new();
        Random random = new(seed);
        byte[] sent = new byte[600_000];
        random.NextBytes(sent);
        pair.ClientTransport.Takes = lengths => random.Next(3) == 0 ? random.Next(lengths.Sum() + 1) : lengths.Sum();
        byte[] received = new byte[sent.Length];
        Task reading = pair.Server.ReadExactlyAsync(received).AsTask();
        for (int at = 0; at < sent.Length;)
        {
            int length = Math.Min(sent.Length - at, random.Next(3) == 0 ? random.Next(100_000) : random.Next(200));
            Task write = pair.Client.WriteAsync(sent.AsMemory(at, length)).AsTask();
            at += length;
            if (!write.IsCompleted || random.Next(4) == 0)
            {
                pair.Fixture.Advance(TimeSpan.FromMicroseconds(random.Next(10)));
            }

            pair.Fixture.Result(write);
        }

        pair.Fixture.Result(pair.Client.FlushAsync());
        pair.Fixture.Result(reading);
        received.Should().Equal(sent);
    }

    /// <summary>The first is sent at once; the others, at the same moment, are kept back.</summary>
    /// <returns>The bytes of the others.</returns>
    private static byte[] WriteInARow(ScriptedPair pair)
    {
        byte[] bytes = [.. Enumerable.Range(0, 100).Select(i => (byte)i)];
        for (int i = 0; i < bytes.Length; i += 2)
        {
            pair.Client.WriteAsync(bytes.AsMemory(i, 2)).AsTask().IsCompletedSuccessfully.Should().BeTrue();
        }

        pair.ClientTransport.Sends.Should().ContainSingle();
        ScriptedPair.DataOf(pair.ClientTransport.Sends[0]).Should().ContainSingle().Which.Should().Equal(0, 1);
        return bytes[2..];
    }

    private static Task Call(HeartbeatStream stream, string member)
    {
        switch (member)
        {
            case "read":
                return stream.ReadAsync(new byte[10]).AsTask();
            case "flush":
                return stream.FlushAsync();
            case "complete writes":
                stream.CompleteWrites();
                return Task.CompletedTask;
            case "large write":
                return stream.WriteAsync(new byte[20_000]).AsTask();
            default:
                return stream.DisposeAsync().AsTask();
        }
    }

    /// <summary>What waits now, and nothing that is posted meanwhile.</summary>
    private static void RunOneTurn(ManualWorkQueue queue)
    {
        for (int left = queue.Count; left > 0; left--)
        {
            queue.RunOne();
        }
    }
}
