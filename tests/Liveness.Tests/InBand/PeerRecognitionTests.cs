using Liveness.Testing;
using Liveness.Tests.Support;

namespace Liveness.Tests.InBand;

/// <summary>Time is up only for a peer that has said nothing: not for one whose word is still on its way through our own pool.</summary>
public sealed class PeerRecognitionTests
{
    private static readonly TimeSpan s_safety = TimeSpan.FromSeconds(20);

    private readonly ManualTimeProvider _clock = new();
    private readonly ScriptedFirstBytes _source = new();
    private readonly HeartbeatPlan _plan = HeartbeatPlan.Create(new HeartbeatOptions { PlainPeers = PlainPeers.Serve });

    [Fact]
    public async Task A_HELLO_that_is_here_in_the_very_tick_of_the_deadline_counts()
    {
        Task<RecognizedPeer> recognising = PeerRecognition.ByBytesAsync(_source, _plan, _clock, CancellationToken.None);
        _source.Hidden = PeerFrames.Hello();

        _clock.Advance(_plan.PlainPeerAfter);

        (await recognising).Kind.Should().Be(PeerKind.Liveness);
        _source.Looks.Should().Be(1);
    }

    [Fact]
    public async Task A_peer_whose_bytes_lie_here_unread_is_waited_for_and_no_longer_than_a_handshake()
    {
        Task<RecognizedPeer> recognising = PeerRecognition.ByBytesAsync(_source, _plan, _clock, CancellationToken.None);
        _source.Holds = true;

        for (int round = 1; round <= 10; round++)
        {
            recognising.IsCompleted.Should().BeFalse();
            _clock.Advance(_plan.PlainPeerAfter);
            await LookedAsync(round);
        }

        (await recognising).Should().Be(new RecognizedPeer(PeerKind.Plain, PlainSign.Silence, _source));
    }

    /// <summary>A stream in which nothing shows what has arrived: a process that could not run finds its timer late.</summary>
    [Theory]
    [InlineData(99, false)]
    [InlineData(100, true)]
    [InlineData(60_000, false)]
    public async Task A_pause_of_our_own_is_no_silence_of_the_peer(int late, bool isExcused)
    {
        OffsetClock clock = new(_clock);
        Task<RecognizedPeer> recognising = PeerRecognition.ByBytesAsync(_source, _plan, clock, CancellationToken.None);
        _source.Holds = null;
        clock.Ahead = TimeSpan.FromMilliseconds(late);

        _clock.Advance(_plan.PlainPeerAfter);
        if (isExcused)
        {
            await LookedAsync(1);
            recognising.IsCompleted.Should().BeFalse();
            _source.Hidden = PeerFrames.Hello();
            _clock.Advance(_plan.PlainPeerAfter);
        }

        (await recognising.WaitAsync(s_safety)).Kind.Should().Be(isExcused ? PeerKind.Liveness : PeerKind.Plain, "no excuse is longer than a handshake");
    }

    [Fact]
    public async Task A_failure_costs_no_byte_that_was_taken_before()
    {
        _source.Fails = new IOException("reset");

        RecognizedPeer peer = await PeerRecognition.ByBytesAsync(_source, _plan, _clock, CancellationToken.None).WaitAsync(s_safety);

        peer.Should().Be(new RecognizedPeer(PeerKind.Liveness, PlainSign.None, _source));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stream_whose_peek_blocks_or_does_not_heed_its_token_holds_nobody_up_for_ever(bool blocks)
    {
        LivenessScheduler scheduler = LivenessScheduler.For(_clock);
        using HangingPeek hanging = new(blocks);
        FirstBytesSource source = new PeekedFirstBytes(hanging, socket: null, scheduler);

        Task<RecognizedPeer> recognising = PeerRecognition.ByBytesAsync(source, _plan, scheduler.TimeProvider, CancellationToken.None);
        await hanging.Begun.WaitAsync(s_safety);
        while (!recognising.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        (await recognising).Should().Be(RecognizedPeer.Failed(source));
        hanging.WasCancelled.Should().BeTrue();
    }

    [Fact]
    public async Task What_has_arrived_goes_before_a_cancellation()
    {
        using CancellationTokenSource cancelled = new();
        Task<RecognizedPeer> recognising = PeerRecognition.ByBytesAsync(_source, _plan, _clock, cancelled.Token);
        _source.Hidden = "GET / HTTP"u8.ToArray();

        await cancelled.CancelAsync();

        (await recognising).Sign.Should().Be(PlainSign.Bytes);
    }

    [Fact]
    public async Task A_cancellation_ends_the_waiting()
    {
        using CancellationTokenSource cancelled = new();
        Task<RecognizedPeer> recognising = PeerRecognition.ByBytesAsync(_source, _plan, _clock, cancelled.Token);

        await cancelled.CancelAsync();

        Func<Task> awaiting = () => recognising;
        await awaiting.Should().ThrowAsync<OperationCanceledException>();
    }

    /// <summary>Timers go by the clock beneath: they come late by what this is ahead.</summary>
    private sealed class OffsetClock(ManualTimeProvider beneath) : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override long TimestampFrequency => beneath.TimestampFrequency;

        public override long GetTimestamp() => beneath.GetTimestamp() + (long)(Ahead.TotalSeconds * TimestampFrequency);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            beneath.CreateTimer(callback, state, dueTime, period);
    }

    private sealed class HangingPeek(bool blocks) : IPeekable, IDisposable
    {
        private readonly ManualResetEventSlim _released = new();
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Until then the clock must stand still: the lane that begins it may be behind.</summary>
        public Task Begun => _begun.Task;

        public bool WasCancelled { get; private set; }

        public void Dispose() => _released.Set();

        public async ValueTask<int> PeekAsync(Memory<byte> buffer, int atLeast, CancellationToken cancellationToken)
        {
            using CancellationTokenRegistration registration = cancellationToken.Register(() => WasCancelled = true);
            _begun.SetResult();
            if (blocks)
            {
                _released.Wait(CancellationToken.None);
            }

            await Task.Delay(Timeout.InfiniteTimeSpan, CancellationToken.None);
            return 0;
        }
    }

    /// <summary>And the next wait has begun, if there is one.</summary>
    private async Task LookedAsync(int times)
    {
        using CancellationTokenSource tooLate = new(TimeSpan.FromSeconds(20));
        while (_source.Looks < times || (times < 10 && _clock.NextTimerDue is null))
        {
            tooLate.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
