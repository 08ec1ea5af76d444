namespace Liveness.Tests;

/// <summary>
/// The way between two neighbours, each direction by itself: up or dead, quick or behind a queue that all share, with a box that swallows
/// keepalive or not.
/// </summary>
internal sealed class JudgeLeg(JudgeNet net, JudgeHost atClient, JudgeHost atServer)
{
    private readonly Instant[] _last = new Instant[2];

    public bool[] IsUp { get; } = [true, true];

    /// <summary>How long the queue is that every segment of a direction waits in; null = none.</summary>
    public Func<Instant, TimeSpan>?[] Queue { get; } = new Func<Instant, TimeSpan>?[2];

    /// <summary>Keepalive probes get no answer, and data passes.</summary>
    public bool SwallowsProbes { get; init; }

    public double Loss { get; set; }

    public bool Works => IsUp[0] && IsUp[1] && atClient.IsUp && atServer.IsUp;

    public TimeSpan RoundTrip => Delay(0) + Delay(1);

    /// <summary>In the order in which it was sent.</summary>
    /// <returns>False = it is lost.</returns>
    public bool Send(bool toServer, Action arrive)
    {
        int way = toServer ? 1 : 0;
        if (!IsUp[way] || !HostAt(!toServer).IsUp || (Loss > 0 && net.Random.NextDouble() < Loss))
        {
            return false;
        }

        _last[way] = Instant.Max(_last[way], net.Now + Delay(way));
        net.At(_last[way], arrive);
        return true;
    }

    public JudgeHost HostAt(bool toServer) => toServer ? atServer : atClient;

    private TimeSpan Delay(int way) => TimeSpan.FromMilliseconds(1) + (Queue[way]?.Invoke(net.Now) ?? TimeSpan.Zero);
}
