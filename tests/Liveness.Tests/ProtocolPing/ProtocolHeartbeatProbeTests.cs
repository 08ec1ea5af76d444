namespace Liveness.Tests.ProtocolPing;

/// <summary>Whoever asks for an answer now.</summary>
public sealed class ProtocolHeartbeatProbeTests : IAsyncDisposable
{
    private readonly PingFixture _fixture = new();

    [Fact]
    public async Task It_pings_now_and_completes_at_the_next_byte()
    {
        _fixture.Monitor.CanProbe.Should().BeTrue();
        _fixture.Advance(1);
        Task<TimeSpan> first = _fixture.Monitor.ProbeAsync().AsTask();
        Task<TimeSpan> second = _fixture.Monitor.ProbeAsync().AsTask();
        _fixture.Queue.RunAll();
        _fixture.Pings.Should().Equal(TimeSpan.FromSeconds(1));
        _fixture.Advance(0.5);
        first.IsCompleted.Should().BeFalse();
        _fixture.Heartbeat.ReportReceived(1);

        (await first).Should().Be(TimeSpan.FromSeconds(0.5));
        (await second).Should().Be(TimeSpan.FromSeconds(0.5));
    }

    [Fact]
    public async Task Whoever_asks_after_an_answer_waits_for_the_next()
    {
        Task<TimeSpan> first = _fixture.Monitor.ProbeAsync().AsTask();
        _fixture.Advance(0.5);
        _fixture.Heartbeat.ReportReceived(1);
        (await first).Should().Be(TimeSpan.FromSeconds(0.5));

        Task<TimeSpan> second = _fixture.Monitor.ProbeAsync().AsTask();
        _fixture.Advance(0.25);
        second.IsCompleted.Should().BeFalse();
        _fixture.Heartbeat.ReportReceived(1);

        (await second).Should().Be(TimeSpan.FromSeconds(0.25));
    }

    [Fact]
    public async Task A_byte_that_comes_before_the_ping_has_begun_is_no_answer()
    {
        Task<TimeSpan> probe = _fixture.Monitor.ProbeAsync().AsTask();
        _fixture.Clock.Advance(TimeSpan.FromMilliseconds(1));
        _fixture.Heartbeat.ReportReceived(1);
        _fixture.Clock.Advance(TimeSpan.FromMilliseconds(1));
        _fixture.Queue.RunAll();
        probe.IsCompleted.Should().BeFalse();
        _fixture.Advance(0.25);
        _fixture.Heartbeat.ReportReceived(1);

        (await probe).Should().Be(TimeSpan.FromSeconds(0.25));
    }

    [Fact]
    public async Task An_answer_may_come_before_the_call_returns()
    {
        _fixture.Answer();
        Task<TimeSpan> probe = _fixture.Monitor.ProbeAsync().AsTask();
        _fixture.Queue.RunAll();

        (await probe).Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public async Task It_works_where_nothing_is_judged()
    {
        await using PingFixture fixture = new(seconds: -1);
        fixture.Advance(100);
        Task<TimeSpan> probe = fixture.Monitor.ProbeAsync().AsTask();
        fixture.Advance(0.1);
        fixture.Heartbeat.ReportReceived(1);

        (await probe).Should().Be(TimeSpan.FromSeconds(0.1));
        fixture.Pings.Should().ContainSingle();
        fixture.Monitor.GetSnapshot().RoundTrip.Should().Be(TimeSpan.FromSeconds(0.1));
    }

    [Fact]
    public async Task The_end_ends_the_waiting()
    {
        Task<TimeSpan> probe = _fixture.Monitor.ProbeAsync().AsTask();
        _fixture.Advance(13);
        (await FluentActions.Awaiting(() => probe).Should().ThrowAsync<ConnectionLostException>()).Which.Loss.Should().BeOfType<HeartbeatTimedOut>();

        await using PingFixture closed = new();
        probe = closed.Monitor.ProbeAsync().AsTask();
        closed.Heartbeat.ReportClosed();
        await FluentActions.Awaiting(() => probe).Should().ThrowAsync<InvalidOperationException>();
    }

    [Fact]
    public async Task The_token_ends_the_waiting_and_not_the_ping()
    {
        using CancellationTokenSource source = new();
        Task<TimeSpan> probe = _fixture.Monitor.ProbeAsync(source.Token).AsTask();
        await source.CancelAsync();
        await FluentActions.Awaiting(() => probe).Should().ThrowAsync<OperationCanceledException>();
        _fixture.Queue.RunAll();

        _fixture.Pings.Should().ContainSingle();
        _fixture.LastToken.IsCancellationRequested.Should().BeFalse();
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();
}
