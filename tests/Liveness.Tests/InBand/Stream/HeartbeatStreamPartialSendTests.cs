namespace Liveness.Tests.InBand;

/// <summary>A transport takes of a batch of frames as much as it likes.</summary>
public sealed class HeartbeatStreamPartialSendTests
{
    private const int FirstCredit = 64 * 1024;

    public static TheoryData<int, int> Takings
    {
        get
        {
            TheoryData<int, int> takings = [];
            for (int frames = 0; frames <= 4; frames++)
            {
                foreach (int offset in (int[])[-1, 0, 1, 2, 3, 4, 5, 1000])
                {
                    takings.Add(frames, offset);
                }
            }

            return takings;
        }
    }

    /// <summary>
    /// Nobody reads at first, so that exactly the first credit must go over the wire, whatever was taken back in between.
    /// </summary>
    [Theory]
    [MemberData(nameof(Takings))]
    public void Whatever_of_the_first_batch_is_taken_the_peer_reads_what_was_written_and_no_credit_is_lost_or_gained(int frames, int offset)
    {
        using ScriptedPair pair = new();
        int batches = 0;
        pair.ClientTransport.Takes = lengths =>
        {
            int all = lengths.Sum();
            return batches++ == 0 ? Math.Clamp(lengths.Take(2 * frames).Sum() + offset, 0, all) : all;
        };
        Move(pair, thenCheck: () => batches.Should().BePositive());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(1_000)]
    [InlineData(16 * 1024)]
    [InlineData((16 * 1024) + 4)]
    [InlineData((16 * 1024) + 5)]
    [InlineData(40_000)]
    public void Whatever_of_every_batch_is_taken_the_peer_reads_what_was_written_and_no_credit_is_lost_or_gained(int most)
    {
        using ScriptedPair pair = new();
        pair.ClientTransport.Takes = lengths => Math.Min(lengths.Sum(), most);
        Move(pair);
    }

    [Fact]
    public void All_but_the_last_byte_of_every_batch_is_a_part_as_well()
    {
        using ScriptedPair pair = new();
        pair.ClientTransport.Takes = lengths => lengths.Sum() - 1;
        Move(pair);
    }

    private static void Move(ScriptedPair pair, Action? thenCheck = null)
    {
        byte[] sent = new byte[200_000];
        new Random(7).NextBytes(sent);
        Task write = pair.Client.WriteAsync(sent).AsTask();
        pair.Fixture.Run();
        write.IsCompleted.Should().BeFalse();
        List<byte[]> frames = ScriptedPair.DataOf(pair.ClientTransport.Wire);
        frames.Sum(frame => frame.Length).Should().Be(FirstCredit);
        frames.SelectMany(frame => frame).Should().Equal(sent.Take(FirstCredit));

        byte[] received = new byte[sent.Length];
        pair.Fixture.Result(pair.Server.ReadExactlyAsync(received).AsTask());
        pair.Fixture.Result(write);
        received.AsSpan().SequenceEqual(sent).Should().BeTrue();
        pair.Fixture.Advance(StreamFixture.T);
        (pair.Client.Monitor.State, pair.Server.Monitor.State).Should().Be((LivenessState.Alive, LivenessState.Alive));
        thenCheck?.Invoke();
    }
}
