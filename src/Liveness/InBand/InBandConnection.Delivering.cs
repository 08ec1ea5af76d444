namespace Liveness;

/// <content>What was received on its way to the application: parsed and copied, or straight into its buffer where a frame is
/// large.</content>
internal sealed partial class InBandConnection
{
    /// <summary>From here on the rest of a frame goes straight into the application's buffer.</summary>
    private const int DirectThreshold = 4 * 1024;

    private int _directSize;

    /// <summary>Parses what was received and gives the application its share.</summary>
    /// <returns>Whether this caller goes on receiving.</returns>
    private bool TakeIn(int count, bool isDirect, bool isReadersThread)
    {
        if (count == 0)
        {
            EndReceiving(null);
            return false;
        }

        SessionSignals signals;
        bool fillsOn;
        Settled delivered;
        lock (_gate)
        {
            Instant now = _scheduler.Now;
            LocalHealth health = _scheduler.Observe(now);
            ulong before = _session.Counts.Received;
            signals = SessionSignals.None;
            if (isDirect)
            {
                int direct = Math.Min(count, _directSize);
                count -= direct;
                signals = _session.OnReceivedDirectly(direct, now, health, out int taken);
                _read.Fill(taken);
                _read.Unclaim();
            }

            Delivery delivery = new(_read.IsWaiting ? _read.Free.Span : default);
            signals = NoteNeedsLock(signals | _session.OnReceived(_receiveBuffer.AsSpan(0, count), now, health, ref delivery));
            PlanReceiveNeedsLock(count, hasData: _session.Counts.Received != before);
            if (delivery.Count > 0)
            {
                _read.Fill(delivery.Count);
            }

            if (_transport.ReceivesWithoutWaiting && TryClaimNeedsLock())
            {
                // There is room for more of a large frame, which may be here already.
                fillsOn = true;
                delivered = default;
            }
            else
            {
                fillsOn = false;
                delivered = SettleNeedsLock(now, ref signals);
            }
        }

        // The waiting read is looked after here.
        Act(signals & ~SessionSignals.Readable);
        return fillsOn || Finish(delivered, isReadersThread);
    }

    /// <summary>Gives the application what was filled in so far.</summary>
    /// <returns>Whether this caller goes on receiving.</returns>
    private bool Deliver(bool isReadersThread)
    {
        SessionSignals signals = SessionSignals.None;
        Settled delivered;
        lock (_gate)
        {
            _read.Unclaim();
            delivered = SettleNeedsLock(_scheduler.Now, ref signals);
        }

        Act(signals & ~SessionSignals.Readable);
        return Finish(delivered, isReadersThread);
    }

    /// <summary>Under the lock: takes the waiting read out, if there is anything for it; then the application drives.</summary>
    private Settled SettleNeedsLock(Instant now, ref SessionSignals signals)
    {
        ReadStatus status = SettleReadNeedsLock(out int count, out SessionSignals more);
        signals |= more;
        bool keeps = status is not ReadStatus.Data || !_transport.IsTrulyAsynchronous || _session.HasEnded || _isDisposed;
        return new Settled(status, count, keeps, LeaseBegins: !keeps && GiveLeaseNeedsLock(now));
    }

    private bool Finish(in Settled settled, bool isReadersThread)
    {
        if (settled.LeaseBegins)
        {
            FileWakeup();
        }

        FinishRead(settled.Status, settled.Count, inline: !settled.KeepsReceiving);
        if (!settled.KeepsReceiving)
        {
            return !isReadersThread && TakeLease();
        }

        if (!_session.HasEnded && !_transportDone.IsCancellationRequested)
        {
            return true;
        }

        EndReceiving(null);
        return false;
    }

    /// <summary>The rest of a large frame, into the application's buffer, and the header of the next: only what is there already.</summary>
    /// <returns>False = there is nothing to be received in this way now. With bytes received the buffer stays claimed.</returns>
    private bool TryReceiveDirectly(out int count, out ReceiveStep step)
    {
        count = 0;
        step = ReceiveStep.ReceivedDirectly;
        if (!_transport.ReceivesWithoutWaiting)
        {
            return false;
        }

        if (!TryClaim())
        {
            // The connection has ended since the buffer was claimed: what it holds is given out, and whoever ends things finds the read
            // waiting again.
            step = ReceiveStep.NoMoreNow;
            return _read.IsClaimed;
        }

        Memory<byte> target = _read.Free[.._directSize];
        Memory<byte> next = _directSize == _session.DirectBytes ? ReceiveBuffer()[..WireLimits.HeaderSize] : default;
        bool received = false;
        try
        {
            received = _transport.TryReceive(target, next, out count);
        }
        finally
        {
            if (count == 0 && (received || _read.Filled == 0))
            {
                UnclaimRead();
            }
        }

        step = received ? ReceiveStep.ReceivedDirectly : ReceiveStep.NoMoreNow;
        return received || _read.IsClaimed;
    }

    private bool TryClaim()
    {
        // Without the lock: nobody but the owner moves on within a frame, and the rest is only a hint.
        bool isWaiting = _read.IsWaiting || _read.IsClaimed;
        _receiveSize = isWaiting && _session.FramesAreLarge ? SmallReceiveSize : BusyReceiveSize;
        if (!isWaiting || _session.DirectBytes < DirectThreshold)
        {
            return false;
        }

        lock (_gate)
        {
            return TryClaimNeedsLock();
        }
    }

    /// <summary>Under the lock: reserves the waiting read's buffer, where the rest of a frame is worth it.</summary>
    private bool TryClaimNeedsLock()
    {
        if (!_read.IsClaimed)
        {
            if (!_read.IsWaiting || Math.Min(_read.Free.Length, _session.DirectBytes) < DirectThreshold)
            {
                return false;
            }

            _read.Claim();
        }
        else if (_session.DirectBytes == 0)
        {
            return false;
        }

        _directSize = Math.Min(_read.Free.Length, _session.DirectBytes);
        return true;
    }

    /// <summary>Nothing came; a cancellation or an end may have.</summary>
    private void UnclaimRead()
    {
        lock (_gate)
        {
            _read.Unclaim();
        }

        WakeReader();
    }

    private readonly record struct Settled(ReadStatus Status, int Count, bool KeepsReceiving, bool LeaseBegins);
}
