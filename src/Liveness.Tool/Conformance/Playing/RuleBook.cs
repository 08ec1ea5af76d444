namespace Liveness.Tool.Conformance;

/// <summary>
/// The rules that hold in every case, whatever it is about: each frame of the testee is held to them as it comes. Pure; the caller holds
/// the lock of <see cref="TesterEnd"/>.
/// </summary>
internal sealed class RuleBook
{
    /// <summary>How the only rule about times is told.</summary>
    public const string SpacingSection = "5.2:";

    /// <summary>A timer, two processes and a scheduler lie between two frames: a single pair may come closer than it left.</summary>
    private static readonly TimeSpan s_bunching = TimeSpan.FromMilliseconds(60);

    private const int SpacedAtOnce = 8;
    private const uint MostMilliseconds = 86_400_000;

    private readonly List<uint> _ourBeats = [];
    private readonly Queue<TimeSpan> _spaced = new();
    private RawBeat? _lastBeat;
    private uint? _echoed;
    private int _ourOpenProbes;
    private int _theirOpenProbes;
    private ulong _theirCredits;
    private bool _saidEnd;

    /// <summary>Ours, as it was sent.</summary>
    public RawHello? Ours { get; set; }

    public RawHello? Theirs { get; private set; }

    /// <summary>DATA bytes that we have sent.</summary>
    public ulong Sent { get; set; }

    /// <summary>Up to where we may send.</summary>
    public ulong Limit { get; private set; }

    /// <summary>Up to where the testee may.</summary>
    public ulong Granted { get; set; }

    /// <summary>DATA bytes that have come.</summary>
    public ulong Received { get; private set; }

    /// <summary>Our newest RATE.</summary>
    public uint OwnGeneration { get; set; }

    /// <summary>The testee's newest RATE.</summary>
    public uint TheirGeneration { get; private set; }

    /// <summary>How often the testee wants to hear us now.</summary>
    public uint TheirRx { get; private set; }

    public RawBeat? LastBeat => _lastBeat;

    public TimeSpan? LastBeatAt { get; private set; }

    public bool SaidGoodbye { get; private set; }

    public bool Ended => _saidEnd || SaidGoodbye;

    /// <summary>Shortest distance between two frames that nobody asked for, ms.</summary>
    public uint Spacing { get; set; }

    /// <summary>Judges what the bytes of DATA say; null = they are those that we have sent, come back.</summary>
    public SideBook? Side { get; init; }

    public void OnOurBeat(uint seq, bool asks)
    {
        _ourBeats.Add(seq);
        _ourOpenProbes += asks ? 1 : 0;
    }

    /// <returns>What is wrong with it; null = nothing.</returns>
    public string? Check(Arrival frame)
    {
        if (Theirs is null)
        {
            return frame.Type == Raw.Hello ? CheckHello(frame) : $"2, 3.1: the first frame is {frame}, not HELLO";
        }

        if (SaidGoodbye)
        {
            return $"2.5: {frame} behind GOODBYE";
        }

        if (Ours is null && frame.Type != Raw.Goodbye)
        {
            return $"3.1: {frame} before the peer's HELLO";
        }

        return frame.Type switch
        {
            Raw.Hello => "3.1: a second HELLO",
            Raw.Data => CheckData(frame),
            Raw.Beat => CheckBeat(frame),
            Raw.Credit => CheckCredit(frame),
            Raw.End => CheckEnd(frame),
            Raw.Goodbye => CheckGoodbye(frame),
            Raw.Rate => CheckRate(frame),
            >= Raw.FirstExtension => null,
            _ => $"2: {frame}: no such type",
        };
    }

    private string? CheckHello(Arrival frame)
    {
        if (frame.Length is < RawHello.Size or > 512 || !frame.Payload.AsSpan(0, 4).SequenceEqual("LIVE"u8))
        {
            return "2.1: no HELLO: its length or its magic";
        }

        RawHello hello = RawHello.Of(frame.Payload);
        Theirs = hello;
        TheirRx = hello.Rx;
        Limit = hello.FirstCredit;
        return hello switch
        {
            { MinVersion: 0 } or { MaxVersion: 0 } => "2.1: version 0",
            _ when hello.MinVersion > hello.MaxVersion => "2.1: minVersion above maxVersion",
            { MinVersion: 1, Flags: not 0 } => "2.1: flags are not 0",
            _ when Math.Max(hello.Rx, Math.Max(hello.MinRx, hello.MinTx)) > MostMilliseconds => "2.1: an interval above a day",
            _ when hello.Rx > 0 && hello.MinRx > hello.Rx => "2.1: minRxInterval above rxInterval",
            { MaxFrame: 0 or > 65_536 } => "2.1: maxFrame",
            { FirstCredit: > 1 << 30 } => "2.1: firstCredit",
            { MaxVersion: 1, More: > 0 } => "2: version 1 sends 64 bytes",
            { MinTx: < 10 } => "4: minTxInterval below 10 ms",
            _ => null,
        };
    }

