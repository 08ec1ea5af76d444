using Liveness.Tests.Support;

namespace Liveness.Tests.InBand;

public class SendSchedulerTests
{
    private readonly InBandSession _session = new(
        HeartbeatPlan.Create(new HeartbeatOptions { ReceiveWindow = 32 * 1024, MaxReceiveWindow = 32 * 1024 }), instanceId: 1, endpointId: 2);
    private readonly byte[] _buffer = new byte[SendScheduler.ControlSize + WireLimits.MaxDataPayload];

    private ref SendScheduler Scheduler => ref _session.Scheduler;

    [Fact]
    public void HELLO_goes_alone()
    {
        _session.Accept(new byte[10]);
        Scheduler.WantEnd();
        Scheduler.WantGoodbye(LastWord.Done);
        Take().Should().Be("");
        _session.Start(MachineRig.At(0));
        Scheduler.HasOutput(_session, MachineRig.At(0)).Should().BeTrue();

        Take().Should().Be("Hello");

        _session.Handshake!.HelloTakenAt.Should().Be(MachineRig.At(0));
        Scheduler.HasOutput(_session, MachineRig.At(0)).Should().BeFalse();
        Take().Should().Be("");
    }

    [Fact]
    public void Control_goes_before_data()
    {
        HeartbeatMachine machine = Open(minRx: 1);
        _session.Credit.Open(100);
        _session.Accept(new byte[10]);
        _session.Window.TryReceive(32 * 1024, MachineRig.At(0));
        _session.Window.Consume(32 * 1024);
        machine.Tick(MachineRig.At(0), default, LocalHealth.Perfect, NullTransportWitness.Instance);
        machine.ChangeRate(MachineRig.Rate(8));

        Take().Should().Be("Rate Credit Data", "the beat keeps its distance from the RATE");
        Take(1).Should().Be("Beat");
    }

    [Fact]
    public void A_beat_goes_between_two_frames_of_data()
    {
        HeartbeatMachine machine = Open();
        _session.Credit.Open(65_536);
        _session.Accept(new byte[40_000]);
        Take().Should().Be("Data");

        machine.Tick(MachineRig.At(0), default, LocalHealth.Perfect, NullTransportWitness.Instance);

        Take().Should().Be("Beat Data");
        Take().Should().Be("Data");
        Take().Should().Be("");
    }

    [Theory]
    [InlineData(65_536, 16_384)]
    [InlineData(16_384, 16_384)]
    [InlineData(1_000, 1_000)]
    [InlineData(1, 1)]
    public void No_frame_is_longer_than_the_peer_takes(int maxFrame, int expected)
    {
        Open();
        Scheduler.MostPayload = maxFrame;
        _session.Credit.Open(65_536);
        _session.Accept(new byte[40_000]);

        Scheduler.Take(_session, _buffer, MachineRig.At(0), LocalHealth.Perfect).Length.Should().Be(4 + expected);
    }

    [Fact]
    public void Data_stops_where_the_credit_ends_and_END_waits_for_it()
    {
        Open();
        _session.Credit.Open(25);
        _session.Accept(new byte[30]);
        Scheduler.WantEnd();
        Scheduler.WantGoodbye(LastWord.Done);

        Scheduler.Take(_session, _buffer, MachineRig.At(0), LocalHealth.Perfect).Length.Should().Be(4 + 25);
        Scheduler.HasOutput(_session, MachineRig.At(0)).Should().BeFalse();
        _session.Credit.Raise(30);

        Take().Should().Be("Data End Goodbye");
    }

    [Fact]
    public void END_costs_no_credit()
    {
        Open();
        Scheduler.WantEnd();

        Take().Should().Be("End");

        Scheduler.EndTaken.Should().BeTrue();
        Take().Should().Be("", "once is enough");
    }

