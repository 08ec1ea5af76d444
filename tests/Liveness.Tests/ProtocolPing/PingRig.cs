using Liveness.ProtocolPing;
using Liveness.Tests.Support;

namespace Liveness.Tests.ProtocolPing;

/// <summary>One machine whose application, transport and process are played by hand; times are milliseconds since the start.</summary>
internal sealed class PingRig : ITransportWitness
{
    /// <summary>By default 12 s and a ping after 4 s: suspicion at 6 s, deadline at 11.88 s, and a socket in which nothing waits.</summary>
    public PingRig(double seconds = 12, double? pingInterval = null, ulong seed = 1)
    {
        Machine = new PingMachine(Rate(seconds, pingInterval), seed, At(0));
    }

    public PingMachine Machine { get; }

    public TimeSpan PoolLag { get; set; }

    public PauseLedger Pauses { get; set; } = PauseLedger.Empty;

    /// <summary>Those that are over.</summary>
    public PauseLedger PoolSpells { get; set; } = PauseLedger.Empty;

    public LocalHealth Health => new(Pauses, PoolLag) { PoolSpells = PoolSpells };

    public WitnessReading Witness { get; set; } = new(0, HidesCompletedReads: false, ReadNotParsed: false);

    /// <summary>When pings left.</summary>
    public List<double> Pings { get; } = [];

    /// <summary>Whether the application returns from a ping at once.</summary>
    public bool Returns { get; set; } = true;

    public static Instant At(double milliseconds) => new(1_000_000_000 + (long)Math.Round(milliseconds * TimeSpan.TicksPerMillisecond));

    public static PingRate Rate(double seconds, double? pingInterval = null) =>
        PingRate.Derive(seconds < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(seconds), pingInterval is { } interval ? TimeSpan.FromSeconds(interval) : null);

    public Judgement Tick(double at)
    {
        Judgement judgement = Machine.Tick(At(at), Health, this);
        if (Machine.CanPing)
        {
            Machine.TakePing(At(at));
            Machine.OnPingBegins(At(at), Health);
            Pings.Add(at);
            if (Returns)
            {
                Machine.OnPingSent();
            }
        }

        return judgement;
    }

    public void Hear(double at) => Machine.OnReceived(At(at));

    public void Pause(double from, double to) => Pauses = Pauses.Add(At(from), At(to));

    /// <summary>Looks whenever the machine asks to.</summary>
    /// <returns>The verdict with its time, if one falls.</returns>
    public Verdict? Run(double from, double to)
    {
        for (double now = from; now <= to;)
        {
            if (Tick(now).Loss is { } loss)
            {
                return new Verdict(loss, now);
            }

            double next = NextWake(now);
            next.Should().BeGreaterThan(now);
            now = next;
        }

        return null;
    }

    public double NextWake(double now) => (Machine.NextWake(At(now), Health) - At(0)).TotalMilliseconds;

    public LossObservation Observe(LossKind kind, double at) => Machine.Observe(kind, At(at), Health, 100, Witness, Machine.LossError);

    WitnessReading ITransportWitness.Read() => Witness;
}
