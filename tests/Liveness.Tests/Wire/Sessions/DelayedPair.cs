using Liveness.Tests.Support;

namespace Liveness.Tests.Wire.Sessions;

/// <summary>Two sessions with T = 3 s on a path that takes its time, and a list of what each of them handed over when.</summary>
internal sealed class DelayedPair
{
    private const double Way = 20;

    private readonly PriorityQueue<(SessionEnd To, byte[] Bytes), double> _underWay = new();
    private readonly List<(double At, string End, string Frames)> _log = [];
    private double _now;

    public SessionEnd A { get; } = new(new HeartbeatOptions { DetectWithin = TimeSpan.FromSeconds(3) }, id: 1);

    public SessionEnd B { get; } = new(new HeartbeatOptions { DetectWithin = TimeSpan.FromSeconds(3) }, id: 2);

    /// <summary>Type by type: BEAT with its flags, GOODBYE with its code, DATA with its length.</summary>
    public IReadOnlyList<(double At, string End, string Frames)> Log => _log;

    /// <summary>When A received last.</summary>
    public double LastHeard { get; private set; }

    public bool IsCut { get; set; }

    public void Start()
    {
        A.Start(0);
        B.Start(0);
        Send();
    }

    public void Run(double until)
    {
        while (NextEvent() is var next && next <= until)
        {
            _now = Math.Max(next, _now);
            while (_underWay.TryPeek(out (SessionEnd To, byte[] Bytes) first, out double at) && at <= _now)
            {
                _underWay.Dequeue();
                first.To.Receive(_now, first.Bytes);
                LastHeard = first.To == A ? _now : LastHeard;
            }

            Send();
        }

        _now = until;
    }

    public void Send()
    {
        Send(A, "A", B);
        Send(B, "B", A);
    }

    private void Send(SessionEnd from, string name, SessionEnd to)
    {
        bool wasLost = from.Loss is not null;
        byte[] bytes = from.Take(_now);
        if (bytes.Length > 0)
        {
            _log.Add((_now, name, Frames(bytes)));
            if (!IsCut)
            {
                _underWay.Enqueue((to, bytes), _now + Way);
            }
        }

        if (!wasLost && from.Loss is not null && from.Session.Farewell is { } code)
        {
            _log.Add((_now, name, $"GOODBYE {(int)code}"));
        }
    }

    private double NextEvent()
    {
        double next = Math.Min(A.NextWake(_now), B.NextWake(_now));
        return _underWay.TryPeek(out _, out double arrival) ? Math.Min(arrival, next) : next;
    }

    private static string Frames(byte[] bytes)
    {
        List<string> frames = [];
        for (int at = 0; at < bytes.Length;)
        {
            int length = (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
            string name = ((FrameType)bytes[at]).ToString().ToUpperInvariant();
            frames.Add((FrameType)bytes[at] switch
            {
                FrameType.Beat => $"{name} {bytes[at + 38]}",
                FrameType.Data => $"{name} {length}",
                FrameType.Goodbye => $"{name} {bytes[at + 5]}",
                _ => name,
            });
            at += 4 + length;
        }

        return string.Join(", ", frames);
    }
}
