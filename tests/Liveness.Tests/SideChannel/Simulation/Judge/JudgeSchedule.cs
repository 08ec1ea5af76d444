using Liveness.KeepAlive;
using Liveness.SideChannel;
using Liveness.Tests.Simulation;

namespace Liveness.Tests;

/// <summary>
/// One life of a side channel, from a seed: disturbances that nobody may die of, then one thing that kills, and what has to be told of
/// that.
/// </summary>
internal sealed class JudgeSchedule
{
    /// <summary>A look of the judge, a beat on its way, and the ticks of both ends.</summary>
    private static readonly TimeSpan s_grace = TimeSpan.FromMilliseconds(400);

    private readonly Random _random;
    private readonly Instant _begun;
    private readonly HashSet<JudgeConnection> _victims = [];
    private readonly HashSet<JudgeConnection> _closed = [];
    private readonly HashSet<JudgeConnection> _watchedByBoth = [];
    private bool _isCalm;
    private bool _sideWasCut;
    private bool _linkWasFull;
    private Instant _killedAt = Instant.Never;

    public JudgeSchedule(int seed, bool isEager)
    {
        // What is done has dice of its own: how often is looked must not change it.
        _random = new Random(seed * 31);
        T = TimeSpan.FromSeconds(_random.GetItems([1, 4, 5, 10, 24], 1)[0]);
        World = new JudgeWorld(seed, T, isEager);
        _begun = World.Net.Now;
        Killer = (JudgeKiller)_random.Next(Enum.GetValues<JudgeKiller>().Length);
    }

    public JudgeWorld World { get; }

    public JudgeKiller Killer { get; }

    public TimeSpan Elapsed => World.Net.Now - _begun;

    private TimeSpan T { get; }

    private TimeSpan Bound => World.Plan.Bound;

    public void Run()
    {
        World.Net.Every(T * 0.07, Write);
        Pass(Bound);
        for (int disturbance = _random.Next(1, 5); disturbance > 0; disturbance--)
        {
            Disturb();
            Pass(Bound * (0.5 + _random.NextDouble()));
            ShouldBeHarmless();
        }

        // Everything is well again, the side connection too: it may have been given half a minute to come back.
        // Nothing is written meanwhile, so that every kernel that can be asked has answered: only who has can be missed.
        _isCalm = true;
        Pass(TimeSpan.FromSeconds(45) + (2 * Bound));
        _isCalm = false;
        ShouldBeHarmless();
        Check(World.Client.IsUp, "the side connection is back");
        _killedAt = World.Net.Now;
        _watchedByBoth.UnionWith(World.Connections.Where(static connection => Watches(connection.ClientWatch) && Watches(connection.ServerWatch)));
        Kill();
        ShouldBeTold();
    }

    /// <summary>Kinds may differ only by who judged first and told the other.</summary>
    public void ShouldAgreeWith(JudgeSchedule other)
    {
        TimeSpan tick = TimeSpan.FromMilliseconds(120) + (2 * World.SideLegs.Length * TimeSpan.FromMilliseconds(1));
        foreach (JudgeLoss loss in World.Losses)
        {
            JudgeLoss? twin = other.World.Losses.Find(told => told.Connection.Number == loss.Connection.Number && told.AtClient == loss.AtClient);
            Check(twin is not null, $"only one has {loss}");

            // Where only data that waits tells, its silence begins with the look that sees it.
            bool dataTells = !loss.Connection.HasWitness[loss.AtClient ? 1 : 0] && loss.Loss.Evidence.Kernel is { } kernel && KernelReading.DataWaits(kernel);
            TimeSpan look = dataTells ? T / 4 : TimeSpan.Zero;
            Check((twin!.At - loss.At).Duration() <= tick + look, $"{loss} and {twin} are more than a tick apart");
            bool same = twin.Loss.Kind == loss.Loss.Kind && twin.Loss.Diagnosis == loss.Loss.Diagnosis;
            Check(same || twin.Loss.Diagnosis == LossDiagnosis.PeerGaveUp || loss.Loss.Diagnosis == LossDiagnosis.PeerGaveUp, $"{loss} is not {twin}");
        }

        Check(World.Losses.Count == other.World.Losses.Count, $"{World.Losses.Count} and {other.World.Losses.Count} losses");
    }

