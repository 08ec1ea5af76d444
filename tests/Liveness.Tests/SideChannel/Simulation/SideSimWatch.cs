using Liveness.SideChannel;

namespace Liveness.Tests;

/// <summary>What one process knows of one connection that it watches.</summary>
internal sealed class SideSimWatch(SideSimConnection connection, SideSimKernel kernel, Instant now)
{
    private WitnessWatch _witness = new(kernel.Snapshot(now), now, true);
    private Instant _failedSince = Instant.Never;
    private Instant _answeredAt = new(long.MinValue);
    private Instant _closingSince = Instant.Never;
    private ulong? _confirmedBy;

    public SideSimConnection Connection => connection;

    public SideSimKernel Kernel => kernel;

    public Instant NextLook { get; set; } = now;

    public bool IsLost { get; set; }

    public WitnessState Witness => _witness.State;

    public SideAnswer Answer { get; private set; }

    public ConnectionConditions Conditions { get; set; }

    private AnswerMessage _counts = new(0, SideAnswer.None, AnswerMessage.Unknown, AnswerMessage.Unknown);

    private long? _sentWhenAsked;

    public void Look(Instant at, TimeSpan detectWithin)
    {
        bool failed = _witness.Look(kernel.Snapshot(at), at, detectWithin) == WitnessState.Failed;
        _failedSince = failed ? Instant.Min(_failedSince, at) : Instant.Never;
    }

    public void Take(AnswerMessage answer, ulong instance, Instant at)
    {
        _counts = answer;
        _sentWhenAsked = kernel.Snapshot(at).BytesSent;
        _answeredAt = at;
        Answer = answer.Answer;
        _closingSince = Answer == SideAnswer.Closing ? Instant.Min(_closingSince, at) : Instant.Never;
        _confirmedBy = Answer == SideAnswer.Watched ? instance : _confirmedBy;
    }

    public SideFacts Facts(Instant at, ulong peerInstance)
    {
        TimeSpan bytes = _witness.BytesSilentFor(at);
        TimeSpan closing = Answer == SideAnswer.Closing ? at - _closingSince : TimeSpan.Zero;
        return new SideFacts
        {
            Witness = _witness.State,
            WitnessFailedFor = _witness.FailedFor(at),
            BytesSilentFor = bytes,
            PeerStalled = _witness.Stalled,
            DeadDirection = SideCounts.DeadDirection(kernel.Snapshot(at), _sentWhenAsked, _counts),
            Answer = Answer,
            AnswerIsFresh = _failedSince == Instant.Never || _answeredAt >= _failedSince,
            WasConfirmed = _confirmedBy is not null,
            NewInstance = _confirmedBy is { } confirmed && confirmed != peerInstance,
            ClosingFor = closing < bytes ? closing : bytes,
        };
    }
}