    [Fact]
    public void Nothing_follows_GOODBYE()
    {
        HeartbeatMachine machine = Open();
        _session.Credit.Open(100);
        Scheduler.WantGoodbye(LastWord.Done);
        Scheduler.WantGoodbye(new LastWord(GoodbyeCode.Aborted));
        Take().Should().Be("Goodbye");
        _buffer[4..6].Should().Equal(0, 0);

        _session.Accept(new byte[10]);
        Scheduler.WantEnd();
        machine.Tick(MachineRig.At(5_000), default, LocalHealth.Perfect, NullTransportWitness.Instance);
        machine.ChangeRate(MachineRig.Rate(8));

        Scheduler.HasOutput(_session, MachineRig.At(5_000)).Should().BeFalse();
        Take(5_000).Should().Be("");
    }

    [Fact]
    public void Everything_at_once_fits_into_one_buffer()
    {
        HeartbeatMachine machine = Open();
        _session.Credit.Open(65_536);
        Scheduler.MostPayload = WireLimits.MaxDataPayload;
        MeasureAMegabytePerSecond();
        _session.Accept(new byte[WireLimits.MaxDataPayload]);
        _session.Window.TryReceive(32 * 1024, MachineRig.At(0));
        _session.Window.Consume(32 * 1024);
        Scheduler.WantEnd();
        Scheduler.WantGoodbye(LastWord.Done);
        machine.Tick(MachineRig.At(0), default, LocalHealth.Perfect, NullTransportWitness.Instance);

        Take().Should().Be("Credit Beat Data End Goodbye");
    }

    [Fact]
    public void A_shorter_buffer_makes_shorter_frames()
    {
        Open();
        _session.Credit.Open(65_536);
        _session.Accept(new byte[40_000]);

        Scheduler.Take(_session, _buffer.AsSpan(0, SendScheduler.ControlSize + 1_000), MachineRig.At(0), LocalHealth.Perfect).Length.Should().BeInRange(1_004, 2_000);
    }

    [Theory]
    [InlineData(0, 64 * 1024)]
    [InlineData(0, 20_000)]
    [InlineData(16 * 1024, 20_000)]
    public void Frames_grow_with_the_rate_as_far_as_the_peer_likes_them(int recordSize, int maxFrame)
    {
        Open();
        Scheduler.RecordSize = recordSize;
        Scheduler.MostPayload = maxFrame;
        Scheduler.FrameSize(_session).Should().Be(16 * 1024);

        MeasureAMegabytePerSecond();

        Scheduler.FrameSize(_session).Should().Be(maxFrame);
        _session.Credit.Open(1_000_000);
        _session.Accept(new byte[64 * 1024]);
        Scheduler.Take(_session, _buffer, MachineRig.At(0), LocalHealth.Perfect).Length.Should().Be(4 + maxFrame);
    }

    [Fact]
    public void No_frame_is_longer_than_suits_the_transport_however_fast_the_path()
    {
        Open();
        Scheduler.MostPayload = 10_000;
        MeasureAMegabytePerSecond();

        Scheduler.FrameSize(_session).Should().Be(10_000);
    }

    [Fact]
    public void A_grant_rides_on_what_is_sent_anyway_from_a_quarter_of_the_window_on()
    {
        HeartbeatMachine machine = Open();
        _session.Window.TryReceive(32 * 1024, MachineRig.At(0));
        _session.Window.Consume((8 * 1024) - 1);
        machine.Tick(MachineRig.At(0), default, LocalHealth.Perfect, NullTransportWitness.Instance);
        Take().Should().Be("Beat");
        _session.Window.Consume(1);
        Scheduler.HasOutput(_session, MachineRig.At(1)).Should().BeFalse("a quarter is not worth a frame of its own");
        Take(1).Should().Be("");

        _session.Credit.Open(100);
        _session.Accept(new byte[10]);
        Take(1).Should().Be("Credit Data");

        _session.Window.Consume(16 * 1024);
        Take(2).Should().Be("Credit");
    }

