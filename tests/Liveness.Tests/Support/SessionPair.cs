namespace Liveness.Tests.Support;

/// <summary>Two sessions on a perfect pipe: what one hands over the other has at once.</summary>
internal sealed class SessionPair
{
    public SessionPair(HeartbeatOptions? left = null, HeartbeatOptions? right = null)
    {
        Left = new SessionEnd(left, id: 1);
        Right = new SessionEnd(right, id: 2);
    }

    public SessionEnd Left { get; }

    public SessionEnd Right { get; }

    public static SessionPair Open(HeartbeatOptions? left = null, HeartbeatOptions? right = null)
    {
        SessionPair pair = new(left, right);
        pair.Left.Start(0);
        pair.Right.Start(0);
        pair.Exchange(0);
        pair.Left.Session.IsOpen.Should().BeTrue();
        pair.Right.Session.IsOpen.Should().BeTrue();
        return pair;
    }

    /// <summary>Carries bytes both ways until both are quiet.</summary>
    public void Exchange(double at)
    {
        while (Carry(Left, Right, at) | Carry(Right, Left, at))
        {
        }
    }

    /// <summary>Wakes both whenever they ask to.</summary>
    public void Run(double from, double to)
    {
        double now = from;
        while (now <= to)
        {
            Exchange(now);
            double next = Math.Min(Left.NextWake(now), Right.NextWake(now));
            now = Math.Max(next, now + 1);
        }
    }

    private static bool Carry(SessionEnd from, SessionEnd to, double at)
    {
        byte[] bytes = from.Take(at);
        if (bytes.Length > 0)
        {
            to.Receive(at, bytes);
        }

        return bytes.Length > 0;
    }
}
