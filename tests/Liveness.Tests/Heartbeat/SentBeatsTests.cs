using Liveness.Tests.Support;

namespace Liveness.Tests.Heartbeat;

public class SentBeatsTests
{
    [Fact]
    public void Before_the_first_echo_the_handshake_counts_as_echoed()
    {
        SentBeats sent = new(10, MachineRig.At(0));

        sent.EchoedAt.Should().Be(MachineRig.At(0));
        sent.AfterEchoedAt.Should().BeNull();
        sent.Add(MachineRig.At(5)).Should().Be(10);
        sent.AfterEchoedAt.Should().Be(MachineRig.At(5));
        sent.Sent.Should().Be(1);
        sent.Next.Should().Be(11);
    }

    [Fact]
    public void An_echo_moves_on_and_tells_when_its_beat_left_once()
    {
        SentBeats sent = new(10, MachineRig.At(0));
        sent.Add(MachineRig.At(5));
        sent.Add(MachineRig.At(6));
        sent.Add(MachineRig.At(7));

        sent.Echo(11).Should().Be(MachineRig.At(6));
        sent.Echo(11).Should().BeNull();
        sent.EchoedAt.Should().Be(MachineRig.At(6));
        sent.AfterEchoedAt.Should().Be(MachineRig.At(7));
        sent.IsRegress(10).Should().BeTrue();
        sent.IsRegress(11).Should().BeFalse();
        sent.IsRegress(12).Should().BeFalse();
    }

    [Theory]
    [InlineData(10u)]
    [InlineData(uint.MaxValue)]
    [InlineData(0u)]
    [InlineData(uint.MaxValue - 100)]
    [InlineData(int.MaxValue - 50u)]
    public void Wherever_it_begins_exactly_the_beats_sent_were_sent(uint first)
    {
        SentBeats sent = new(first, MachineRig.At(0));
        sent.WasSent(first).Should().BeFalse();
        for (uint i = 0; i < 300; i++)
        {
            uint sequence = sent.Add(MachineRig.At(i));
            sequence.Should().Be(unchecked(first + i));
            sent.WasSent(sequence).Should().BeTrue();
            sent.WasSent(unchecked(sequence + 1)).Should().BeFalse();
            sent.WasSent(unchecked(first - 1)).Should().BeFalse();
        }

        sent.Echo(unchecked(first + 290)).Should().Be(MachineRig.At(290));
        sent.WasSent(unchecked(first + 299)).Should().BeTrue();
        sent.WasSent(unchecked(first + 300)).Should().BeFalse();
    }

    [Theory]
    [InlineData(10u)]
    [InlineData(uint.MaxValue - 7)]
    public void However_many_wait_for_their_echo_each_is_known_by_its_own_time(uint first)
    {
        for (uint unechoed = 1; unechoed <= 64; unechoed++)
        {
            SentBeats sent = new(first, MachineRig.At(0));
            for (uint i = 0; i < unechoed + 3; i++)
            {
                sent.Add(MachineRig.At(i));
                if (i == 2)
                {
                    sent.Echo(unchecked(first + 2)).Should().Be(MachineRig.At(2));
                }
            }

            sent.AfterEchoedAt.Should().Be(MachineRig.At(3));
            for (uint i = 3; i < unechoed + 3; i++)
            {
                sent.Echo(unchecked(first + i)).Should().Be(MachineRig.At(i));
            }

            sent.AfterEchoedAt.Should().BeNull();
        }
    }

    [Theory]
    [InlineData(0u, 0L)]
    [InlineData(1u, 0L)]
    [InlineData(3u, 56L)]
    public void Echoes_that_keep_up_need_no_memory_and_later_ones_a_longer_ring_once(uint behind, long allocated)
    {
        SentBeats sent = new(uint.MaxValue - 100, MachineRig.At(0));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (uint i = 0; i < 1_000; i++)
        {
            uint sequence = sent.Add(MachineRig.At(i));
            if (i >= behind)
            {
                sent.Echo(unchecked(sequence - behind));
            }
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(allocated);
    }

    [Fact]
    public void The_ring_knows_the_last_sixty_four()
    {
        SentBeats sent = new(uint.MaxValue - 30, MachineRig.At(0));
        for (uint i = 0; i < 100; i++)
        {
            sent.Add(MachineRig.At(i));
        }

        uint first = uint.MaxValue - 30;
        sent.Echo(unchecked(first + 35)).Should().BeNull("its time was overwritten");
        sent.EchoedAt.Should().Be(MachineRig.At(36), "never earlier than the truth");
        sent.Echo(unchecked(first + 36)).Should().Be(MachineRig.At(36));
    }
}
