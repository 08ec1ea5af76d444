using Liveness.Testing;

namespace Liveness.Tests.Testing;

public class LinkDirectionTests
{
    private readonly LinkConditions _conditions = new();
    private readonly LinkDirection _direction;

    public LinkDirectionTests() => _direction = new LinkDirection(_conditions, seed: 1);

    [Fact]
    public void Without_faults_bytes_arrive_at_once()
    {
        Write(5, At(0));

        Read(At(0)).Should().Equal(0, 1, 2, 3, 4);
        _direction.LastDelivered.Should().Be(At(0));
        _direction.NextEvent(At(0)).Should().Be(Instant.Never);
    }

    [Fact]
    public void A_delay_is_exact_to_the_tick()
    {
        _conditions.Delay = TimeSpan.FromMilliseconds(50);
        Write(5, At(10));

        _direction.NextEvent(At(10)).Should().Be(At(60));
        Read(At(60) - TimeSpan.FromTicks(1)).Should().BeEmpty();
        Read(At(60)).Should().HaveCount(5);
    }

    [Fact]
    public void A_shorter_delay_does_not_let_later_bytes_overtake()
    {
        _conditions.Delay = TimeSpan.FromMilliseconds(50);
        Write(2, At(0));
        _conditions.Delay = TimeSpan.Zero;
        Write(2, At(1));

        Read(At(49)).Should().BeEmpty();
        Read(At(50)).Should().Equal(0, 1, 0, 1);
        _direction.LastDelivered.Should().Be(At(50));
    }

