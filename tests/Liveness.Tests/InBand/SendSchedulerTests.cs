using Liveness.Tests.Support;

namespace Liveness.Tests.InBand;

public class SendSchedulerTests
{
    private readonly InBandSession _session = new(
        HeartbeatPlan.Create(new HeartbeatOptions { ReceiveWindow = 32 * 1024, MaxReceiveWindow = 32 * 1024 }), instanceId: 1, endpointId: 2);
    private readonly SendScheduler _scheduler;
    private readonly byte[] _buffer = new byte[SendScheduler.ControlSize + WireLimits.MaxDataPayload];

    public SendSchedulerTests() => _scheduler = new SendScheduler(PeerFrames.GoodHello, _session);

    [Fact]
    public void HELLO_goes_alone()
    {
        _session.Accept(new byte[10]);
        _scheduler.WantEnd();
        _scheduler.WantGoodbye(LastWord.Done);
        Take().Should().Be("");
        _scheduler.WantHello();
        _scheduler.HasOutput(MachineRig.At(0)).Should().BeTrue();

        Take().Should().Be("Hello");

        _scheduler.HelloTakenAt.Should().Be(MachineRig.At(0));
        _scheduler.HasOutput(MachineRig.At(0)).Should().BeFalse();
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
        _scheduler.MaxFrame = maxFrame;
        _session.Credit.Open(65_536);
        _session.Accept(new byte[40_000]);

        _scheduler.Take(_buffer, MachineRig.At(0), LocalHealth.Perfect).Length.Should().Be(4 + expected);
    }

    [Fact]
    public void Data_stops_where_the_credit_ends_and_END_waits_for_it()
    {
        Open();
        _session.Credit.Open(25);
        _session.Accept(new byte[30]);
        _scheduler.WantEnd();
        _scheduler.WantGoodbye(LastWord.Done);

        _scheduler.Take(_buffer, MachineRig.At(0), LocalHealth.Perfect).Length.Should().Be(4 + 25);
        _scheduler.HasOutput(MachineRig.At(0)).Should().BeFalse();
        _session.Credit.Raise(30);

        Take().Should().Be("Data End Goodbye");
    }

    [Fact]
    public void END_costs_no_credit()
    {
        Open();
        _scheduler.WantEnd();

        Take().Should().Be("End");

        _scheduler.EndTaken.Should().BeTrue();
        Take().Should().Be("", "once is enough");
    }

    [Fact]
    public void Nothing_follows_GOODBYE()
    {
        HeartbeatMachine machine = Open();
        _session.Credit.Open(100);
        _scheduler.WantGoodbye(LastWord.Done);
        _scheduler.WantGoodbye(new LastWord(GoodbyeCode.Aborted));
        Take().Should().Be("Goodbye");
        _buffer[4..6].Should().Equal(0, 0);

        _session.Accept(new byte[10]);
        _scheduler.WantEnd();
        machine.Tick(MachineRig.At(5_000), default, LocalHealth.Perfect, NullTransportWitness.Instance);
        machine.ChangeRate(MachineRig.Rate(8));

        _scheduler.HasOutput(MachineRig.At(5_000)).Should().BeFalse();
        Take(5_000).Should().Be("");
    }

    [Fact]
    public void Everything_at_once_fits_into_one_buffer()
    {
        HeartbeatMachine machine = Open();
        _session.Credit.Open(65_536);
        _scheduler.MaxPayload = _scheduler.MaxFrame = WireLimits.MaxDataPayload;
        MeasureAMegabytePerSecond();
        _session.Accept(new byte[WireLimits.MaxDataPayload]);
        _session.Window.TryReceive(32 * 1024, MachineRig.At(0));
        _session.Window.Consume(32 * 1024);
        _scheduler.WantEnd();
        _scheduler.WantGoodbye(LastWord.Done);
        machine.Tick(MachineRig.At(0), default, LocalHealth.Perfect, NullTransportWitness.Instance);

        Take().Should().Be("Credit Beat Data End Goodbye");
    }

    [Fact]
    public void A_shorter_buffer_makes_shorter_frames()
    {
        Open();
        _session.Credit.Open(65_536);
        _session.Accept(new byte[40_000]);

        _scheduler.Take(_buffer.AsSpan(0, SendScheduler.ControlSize + 1_000), MachineRig.At(0), LocalHealth.Perfect).Length.Should().BeInRange(1_004, 2_000);
    }

    [Theory]
    [InlineData(64 * 1024, 64 * 1024, 64 * 1024)]
    [InlineData(64 * 1024, 20_000, 20_000)]
    [InlineData(16 * 1024, 64 * 1024, 16 * 1024)]
    public void Frames_grow_with_the_rate_as_far_as_transport_and_peer_like_them(int maxPayload, int maxFrame, int expected)
    {
        Open();
        _scheduler.MaxPayload = maxPayload;
        _scheduler.MaxFrame = maxFrame;
        _scheduler.FrameSize.Should().Be(16 * 1024);

        MeasureAMegabytePerSecond();

        _scheduler.FrameSize.Should().Be(expected);
        _session.Credit.Open(1_000_000);
        _session.Accept(new byte[64 * 1024]);
        _scheduler.Take(_buffer, MachineRig.At(0), LocalHealth.Perfect).Length.Should().Be(4 + expected);
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
        _scheduler.HasOutput(MachineRig.At(1)).Should().BeFalse("a quarter is not worth a frame of its own");
        Take(1).Should().Be("");

        _session.Credit.Open(100);
        _session.Accept(new byte[10]);
        Take(1).Should().Be("Credit Data");

        _session.Window.Consume(16 * 1024);
        Take(2).Should().Be("Credit");
    }

    private void MeasureAMegabytePerSecond() => _session.MeasureFrom(MachineRig.At(0)).OnConfirmed(1_000_000, MachineRig.At(1_000));

    private HeartbeatMachine Open(uint minRx = 20)
    {
        _scheduler.WantHello();
        Take();
        HeartbeatPlan plan = HeartbeatPlan.Create(new HeartbeatOptions { DetectWithin = TimeSpan.FromSeconds(4) });
        return _scheduler.Machine = new HeartbeatMachine(plan, new WireIntervals(1_000, minRx, 20), 1, MachineRig.At(0), MachineRig.At(0));
    }

    [Fact]
    public void Nothing_lent_goes_with_GOODBYE()
    {
        Open();
        _session.Credit.Open(65_536);
        _scheduler.WantGoodbye(LastWord.Done);

        Output output = _scheduler.Take(_buffer, MachineRig.At(0), LocalHealth.Perfect, lent: 20_000);

        output.Lent.Should().Be(0, "the peer takes nothing more, and what is lent is not followed by other frames");
        PeerFrames.Types(_buffer[..output.Length]).Should().Be("Goodbye");
        _scheduler.CanSendLent.Should().BeFalse();
    }

    private string Take(double at = 0) => PeerFrames.Types(_buffer[.._scheduler.Take(_buffer, MachineRig.At(at), LocalHealth.Perfect).Length]);
}