    private bool Write()
    {
        if (!_isCalm && _random.Next(3) == 0)
        {
            JudgeConnection connection = World.Connections[_random.Next(World.Connections.Count)];
            World.Write(connection, _random.Next(2) == 0, _random.Next(1, 8_000));
        }

        return true;
    }

    private void Disturb()
    {
        switch (_random.Next(9))
        {
            case 0:
                CutSide(T * (8 * _random.NextDouble()));
                break;
            case 1:
                JudgeProcess process = _random.Next(2) == 0 ? World.Client : World.Server;
                JudgeWorld.Stop(process);
                Pass(T * (0.9 * _random.NextDouble()));
                World.Resume(process);
                break;
            case 2:
                JudgeLeg leg = Any().Legs[0];
                int way = _random.Next(2);
                leg.IsUp[way] = false;
                Pass(Bound * (0.3 * _random.NextDouble()));
                leg.IsUp[way] = true;
                break;
            case 3:
                if (!World.Client.IsUp)
                {
                    // Over such a link it would not come back; then one silent kernel is all that there is.
                    break;
                }

                _linkWasFull = true;
                World.Fill(_random.Next(2) == 0, TimeSpan.FromSeconds(25), TimeSpan.FromSeconds(100), TimeSpan.FromSeconds(160));
                Pass(TimeSpan.FromSeconds(300));
                break;
            case 4:
                World.Server.DoorIsFull = true;
                CutSide(T * 1.2);
                Pass(T * (4 * _random.NextDouble()));
                World.Server.DoorIsFull = false;
                break;
            case 5:
                // Its server has done with it, or watches it no longer; the other goes on.
                JudgeConnection released = Any();
                if (released.ServerWatch is { } watch && World.Server.Runs)
                {
                    World.Server.Clock.Run(() => World.Server.Set.Stop(watch, UnwatchReason.NoLongerWatched));
                    released.ServerWatch = null;
                }

                break;
            case 6:
                JudgeConnection closed = Any();
                _closed.Add(closed);
                World.Close(closed, _random.Next(2) == 0);
                break;
            case 7:
                foreach (JudgeLeg lossy in World.AllLegs)
                {
                    lossy.Loss = lossy.SwallowsProbes ? 0 : 0.01;
                }

                Pass(Bound * 3);
                foreach (JudgeLeg lossy in World.AllLegs)
                {
                    lossy.Loss = 0;
                }

                break;
            case 8:
                // For longer than T, so that its silence looks like a stopped process; then it is back, and has no place at the door for a
                // while.
                _sideWasCut = true;
                World.Server.DoorIsFull = true;
                JudgeWorld.Stop(World.Server);
                Pass(T * (1.1 + (0.2 * _random.NextDouble())));
                World.Resume(World.Server);
                Pass(T * 2);
                World.Server.DoorIsFull = false;
                break;
        }
    }

    private void CutSide(TimeSpan duration)
    {
        _sideWasCut = true;
        JudgeLeg leg = World.SideLegs[_random.Next(World.SideLegs.Length)];
        int ways = _random.Next(1, 4);
        (leg.IsUp[0], leg.IsUp[1]) = ((ways & 1) == 0, (ways & 2) == 0);
        Pass(duration);
        (leg.IsUp[0], leg.IsUp[1]) = (true, true);
    }