    /// <summary>What would be left over of the last record goes with what follows, if anything does.</summary>
    [Theory]
    [InlineData(16_384, 16_384, true, 16_380)]
    [InlineData(16_384, 16_384, false, 16_384)]
    [InlineData(16_892, 16_892, true, 16_380)]
    [InlineData(16_893, 16_893, true, 16_893)]
    [InlineData(16_380, 16_380, true, 16_380)]
    [InlineData(300, 300, true, 300)]
    [InlineData(32_768, 32_768, true, 32_764)]
    [InlineData(65_536, 65_536, true, 65_532)]
    [InlineData(65_536, 70_000, false, 65_532)]
    [InlineData(20_000, 70_000, false, 20_000)]
    [InlineData(16_384, 70_000, false, 16_380)]
    public void A_frame_fills_its_records_where_a_little_would_spill_over(int frame, int lent, bool tailMayWait, int expected)
    {
        Open();
        MeasureAMegabytePerSecond();
        Scheduler.RecordSize = 16 * 1024;
        Scheduler.MostPayload = frame;
        _session.Credit.Open(1_000_000);

        Output output = Scheduler.Take(_session, _buffer, MachineRig.At(0), LocalHealth.Perfect, lent, tailMayWait);

        output.Lent.Should().Be(expected);
        output.Length.Should().Be(4 + expected);
        _session.Credit.Sent.Should().Be((ulong)expected);
    }

    [Fact]
    public void What_was_accepted_and_what_goes_before_it_count_for_a_record()
    {
        HeartbeatMachine machine = Open();
        MeasureAMegabytePerSecond();
        Scheduler.RecordSize = 16 * 1024;
        _session.Credit.Open(1_000_000);
        _session.Accept(new byte[100]);
        machine.Tick(MachineRig.At(0), default, LocalHealth.Perfect, NullTransportWitness.Instance);

        Output output = Scheduler.Take(_session, _buffer, MachineRig.At(0), LocalHealth.Perfect, lent: 16_400, tailMayWait: true);

        output.Length.Should().Be(16 * 1024);
        PeerFrames.Types(_buffer[..output.Length]).Should().Be("Beat Data");
        _session.Unsent.Should().Be(0);
    }

    [Fact]
    public void On_a_slow_path_frames_stay_shorter_than_a_record()
    {
        Open();
        Scheduler.RecordSize = 16 * 1024;
        DeliveryRate rate = _session.MeasureFrom(MachineRig.At(0));
        rate.OnTransportBlocked();
        for (int second = 1; second < 10; second++)
        {
            rate.OnConfirmed((ulong)second * 8_000, MachineRig.At(second * 1_000));
        }

        _session.Credit.Open(1_000_000);

        Scheduler.Take(_session, _buffer, MachineRig.At(0), LocalHealth.Perfect, lent: 100_000).Lent.Should().Be(4_000, "a beat waits behind an eighth of the bound at most");
    }

    private void MeasureAMegabytePerSecond() => _session.MeasureFrom(MachineRig.At(0)).OnConfirmed(1_000_000, MachineRig.At(1_000));

    private HeartbeatMachine Open(uint minRx = 20)
    {
        _session.Start(MachineRig.At(0));
        Take();
        HeartbeatPlan plan = HeartbeatPlan.Create(new HeartbeatOptions { DetectWithin = TimeSpan.FromSeconds(4) });
        HeartbeatMachine machine = new(plan, new WireIntervals(1_000, minRx, 20), 1, MachineRig.At(0), MachineRig.At(0));
        _session.Open(machine);
        return machine;
    }

    [Fact]
    public void Nothing_lent_goes_with_GOODBYE()
    {
        Open();
        _session.Credit.Open(65_536);
        Scheduler.WantGoodbye(LastWord.Done);

        Output output = Scheduler.Take(_session, _buffer, MachineRig.At(0), LocalHealth.Perfect, lent: 20_000);

        output.Lent.Should().Be(0, "the peer takes nothing more, and what is lent is not followed by other frames");
        PeerFrames.Types(_buffer[..output.Length]).Should().Be("Goodbye");
        Scheduler.CanSendLent(_session).Should().BeFalse();
    }

    private string Take(double at = 0) => PeerFrames.Types(_buffer[..Scheduler.Take(_session, _buffer, MachineRig.At(at), LocalHealth.Perfect).Length]);
}
