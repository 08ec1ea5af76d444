using Liveness.Testing;
using Liveness.Tests.Support;

namespace Liveness.Tests.InBand;

/// <summary>Time is up only for a peer that has said nothing: not for one whose word is still on its way through our own pool.</summary>
public sealed class PeerRecognitionTests
{
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
