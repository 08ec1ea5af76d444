namespace Liveness.Tests.InBand;

/// <summary>
/// Nothing of ours reaches the peer any more, the peer says so in its beats, and goes on beating at a pace that keeps our own beats
/// waiting.
/// </summary>
public sealed class HeartbeatStreamOneWayTests : IDisposable
{
    private readonly StreamFixture _fixture = new(new HeartbeatOptions { DetectWithin = TimeSpan.FromSeconds(3) });
    private FrameReader _reader = new(WireLimits.MaxDataPayload);
    private readonly byte[] _buffer = new byte[4096];
    private readonly Random _dice = new(1);
    private Task<int>? _reading;
    private uint _sequence = 40;
    private uint? _echo;
    private double _heardAt;
    private double _now;
    private bool _isDeaf;

    [Fact]
    public void It_is_told_at_the_bound_though_a_beat_comes_every_0_57_to_0_62_s()
    {
        Task starting = Open();
        Run(untilSeconds: 10);
        _fixture.Result(starting);
        _fixture.Client.Monitor.State.Should().Be(LivenessState.Alive);
        double cut = _now;
        _isDeaf = true;

        Run(untilSeconds: 60);

        _fixture.Client.Monitor.State.Should().Be(LivenessState.Lost);
        OutboundDead loss = _fixture.Client.Monitor.Loss.Should().BeOfType<OutboundDead>().Subject;
        loss.Evidence.PeerHeardUsAgo.Should().BeGreaterThan(TimeSpan.FromSeconds(2));
        (_now - cut).Should().BeInRange(2.2, 3.3 + 0.62, "the peer's next beat notices it");
    }

    [Fact]
    public void What_was_written_meanwhile_is_told_to_be_unacknowledged_after_half_of_that_time()
    {
        List<(double At, ConnectionConditions Conditions)> told = [];
        _fixture.Client.Monitor.StateChanged += (_, e) => told.Add((_now, e.NewConditions));
        Task starting = Open();
        Run(untilSeconds: 10);
        _fixture.Result(starting);
        _isDeaf = true;
        _fixture.Result(_fixture.Client.WriteAsync(new byte[100]));
        double written = _now;

        Run(untilSeconds: 60);

        (double at, _) = told.Find(change => change.Conditions == ConnectionConditions.DataUnacknowledged);
        const string because = "our beats lie here for up to 0.62 s before the peer reads them, which looks like a slow path";
        (at - written).Should().BeInRange(1.5 - 0.62, 3, because);
        _fixture.Client.Monitor.Loss.Should().BeOfType<OutboundDead>();
    }

    [Fact]
    public void While_the_peer_hears_us_it_lives()
    {
        _ = Open();

        Run(untilSeconds: 120);

        _fixture.Client.Monitor.State.Should().Be(LivenessState.Alive);
    }

    public void Dispose() => _fixture.Dispose();

    private Task Open()
    {
        byte[] hello = new byte[WireLimits.HeaderSize + WireLimits.HelloPayload];
        FrameWriter.WriteHello(hello, new HelloFrame(1, 1, 0, 11, 22, new WireIntervals(3_000, 20, 20), WireLimits.MaxDataPayload, 64 * 1024));
        Task starting = _fixture.Client.StartAsync();
        _fixture.Result(_fixture.Link.Server.WriteAsync(hello));
        return starting;
    }

    private void Run(double untilSeconds)
    {
        while (_now < untilSeconds && _fixture.Client.Monitor.State != LivenessState.Lost)
        {
            double pace = 0.57 + (0.05 * _dice.NextDouble());
            _fixture.Advance(TimeSpan.FromSeconds(pace));
            _now += pace;
            if (_fixture.Client.Monitor.State != LivenessState.Lost)
            {
                Hear();
                Beat();
            }
        }
    }

    private void Hear()
    {
        while (!_isDeaf)
        {
            _reading ??= _fixture.Link.Server.ReadAsync(_buffer).AsTask();
            _fixture.Run();
            if (!_reading.IsCompleted)
            {
                return;
            }

            ReadOnlySpan<byte> bytes = _buffer.AsSpan(0, _fixture.Result(_reading));
            _reading = null;
            _heardAt = _now;
            while (!bytes.IsEmpty)
            {
                FrameEvent found = _reader.Read(ref bytes, out ReadOnlySpan<byte> payload);
                _echo = found == FrameEvent.Beat ? FrameDecoder.Beat(payload).Sequence : _echo;
            }
        }
    }

    private void Beat()
    {
        uint ago = (uint)((_now - _heardAt) * 1_000);
        byte[] frame = new byte[WireLimits.HeaderSize + WireLimits.BeatPayload];
        FrameWriter.WriteBeat(frame, new BeatFrame(_sequence++, _echo ?? 0, _echo is null ? BeatFrame.NoEcho : ago * 1_000, ago, 0, 0, 0, BeatFlags.None, 0));
        _fixture.Result(_fixture.Link.Server.WriteAsync(frame));
    }
}