    private void Kill()
    {
        switch (Killer)
        {
            case JudgeKiller.ServerHost:
                World.KillHost(client: false);
                _victims.UnionWith(World.Connections);
                break;
            case JudgeKiller.ClientHost:
                World.KillHost(client: true);
                _victims.UnionWith(World.Connections);
                break;
            case JudgeKiller.DataPaths:
                int ways = _random.Next(1, 4);
                foreach (JudgeConnection connection in World.Connections.Where(_ => _random.Next(2) == 0))
                {
                    _victims.Add(connection);
                    JudgeLeg leg = connection.Legs[_random.Next(connection.Legs.Length)];
                    (leg.IsUp[0], leg.IsUp[1]) = ((ways & 1) == 0, (ways & 2) == 0);
                }

                break;
            case JudgeKiller.ServerRestart:
                World.RestartServer();
                _victims.UnionWith(World.Connections);
                break;
            case JudgeKiller.ServerStops:
            case JudgeKiller.ServerStopsWithFullQueue:
                World.QueueIsFull = Killer == JudgeKiller.ServerStopsWithFullQueue;
                JudgeWorld.Stop(World.Server);
                _victims.UnionWith(World.Connections);
                break;
            case JudgeKiller.SideOneWay:
                CutSide(6 * Bound);
                break;
            case JudgeKiller.ServerCloses:
                // On the way back nothing comes through any more, the FIN neither.
                foreach (JudgeConnection connection in World.Connections.Where(connection => connection.Legs.Length == 1 && _random.Next(2) == 0))
                {
                    _victims.Add(connection);
                    connection.Legs[0].IsUp[0] = false;
                    World.Close(connection, atClient: false);
                }

                break;
            case JudgeKiller.ServerGivesUp:
                // Beyond the proxy it is dead; the proxy's kernel vouches for it still.
                foreach (JudgeConnection connection in World.Connections.Where(static connection => connection.Legs.Length == 2))
                {
                    _victims.Add(connection);
                    connection.Legs[1].IsUp[0] = connection.Legs[1].IsUp[1] = false;
                }

                break;
        }

        Pass((4 * Bound) + TimeSpan.FromMinutes(1));
    }

    private void ShouldBeHarmless()
    {
        foreach (JudgeLoss loss in World.Losses)
        {
            Check(IsAllowed(loss), $"lives, and is lost: {loss}");
        }
    }

    /// <summary>Where no kernel testifies the side connection alone decides, and it was cut: a guess then, and called one.</summary>
    private bool IsAllowed(JudgeLoss loss)
    {
        bool isAlone = !loss.Connection.HasWitness[loss.AtClient ? 1 : 0];
        bool isPassedOn = loss.Loss.Diagnosis == LossDiagnosis.PeerGaveUp && World.Losses.Exists(told => told.Connection == loss.Connection && told.AtClient != loss.AtClient && told.At <= loss.At);
        bool hasSide = loss.Connection.Key is not null || (loss.Connection.Legs.Length == 1 && !World.SideByProxy);
        return isPassedOn || (_linkWasFull && !hasSide && loss.Loss.Kind == LossKind.KeepAliveTimedOut) || (isAlone && _sideWasCut && !loss.AtClient && loss.Loss is { Kind: LossKind.SideConnectionSilent, Certainty: LossCertainty.Ambiguous });
    }

    private void ShouldBeTold()
    {
        foreach (JudgeLoss loss in World.Losses.Where(loss => loss.At >= _killedAt))
        {
            bool mayBeTold = _victims.Contains(loss.Connection) || IsAllowed(loss);
            Check(mayBeTold, $"lives, and is lost: {loss}");
            Check(loss.Loss.Certainty == LossCertainty.Ambiguous || IsTrue(loss), $"is {loss.Loss.Certainty}, and wrong: {loss}");
        }

        foreach (JudgeConnection connection in _victims.Except(_closed))
        {
            foreach (bool atClient in (bool[])[true, false])
            {
                if (DueWithin(connection, atClient) is { } bound && (atClient ? connection.ClientWatch : connection.ServerWatch) is { } watch)
                {
                    JudgeLoss? told = World.Losses.Find(loss => loss.Connection == connection && loss.AtClient == atClient);
                    bool ended = watch.Monitor.State is LivenessState.Lost or LivenessState.Closed;
                    Check(ended, $"is dead, and not told at the {(atClient ? "client" : "server")}: {connection}");
                    Check(told is null || told.At - SinceWhen(told) <= bound + s_grace, $"is told late, after {(told?.At - _killedAt)?.TotalSeconds:0.00} s of {bound.TotalSeconds:0.00} s: {told}");
                }
            }
        }
    }

    /// <summary>
    /// Where one way is dead, the other still brings signs of life, and a verdict that is passed on begins with the other's.
    /// </summary>
    private Instant SinceWhen(JudgeLoss told)
    {
        Instant since = told.Loss.Diagnosis == LossDiagnosis.PeerGaveUp
            ? World.Losses.Find(first => first.Connection == told.Connection && first.AtClient != told.AtClient)!.At
            : told.Loss.Kind == LossKind.KeepAliveTimedOut ? told.At - told.Loss.Silence
            : _killedAt;
        return Instant.Max(since, _killedAt);
    }