    [Fact]
    public void Jitter_delays_each_write_by_its_own_amount_and_keeps_the_order()
    {
        _conditions.Delay = TimeSpan.FromMilliseconds(10);
        _conditions.Jitter = TimeSpan.FromMilliseconds(40);
        List<byte> read = [];
        List<double> lateness = [];
        Instant now = At(0);
        for (int i = 0; i <= 100; i++)
        {
            Instant end = i < 100 ? At(i) : At(1_000);
            while (_direction.NextEvent(now) is var next && next <= end)
            {
                now = next;
                Collect();
            }

            now = end;
            _direction.Accept(i < 100 ? [(byte)i] : [], now);
        }

        read.Should().Equal(Enumerable.Range(0, 100).Select(i => (byte)i));
        lateness.Should().OnlyContain(ms => ms >= 10 && ms <= 50);
        lateness.Distinct().Should().HaveCountGreaterThan(10);

        void Collect()
        {
            foreach (byte b in Read(now))
            {
                read.Add(b);
                lateness.Add((now - At(b)).TotalMilliseconds);
            }
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_jitter()
    {
        Instant First(int seed)
        {
            LinkDirection direction = new(new LinkConditions { Jitter = TimeSpan.FromSeconds(1) }, seed);
            direction.Accept([1], At(0));
            return direction.NextEvent(At(0));
        }

        First(7).Should().Be(First(7)).And.NotBe(First(8));
    }

    [Fact]
    public void Bandwidth_is_exact_to_the_byte_and_the_tick_in_packets()
    {
        _conditions.BytesPerSecond = 1_000;
        Write(10_000, At(0));

        Read(At(1_460) - TimeSpan.FromTicks(1)).Should().BeEmpty();
        Read(At(1_460)).Should().HaveCount(1_460);
        Read(At(9_999)).Should().HaveCount(5 * 1_460);
        _direction.NextEvent(At(9_999)).Should().Be(At(10_000));
        Read(At(10_000)).Should().HaveCount(10_000 - (6 * 1_460));
    }

    [Fact]
    public void A_busy_line_adds_up_without_rounding()
    {
        _conditions.BytesPerSecond = 3;
        for (int i = 0; i < 300; i++)
        {
            Write(1, At(0));
        }

        Read(At(100_000) - TimeSpan.FromTicks(1)).Should().HaveCount(299);
        Read(At(100_000)).Should().HaveCount(1);
    }

    [Fact]
    public void An_idle_line_saves_nothing_up()
    {
        _conditions.BytesPerSecond = 1_000;
        Write(100, At(0));
        Write(100, At(5_000));

        Read(At(5_099)).Should().HaveCount(100);
        Read(At(5_100)).Should().HaveCount(100);
    }

    [Fact]
    public void A_new_speed_applies_to_what_has_not_left_the_sender()
    {
        _conditions.BytesPerSecond = 100;
        Write(1_000, At(0));
        _direction.NextEvent(At(4_000));

        _conditions.BytesPerSecond = 1_000;
        _direction.Observe(At(4_000));

        Read(At(4_000)).Should().HaveCount(400);
        _direction.NextEvent(At(4_000)).Should().Be(At(4_600));
        Read(At(4_600)).Should().HaveCount(600);
    }

    [Fact]
    public void Writes_wait_when_the_buffer_is_full_until_the_reader_reads()
    {
        _conditions.BufferSize = 10;

        _direction.Accept(new byte[15], At(0)).Should().Be(10);
        _direction.Accept(new byte[15], At(1)).Should().Be(0);
        _direction.Deliver(new byte[4], At(2)).Should().Be(4);
        _direction.Accept(new byte[15], At(3)).Should().Be(4);
    }

    [Fact]
    public void A_stall_loses_nothing_and_everything_arrives_at_its_end()
    {
        _conditions.Delay = TimeSpan.FromMilliseconds(5);
        Write(2, At(0));
        _conditions.IsStalled = true;
        _direction.Observe(At(4));
        Write(3, At(10));
        Read(At(1_000)).Should().BeEmpty();
        _direction.NextEvent(At(1_000)).Should().Be(Instant.Never);

        _conditions.IsStalled = false;

        Read(At(2_000)).Should().Equal(0, 1, 0, 1, 2);
        _direction.LastDelivered.Should().Be(At(2_000));
    }

    [Fact]
    public void A_cut_swallows_what_is_on_the_way_and_keeps_what_has_arrived()
    {
        Write(1, At(0));
        _conditions.Delay = TimeSpan.FromMilliseconds(5);
        Write(2, At(0));
        _direction.Complete(At(0));

        _conditions.IsCut = true;
        _direction.Observe(At(4));

        Read(At(10_000)).Should().Equal(0);
        _direction.IsEnded.Should().BeFalse("a FIN does not pass a cut");
        _direction.DeliveredBytes.Should().Be(1);
        _direction.LastDelivered.Should().Be(At(0));
    }

    [Fact]
    public void After_a_cut_bytes_are_taken_until_the_buffer_is_full()
    {
        _conditions.BufferSize = 10;
        Write(4, At(0));
        _conditions.IsCut = true;

        _direction.Accept(new byte[100], At(1)).Should().Be(6);
        Read(At(2)).Should().HaveCount(4);
        _direction.Accept(new byte[100], At(3)).Should().Be(0, "no acknowledgement comes back");
        _direction.AcceptedBytes.Should().Be(10);
    }

    [Fact]
    public void A_cut_that_acknowledges_takes_everything()
    {
        _conditions.BufferSize = 10;
        _conditions.CutAcknowledges = true;
        _conditions.IsCut = true;

        _direction.Accept(new byte[1_000], At(1)).Should().Be(1_000);
        _direction.Accept(new byte[1_000], At(2)).Should().Be(1_000);
        Read(At(3)).Should().BeEmpty();
    }

    [Fact]
    public void A_cut_connection_stays_cut()
    {
        _conditions.IsCut = true;
        Write(1, At(0));
        _conditions.IsCut = false;
        Write(1, At(1));

        Read(At(2)).Should().BeEmpty();
        LinkDirection later = new(_conditions, seed: 1);
        later.Accept([1], At(2)).Should().Be(1);
        later.Readable.Should().Be(1);
    }

    [Fact]
    public void A_FIN_arrives_behind_the_data()
    {
        _conditions.BytesPerSecond = 1_000;
        Write(1_000, At(0));
        _direction.Complete(At(0));

        Read(At(999)).Should().BeEmpty();
        _direction.IsEnded.Should().BeFalse();
        Read(At(1_000)).Should().HaveCount(1_000);
        _direction.IsEnded.Should().BeTrue();
    }

    [Fact]
    public void An_RST_discards_what_has_not_left_and_follows_what_travels()
    {
        _conditions.Delay = TimeSpan.FromMilliseconds(500);
        _conditions.BytesPerSecond = 1_460;
        Write(14_600, At(0));

        _direction.Reset(At(2_100));

        Read(At(2_499)).Should().HaveCount(1_460);
        _direction.IsReset.Should().BeFalse();
        Read(At(2_600)).Should().HaveCount(1_460);
        _direction.IsReset.Should().BeTrue();
        Read(At(100_000)).Should().BeEmpty();
    }

    [Fact]
    public void A_reset_from_outside_discards_everything_at_once()
    {
        Write(3, At(0));
        _conditions.Delay = TimeSpan.FromMilliseconds(5);
        Write(2, At(0));

        _direction.Break();

        _direction.IsReset.Should().BeTrue();
        Read(At(10)).Should().BeEmpty();
    }

    [Fact]
    public void Bytes_that_arrive_at_a_closed_receiver_are_refused_once()
    {
        _conditions.Delay = TimeSpan.FromMilliseconds(5);
        _direction.CloseReceiver(At(0));
        Write(2, At(0));
        _direction.TakeRefusal().Should().BeFalse("they have not arrived");

        _direction.Observe(At(5));

        _direction.TakeRefusal().Should().BeTrue();
        _direction.TakeRefusal().Should().BeFalse();
    }

    private static Instant At(double milliseconds) => new(TimeSpan.FromMilliseconds(milliseconds).Ticks);

    private void Write(int count, Instant now)
        => _direction.Accept([.. Enumerable.Range(0, count).Select(i => (byte)i)], now).Should().Be(count);

    private byte[] Read(Instant now)
    {
        byte[] buffer = new byte[100_000];
        return buffer[.._direction.Deliver(buffer, now)];
    }
}
