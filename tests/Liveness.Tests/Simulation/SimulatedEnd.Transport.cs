using System.Net.Sockets;

namespace Liveness.Tests.Simulation;

/// <content>What the stream does around its session: one write in flight, one reader, and how the transport is let go.</content>
internal sealed partial class SimulatedEnd
{
    private const int ReceiveSize = 32 * 1024;

    private readonly byte[] _write = new byte[SendScheduler.ControlSize + (16 * 1024)];
    private int _writeStart;
    private int _writeEnd;
    private bool _writeIsLast;
    private bool _writeFailed;
    private bool _wantsPump;
    private bool _readSideDone;
    private Instant _lastFrameDue = Instant.Never;
    private Instant _blockedSince;
    private PauseLedger _blocked = PauseLedger.Empty;

    /// <summary>The transport is closed or aborted.</summary>
    public bool IsGone { get; private set; }

    /// <summary>It was aborted: whatever had not arrived may be lost.</summary>
    public bool Aborted { get; private set; }

    public Instant? GoneAt { get; private set; }

    /// <summary>An orderly close of this end that was given up.</summary>
    public bool CloseWasCutShort => Session.CloseIsDone && !Session.ClosesInGoodOrder;

    public bool IsBlocked => _writeStart < _writeEnd;

    private bool CanTakeIn => !_readSideDone && !IsGone && !IsLagging && Session.IsStarted && (_incoming.Readable > 0 || _incoming.HasEnded);

    private bool CanGoOnWriting => IsBlocked && !_writeFailed && !IsGone && (_outgoing.FreeSpace > 0 || _incoming.RefusesWrites);

    /// <summary>How long, in the interval, a write waited for room.</summary>
    public TimeSpan BlockedWithin(Instant from, Instant to) => Within(_blocked, IsBlocked ? _blockedSince : null, from, to);

    private void TakeIn(Instant now)
    {
        byte[] buffer = Scratch.Buffer;
        while (CanTakeIn && _incoming.Readable > 0)
        {
            int count = _incoming.Deliver(buffer.AsSpan(0, ReceiveSize), now);
            NoteSilence(now);
            LastTaken = now;
            ulong before = Session.Counts.Received;
            LongestDeadline = TimeSpan.Zero;
            Act(Session.OnReceived(buffer.AsSpan(0, count), now, Health(now)), now);
            StreamCounts counts = Session.Counts;
            LastDataTaken = counts.Received == before ? LastDataTaken : now;
            Require(counts.Received <= Wire.Granted, now, "takes more than it granted");
            CheckExposure(now);
        }

        if (CanTakeIn)
        {
            _readSideDone = true;
            SocketException? error = _incoming.IsReset ? new SocketException((int)SocketError.ConnectionReset) : null;
            Act(Session.OnReadEnded(error, now, Health(now)), now);
        }
    }

    /// <summary>The budget is held for all that the peer may have this end hold, beyond the first credit, as long as it may.</summary>
    private void CheckExposure(Instant now)
    {
        long exposure = (long)(Wire.Granted - Session.Counts.Consumed);
        Require(exposure <= Profile.Plan.MaxReceiveWindow, now, $"lets the peer send {exposure} unread bytes");
        Require(Session.HasEnded || exposure - Profile.Plan.ReceiveWindow <= Budget.Taken, now, $"holds {Budget.Taken} of the budget for {exposure} bytes");
        Require(Budget.Taken <= Budget.Limit, now, "takes more than there is");
    }

    private void Pump(Instant now)
    {
        while (!_writeFailed && !IsGone)
        {
            if (IsBlocked)
            {
                if (!GoOnWriting(now))
                {
                    return;
                }
            }
            else if (!_wantsPump || !Session.HasOutput(now))
            {
                _wantsPump = false;
                return;
            }

            if (!IsBlocked && !Encode(now))
            {
                return;
            }
        }
    }

    private bool Encode(Instant now)
    {
        _writeStart = 0;
        _writeEnd = Session.TakeOutput(_write, now, Health(now), out SessionSignals signals).Length;
        _writeIsLast = _writeEnd > 0 && Session.GoodbyeWasTaken;
        _blockedSince = now;
        Wire.OnHandedOver(_write.AsSpan(0, _writeEnd), now);
        CheckExposure(now);
        Act(signals, now);
        _wantsPump = _writeEnd > 0;
        return _writeEnd > 0;
    }

    /// <returns>Whether the write is through.</returns>
    private bool GoOnWriting(Instant now)
    {
        if (_incoming.RefusesWrites)
        {
            _writeFailed = true;
            _trace.Note(now, Name, "write fails");
            Act(Session.OnWriteFailed(new SocketException((int)SocketError.Shutdown), now), now);
            return false;
        }

        if (Profile.WritesWithoutOwnership && _writeStart > 0 && _outgoing.FreeSpace > 0 && Session.HasOutput(now))
        {
            byte[] second = new byte[SendScheduler.ControlSize + (16 * 1024)];
            int length = Session.TakeOutput(second, now, Health(now), out _).Length;
            _outgoing.Accept(second.AsSpan(0, length), now);
        }

        _writeStart += _outgoing.Accept(_write.AsSpan(_writeStart, _writeEnd - _writeStart), now);
        if (IsBlocked)
        {
            return false;
        }

        _blocked = _blocked.Add(_blockedSince, now);
        _mayWrite = true;
        _wantsPump = true;
        if (_writeIsLast)
        {
            _outgoing.Complete(now);
        }

        return true;
    }

    private void LetGo(Instant now)
    {
        if (IsGone)
        {
            return;
        }

        bool lost = Session.Loss is not null;
        bool lastFrameIsLeaving = Session.CloseIsDone && Session.ClosesInGoodOrder && IsBlocked && !_writeFailed;
        if (lastFrameIsLeaving && _lastFrameDue == Instant.Never)
        {
            _lastFrameDue = now + Profile.Plan.CloseTimeout;
            _wake = Instant.Min(_wake, _lastFrameDue);
        }

        bool over = Session.CloseIsDone && (!lastFrameIsLeaving || now >= _lastFrameDue);
        if (!lost && !over)
        {
            return;
        }

        IsGone = true;
        GoneAt = now;
        Aborted = lost || lastFrameIsLeaving || !Session.ClosesInGoodOrder;
        _trace.Note(now, Name, Aborted ? "aborts" : "lets go");
        if (Aborted)
        {
            SayFarewell(now);
        }

        if (Aborted || _incoming.Readable > 0)
        {
            _outgoing.Reset(now);
        }
        else
        {
            _outgoing.Complete(now);
        }

        _incoming.CloseReceiver(now);
    }

    private void SayFarewell(Instant now)
    {
        if (Session.Farewell is { } code && !IsBlocked && !_writeFailed)
        {
            Span<byte> frame = stackalloc byte[WireLimits.MaxControlFrame];
            _outgoing.Accept(frame[..FrameWriter.WriteGoodbye(frame, code, string.Empty)], now);
        }
    }
}