    private string? CheckData(Arrival frame)
    {
        if (frame.Length == 0 || frame.Length > Ours!.MaxFrame)
        {
            return $"2.7: DATA of {frame.Length} bytes, maxFrame is {Ours!.MaxFrame}";
        }

        if (_saidEnd)
        {
            return "2.4: DATA after END";
        }

        if (Received + (ulong)frame.Length > Granted)
        {
            return $"7: DATA up to {Received + (ulong)frame.Length}, credit is {Granted}";
        }

        if (Side is not null)
        {
            Received += (ulong)frame.Length;
            return Side.Take(frame.Payload);
        }

        for (int i = 0; i < frame.Length; i++)
        {
            if (frame.Payload[i] != EchoPattern.At(Received + (ulong)i))
            {
                return $"2.7: the byte at {Received + (ulong)i} is not the one that was sent";
            }
        }

        Received += (ulong)frame.Length;
        return Received > Sent ? $"2.7: {Received} bytes came back of {Sent}" : null;
    }

    private string? CheckBeat(Arrival frame)
    {
        if (frame.Length != RawBeat.Size)
        {
            return $"2.2: BEAT of {frame.Length} bytes";
        }

        RawBeat beat = RawBeat.Of(frame.Payload);
        RawBeat? before = _lastBeat;
        _lastBeat = beat;
        LastBeatAt = frame.At;
        if (beat.Flags > 3 || beat.Reserved != 0)
        {
            return "2.2: flags above 3, or the reserved byte";
        }

        if (before is { } last && beat.Seq != unchecked(last.Seq + 1))
        {
            return $"5.6: seq {beat.Seq} after {last.Seq}";
        }

        (ulong received, ulong consumed) = (before?.Received ?? 0, before?.Consumed ?? 0);
        if (beat.Received > Sent || beat.Received < received || beat.Consumed < consumed || beat.Consumed > beat.Received)
        {
            return $"5.9: received {beat.Received} and consumed {beat.Consumed}, before {received} and {consumed}; sent were {Sent}";
        }

        if (beat.Generation > OwnGeneration || beat.Generation < (before?.Generation ?? 0))
        {
            return $"6.7: generation {beat.Generation}, before {before?.Generation ?? 0}; sent was {OwnGeneration}";
        }

        return CheckEcho(beat) ?? CheckAnswer(beat) ?? ((beat.Flags & RawBeat.Answers) == 0 ? CheckSpacing(frame) : null);
    }

    private string? CheckEcho(RawBeat beat)
    {
        if (beat.EchoDelay == Raw.NoEcho)
        {
            return _echoed is not null ? "5.7: no echo after there was one"
                : beat.EchoSeq != 0 ? "2.2: echoSeq is not 0 without an echo"
                : null;
        }

        int at = _ourBeats.LastIndexOf(beat.EchoSeq);
        if (at < 0)
        {
            return $"5.7: echo of {beat.EchoSeq}, which was never sent";
        }

        if (_echoed is { } echoed && at < _ourBeats.LastIndexOf(echoed))
        {
            return $"5.7: echo of {beat.EchoSeq} after {echoed}";
        }

        _echoed = beat.EchoSeq;
        return null;
    }

    private string? CheckAnswer(RawBeat beat)
    {
        _theirOpenProbes += (beat.Flags & RawBeat.Asks) != 0 ? 1 : 0;
        if ((beat.Flags & RawBeat.Answers) == 0)
        {
            return null;
        }

        // The last BEAT before a GOODBYE is an answer to a question that nobody asked (9).
        _ourOpenProbes--;
        return _ourOpenProbes < -1 ? "5.5: an answer more than there were questions" : null;
    }

    /// <summary>Several at once, for they may have been held up together on their way.</summary>
    private string? CheckSpacing(Arrival frame)
    {
        _spaced.Enqueue(frame.At);
        if (_spaced.Count <= SpacedAtOnce)
        {
            return null;
        }

        TimeSpan span = frame.At - _spaced.Dequeue();
        TimeSpan least = TimeSpan.FromMilliseconds(Spacing * SpacedAtOnce);
        return span < least - s_bunching
            ? $"{SpacingSection} {SpacedAtOnce + 1} frames within {span.TotalMilliseconds:0} ms, at {Spacing} ms"
            : null;
    }

    private string? CheckCredit(Arrival frame)
    {
        if (frame.Length != 8)
        {
            return $"2.3: CREDIT of {frame.Length} bytes";
        }

        ulong before = Limit;
        Limit = Raw.LongNumber(frame.Payload, 0);
        _theirCredits++;
        return Limit <= before ? $"7: CREDIT {Limit} after {before}"
            : Limit > Sent + (1 << 30) ? $"7: CREDIT {Limit}, too far ahead of {Sent}"
            : _theirCredits > 64 + (Sent / 4096) ? $"8: {_theirCredits} CREDIT frames for {Sent} bytes"
            : null;
    }

    private string? CheckEnd(Arrival frame)
    {
        string? broken = frame.Length != 0 ? "2.4: END with a payload" : _saidEnd ? "2.4: a second END" : null;
        _saidEnd = true;
        return broken;
    }

    private string? CheckGoodbye(Arrival frame)
    {
        SaidGoodbye = true;
        return frame.Length is < 2 or > 258 ? $"2.5: GOODBYE of {frame.Length} bytes" : null;
    }

    private string? CheckRate(Arrival frame)
    {
        if (frame.Length != 16)
        {
            return $"2.6: RATE of {frame.Length} bytes";
        }

        uint generation = Raw.Number(frame.Payload, 12);
        string? broken = generation != TheirGeneration + 1 ? $"6.1: RATE {generation} after {TheirGeneration}" : null;
        TheirGeneration = generation;
        TheirRx = Raw.Number(frame.Payload, 0);
        return broken ?? CheckSpacing(frame);
    }
}