    /// <returns>Null where nobody there can know.</returns>
    private TimeSpan? DueWithin(JudgeConnection connection, bool atClient)
    {
        bool hasWitness = connection.HasWitness[atClient ? 1 : 0];
        bool ofTheHost = connection.Legs.Length == 1;
        bool isConfirmed = _watchedByBoth.Contains(connection) && (connection.Key is not null || (ofTheHost && !World.SideByProxy));

        // What was unacknowledged or unanswered at that moment is counted from its last sign of life; what is written later waits for a
        // look.
        TimeSpan byKernel = Bound + (T / 4);
        return Killer switch
        {
            JudgeKiller.ServerHost when atClient && ofTheHost => hasWitness ? byKernel : (2 * T) + Bound,
            JudgeKiller.ClientHost when !atClient && ofTheHost => hasWitness ? byKernel : isConfirmed ? (2 * T) + Bound : null,
            JudgeKiller.ServerHost when atClient && !World.SideByProxy => null,
            JudgeKiller.DataPaths when ofTheHost => hasWitness ? byKernel : isConfirmed && connection.HasWitness[atClient ? 0 : 1] ? byKernel + s_grace : null,
            JudgeKiller.DataPaths => null,
            JudgeKiller.ServerRestart when atClient && isConfirmed && connection.Key is null => TimeSpan.FromSeconds(2),
            JudgeKiller.ServerStops or JudgeKiller.ServerStopsWithFullQueue when atClient && isConfirmed && connection.Key is null => (2 * T) + (hasWitness ? TimeSpan.Zero : Bound),
            JudgeKiller.ServerCloses when atClient && isConfirmed => (hasWitness ? byKernel : TimeSpan.MaxValue) is var kernel && kernel < T * 1.3 ? kernel : T * 1.3,
            JudgeKiller.ServerGivesUp when !atClient => hasWitness ? byKernel : null,
            JudgeKiller.ServerGivesUp => isConfirmed && connection.HasWitness[0] ? byKernel + s_grace : null,
            _ => null,
        };
    }

    private bool IsTrue(JudgeLoss loss)
    {
        JudgeLeg[] legs = loss.Connection.Legs;
        bool wayInIsDead = legs.Any(leg => !leg.IsUp[loss.AtClient ? 0 : 1]);
        bool wayOutIsDead = legs.Any(leg => !leg.IsUp[loss.AtClient ? 1 : 0]);
        return loss.Loss.Diagnosis switch
        {
            LossDiagnosis.PathDeadInbound => wayInIsDead,
            LossDiagnosis.PathDeadOutbound => wayOutIsDead,
            LossDiagnosis.PeerHostOrPathDead => wayInIsDead || wayOutIsDead || Killer is JudgeKiller.ServerHost or JudgeKiller.ClientHost or JudgeKiller.ServerRestart,
            LossDiagnosis.PeerUnresponsive => Killer is JudgeKiller.ServerStops or JudgeKiller.ServerStopsWithFullQueue,
            LossDiagnosis.PeerRestarted => Killer == JudgeKiller.ServerRestart,
            LossDiagnosis.PeerForgot => loss.Connection.AtServer.State != System.Net.NetworkInformation.TcpState.Established || _closed.Contains(loss.Connection),
            LossDiagnosis.PeerGaveUp => World.Losses.Exists(told => told.Connection == loss.Connection && told.AtClient != loss.AtClient && told.At <= loss.At),
            _ => false,
        };
    }

    private static bool Watches(SideWatch? watched) => watched?.Monitor.State is LivenessState.Alive or LivenessState.Suspect;

    private JudgeConnection Any() => World.Connections[_random.Next(World.Connections.Count)];

    private void Pass(TimeSpan time) => World.Net.Run(time);

    private void Check(bool holds, string what)
    {
        if (!holds)
        {
            throw new SimulationFailure($"{Killer} at {(_killedAt - _begun).TotalSeconds:0.0} s, T {T.TotalSeconds:0} s, side {(World.SideByProxy ? "by proxy" : "direct")}, now {Elapsed.TotalSeconds:0.0} s: {what}");
        }
    }
}
