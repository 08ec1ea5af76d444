using Liveness.Tests.Support;

namespace Liveness.Tests.Wire.Sessions;

/// <summary>Plays a case: the case is the peer, the library's session the one that is tested.</summary>
internal sealed class SessionVectorRun
{
    private readonly SessionEnd _end = new(new HeartbeatOptions { DetectWithin = TimeSpan.FromSeconds(3) });
    private readonly Dictionary<string, byte[]> _seen = [];
    private readonly List<byte[]> _handedOver = [];
    private double _now;
    private bool _held;

    public LossObservation? Loss => _end.Loss;

    public void Play(SessionVector vector)
    {
        _end.Start(0);
        _held = vector.Steps[0].Verb == "hold";
        Collect();
        foreach (SessionStep step in vector.Steps)
        {
            Do(step, $"{vector.Name}: {step}");
        }

        _handedOver.Where(frame => !MayBeSkipped(frame)).Should().BeEmpty("{0}: nothing else is handed over", vector.Name);
    }

    private void Do(SessionStep step, string because)
    {
        switch (step.Verb)
        {
            case "at":
                Advance(step.Number);
                break;
            case "hold":
                _held = true;
                break;
            case "release":
                _held = false;
                break;
            case "send":
                for (int i = 0; i < step.Times; i++)
                {
                    _end.Receive(_now, step.Bytes.Make(_seen, i));
                }

                break;
            case "fin":
                _end.EndOfRead(_now);
                break;
            case "write":
                _end.Write(new byte[step.Number]).Should().Be(step.Number, because);
                break;
            case "end":
                _end.CompleteWrites();
                break;
            case "close":
                _end.Close(_now);
                break;
            case "readable":
                _end.Read(out byte[] data);
                data.Should().HaveCount(step.Number, because);
                break;
            case "rate":
                _end.Session.ChangeRate(HeartbeatRate.Derive(TimeSpan.FromMilliseconds(step.Number), HeartbeatDefaults.MinTransmitInterval, null));
                break;
            default:
                Check(step, because);
                return;
        }

        Collect();
    }

    private void Check(SessionStep step, string because)
    {
        switch (step.Verb)
        {
            case "take":
                Find(step.Bytes).Should().BeTrue("{0}; handed over: {1}", because, string.Join(" | ", _handedOver.Select(Convert.ToHexString)));
                break;
            case "quiet":
                _handedOver.Should().BeEmpty(because);
                break;
            case "state":
                State.Should().Be(step.Words[0], because);
                break;
            case "lost":
                _end.Loss.Should().NotBeNull(because);
                _end.Loss!.Kind.ToString().Should().Be(step.Words[0], because);
                _end.Loss.Rule.ToString().Should().Be(step.Words.ElementAtOrDefault(1) ?? "None", because);
                break;
            case "goodbye":
                (_end.Session.Farewell is { } code ? ((int)code).ToString(System.Globalization.CultureInfo.InvariantCulture) : "none").Should().Be(step.Words[0], because);
                break;
            default:
                throw new InvalidOperationException($"No such step: {because}");
        }
    }

    private string State => _end.Session switch
    {
        { Loss: not null } => "lost",
        { CloseIsDone: true } => "closed",
        { HasEnded: true, GoodbyeWasTaken: true } => "closed",
        { HasEnded: true, IsOpen: true, PeerHasEnded: true, WritesAreCompleted: true } => "closed",
        { HasEnded: true } => "goodbye-received",
        { IsOpen: false } => "before-hello",
        { GoodbyeWasTaken: true } => "goodbye-sent",
        { WritesAreCompleted: true, PeerHasEnded: true } => "end-both",
        { WritesAreCompleted: true } => "end-sent",
        { PeerHasEnded: true } => "end-received",
        { State: LivenessState.Suspect } => "suspect",
        _ => "open",
    };

    /// <summary>Wakes the session whenever it asks to.</summary>
    private void Advance(double until)
    {
        for (double next = _end.NextWake(_now); next < until; next = Math.Max(_end.NextWake(_now), _now + 1))
        {
            _now = next;
            _end.Tick(_now);
            Collect();
        }

        _now = until;
        _end.Tick(_now);
    }

    /// <summary>Frame by frame, what goes to the transport now.</summary>
    private void Collect()
    {
        if (_held)
        {
            return;
        }

        byte[] bytes = _end.Take(_now);
        for (int at = 0; at < bytes.Length;)
        {
            int length = 4 + ((bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]);
            _handedOver.Add(bytes[at..(at + length)]);
            at += length;
        }
    }

    /// <summary>The next frame that fits. Beats and credit that the case does not name may come before it, and nothing else.</summary>
    private bool Find(BytePattern pattern)
    {
        while (_handedOver.Count > 0)
        {
            byte[] frame = _handedOver[0];
            _handedOver.RemoveAt(0);
            if (pattern.Matches(frame, _seen))
            {
                return true;
            }

            if (!MayBeSkipped(frame))
            {
                _handedOver.Insert(0, frame);
                return false;
            }
        }

        return false;
    }

    private static bool MayBeSkipped(byte[] frame) => (FrameType)frame[0] is FrameType.Beat or FrameType.Credit;
}
