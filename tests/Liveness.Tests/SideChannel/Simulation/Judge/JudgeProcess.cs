using Liveness.SideChannel;
using Microsoft.Extensions.Logging.Abstractions;

namespace Liveness.Tests;

/// <summary>A process with a watch set of its own: what both ends of a side channel have in common.</summary>
internal abstract class JudgeProcess : IWatchSetOwner
{
    private static ulong s_instances;

    private readonly List<JudgeLoss> _losses;

    protected JudgeProcess(JudgeNet net, JudgeHost host, TimeSpan t, List<JudgeLoss> losses)
    {
        Net = net;
        Host = host;
        T = t;
        _losses = losses;
        Instance = Interlocked.Increment(ref s_instances);
        Clock = new JudgeClock(net);
        Set = new WatchSet(t, witness: true, Clock, NullLogger.Instance, this, sockets: Sockets, pauses: _ => Clock.Pauses);
    }

    public JudgeNet Net { get; }

    public JudgeHost Host { get; }

    public TimeSpan T { get; }

    public ulong Instance { get; }

    public JudgeClock Clock { get; }

    public JudgeSockets Sockets { get; } = new();

    public WatchSet Set { get; }

    public bool IsGone { get; private set; }

    public bool Runs => Clock.Runs && !IsGone && Host.IsUp;

    /// <summary>What the application does about a loss.</summary>
    public Action<JudgeLoss> Lost { get; set; } = static _ => { };

    protected Dictionary<SideWatch, JudgeConnection> Known { get; } = [];

    /// <summary>Judges everything that a side connection vouches for.</summary>
    public void LookNow()
    {
        foreach (SideSession session in Set.All().Select(static connection => connection.Entry.Session).OfType<SideSession>().Distinct().ToList())
        {
            Set.Change(session, static _ => { });
        }
    }

    public void Die()
    {
        IsGone = true;
        Set.Close();
    }

    public abstract string? OnMessage(JudgeSideEnd link, SideMessageType type, ReadOnlySpan<byte> payload);

    public abstract void OnSideEnded(JudgeSideEnd link);

    public virtual void StartConnectProbe(SideSession session, SideWatch example)
    {
    }

    public virtual void OnStopped(SideWatch connection)
    {
    }

    public void OnLost(IReadOnlyList<SideWatch> connections)
    {
        foreach (SideWatch connection in connections)
        {
            JudgeLoss loss = new(Known[connection], this is JudgeClient, Net.Now, connection.Monitor.Loss!);
            _losses.Add(loss);
            Lost(loss);
        }
    }
}
