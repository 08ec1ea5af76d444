namespace Liveness.Tests.Simulation;

/// <content>The application: it writes a pattern, and checks what it reads.</content>
internal sealed partial class SimulatedEnd
{
    private readonly Random _dice;
    private int _chunkLeft;
    private Instant _nextWriteAt;
    private Instant _nextReadAt;
    private bool _mayWrite = true;
    private bool _mayRead = true;
    private bool _completedWrites;

    /// <summary>All faults are over: write the rest, read everything, and close.</summary>
    public bool IsFinishing { get; private set; }

    public bool ReaderIsStopped { get; set; }

    public long Written { get; private set; }

    public long ReadTotal { get; private set; }

    /// <summary>The reader has seen the end of the stream.</summary>
    public bool ReadToEnd { get; private set; }

    public Instant? CloseBeganAt { get; private set; }

    /// <summary>It was closed before the handshake was through: the peer may call that a loss.</summary>
    public bool LeftTheHandshake { get; private set; }

    /// <summary>The other end had said goodbye, or its loss was known, before this one closed.</summary>
    public bool ClosedFirst { get; private set; }

    public void Finish() => Request(_ => IsFinishing = true);

    public void Close(Instant now)
    {
        if (CloseBeganAt is null)
        {
            _trace.Note(now, Name, "closes");
            CloseBeganAt = now;
            LeftTheHandshake = !Session.IsOpen;
            ClosedFirst = !Session.HasEnded;
            Act(Session.BeginClose(now), now);
        }
    }

    public void CompleteWrites(Instant now)
    {
        if (!_completedWrites && !Session.HasEnded && CloseBeganAt is null)
        {
            _trace.Note(now, Name, "completes its writes", Written);
            _completedWrites = true;
            Act(Session.CompleteWrites(), now);
        }
    }

    public void Probe(Instant now) => Act(Session.RequestProbe(now), now);

    public void ChangeRate(HeartbeatRate rate, Instant now)
    {
        _trace.Note(now, Name, "changes rate to ms", rate.Wire.RxMilliseconds, rate.Wire.MinRxMilliseconds);
        Act(Session.ChangeRate(rate), now);
    }

    private bool MayAccept => !IsLagging && !_completedWrites && !Session.HasEnded && CloseBeganAt is null && Session.IsStarted;

    private bool HasMoreToWrite => _chunkLeft > 0 || Written < Profile.WriteTotal;

    private Instant NextWrite
    {
        get
        {
            if (!MayAccept || !_mayWrite || !HasMoreToWrite)
            {
                return Instant.Never;
            }

            return _chunkLeft > 0 || IsFinishing ? new Instant(0) : _nextWriteAt;
        }
    }

    private Instant NextRead
    {
        get
        {
            bool reads = _mayRead && !_readerDone && !IsLagging && Session.IsStarted && CloseBeganAt is null && (!ReaderIsStopped || IsFinishing);
            return !reads ? Instant.Never : IsFinishing ? new Instant(0) : _nextReadAt;
        }
    }

    private bool _readerDone;

    private void RunApplication(Instant now)
    {
        while (_requests.Count > 0)
        {
            Action<Instant> request = _requests[0];
            _requests.RemoveAt(0);
            request(now);
        }

        RunWriter(now);
        RunReader(now);
        if (IsFinishing && MayAccept && !HasMoreToWrite)
        {
            CompleteWrites(now);
        }

        bool done = _readerDone && (Session.HasEnded || (_completedWrites && !Profile.ClosesSecond));
        if (done && CloseBeganAt is null)
        {
            Close(now);
        }
    }

    private void RunWriter(Instant now)
    {
        while (NextWrite <= now)
        {
            if (_chunkLeft == 0)
            {
                _chunkLeft = (int)Math.Min(Profile.WriteTotal - Written, _dice.Next(1, Profile.WriteChunk + 1));
            }

            ReadOnlySpan<byte> next = PatternStream.At(Written, _chunkLeft);
            int taken = Session.Accept(next);
            Require(Session.Unsent <= InBandSession.OutboundCapacity, now, "holds more unsent bytes than it may");
            Written += taken;
            _chunkLeft -= taken;
            _mayWrite = taken == next.Length;
            _wantsPump = true;
            if (_chunkLeft == 0)
            {
                _nextWriteAt = now + (Profile.WritePause * (0.5 + _dice.NextDouble()));
            }
        }
    }

    private void RunReader(Instant now)
    {
        byte[] buffer = Scratch.Buffer;
        while (NextRead <= now)
        {
            int most = IsFinishing ? buffer.Length : _dice.Next(1, Profile.ReadChunk + 1);
            ReadStatus status = Session.Read(buffer.AsSpan(0, most), out int count, out SessionSignals signals);
            Act(signals, now);
            if (status == ReadStatus.Pending)
            {
                _mayRead = false;
                return;
            }

            _readerDone = status != ReadStatus.Data;
            ReadToEnd = status == ReadStatus.EndOfStream;
            Require(PatternStream.IsAt(ReadTotal, buffer.AsSpan(0, count)), now, "reads bytes that were not written there");
            ReadTotal += count;
            _nextReadAt = now + Profile.ReadEvery;
        }
    }
}
