using System.Buffers.Binary;

namespace Liveness.Tests.Simulation;

/// <summary>What must hold for the frames that one end hands over: beats often enough, and never closer than the peer allows.</summary>
internal sealed class WireRules(SimulatedEnd end)
{
    private static readonly TimeSpan s_tolerance = TimeSpan.FromMilliseconds(2);

    private readonly Queue<uint> _probes = new();
    private Instant _beatAt;
    private Instant? _unaskedAt;
    private TimeSpan _longestInterval;
    private bool _hasBeaten;
    private ulong _credits;

    /// <summary>The offset up to which the other end may send.</summary>
    public ulong Granted { get; private set; }

    /// <summary>Set once both ends exist.</summary>
    public WireRules? Peer { get; set; }

    public void OnHandedOver(ReadOnlySpan<byte> bytes, Instant now)
    {
        while (!bytes.IsEmpty)
        {
            FrameType type = (FrameType)bytes[0];
            int length = (int)(BinaryPrimitives.ReadUInt32BigEndian(bytes) & 0xFFFFFF);
            ReadOnlySpan<byte> payload = bytes.Slice(WireLimits.HeaderSize, length);
            if (type == FrameType.Beat)
            {
                OnBeat(FrameDecoder.Beat(payload), HasGoodbye(bytes), now);
            }
            else if (type == FrameType.Hello)
            {
                Granted = FrameDecoder.Hello(payload).FirstCredit;
            }
            else if (type == FrameType.Credit)
            {
                OnCredit(FrameDecoder.Credit(payload), now);
            }
            else if (type == FrameType.Rate)
            {
                OnBeatOrRate(now);
                OnUnasked(now);
            }

            bytes = bytes[(WireLimits.HeaderSize + length)..];
        }
    }

    /// <summary>To be called after each step: the interval may change at any time.</summary>
    public void Observe()
    {
        if (end.Session.Machine is { } machine)
        {
            TimeSpan interval = machine.Timing.SendInterval;
            _longestInterval = interval > _longestInterval ? interval : _longestInterval;
        }
    }

    /// <summary>A RATE may take the place of a beat.</summary>
    private void OnBeatOrRate(Instant now)
    {
        Observe();
        if (_hasBeaten && _longestInterval != TimeSpan.MaxValue)
        {
            TimeSpan hindered = end.PausedWithin(_beatAt, now) + end.BlockedWithin(_beatAt, now);
            end.Require(now - _beatAt - hindered <= _longestInterval + s_tolerance, now, $"beats after {now - _beatAt}, agreed was {_longestInterval}");
        }

        _hasBeaten = true;
        _beatAt = now;
        _longestInterval = end.Session.Machine!.Timing.SendInterval;
    }

    private static bool HasGoodbye(ReadOnlySpan<byte> frames)
    {
        bool found = false;
        while (!frames.IsEmpty && !found)
        {
            found = (FrameType)frames[0] == FrameType.Goodbye;
            frames = frames[(WireLimits.HeaderSize + (int)(BinaryPrimitives.ReadUInt32BigEndian(frames) & 0xFFFFFF))..];
        }

        return found;
    }

    private void OnBeat(in BeatFrame beat, bool isLast, Instant now)
    {
        end.Note(now, "beats, echo and flags", beat.EchoSequence, (long)beat.Flags);
        OnBeatOrRate(now);
        bool isAnswer = (beat.Flags & BeatFlags.IsAnswer) != 0;
        if (!isAnswer)
        {
            OnUnasked(now);
        }

        Peer?.OnEcho(beat, isAnswer, isLast, now);
        if ((beat.Flags & BeatFlags.AnswerAtOnce) != 0)
        {
            _probes.Enqueue(beat.Sequence);
        }
    }

    /// <summary>
    /// The first beat that knows of a probe is its answer; the last one before a goodbye is an answer that nobody had to ask for.
    /// </summary>
    private void OnEcho(in BeatFrame beat, bool isAnswer, bool isLast, Instant now)
    {
        bool answers = false;
        while (beat.HasEcho && _probes.TryPeek(out uint probe) && (int)(beat.EchoSequence - probe) >= 0)
        {
            _probes.Dequeue();
            answers = true;
        }

        end.Require(answers == isAnswer || (isAnswer && isLast), now, answers ? "gets no answer to its probe" : "gets an answer to no probe");
    }

    private void OnCredit(ulong offset, Instant now)
    {
        end.Require(offset > Granted, now, $"grants {offset} after {Granted}");
        Granted = offset;
        _credits++;
        end.Require(_credits <= end.Session.Counts.Received / 4_096, now, $"sends {_credits} grants for {end.Session.Counts.Received} bytes");
    }

    private void OnUnasked(Instant now)
    {
        TimeSpan spacing = end.Session.Machine!.Timing.SendSpacing;
        end.Require(_unaskedAt is not { } before || now - before >= spacing, now, $"hands over two frames that nobody asked for within {spacing}");
        _unaskedAt = now;
    }
}
