using System.Net;

namespace Liveness.SideChannel;

/// <summary>
/// What is known of the side connection that vouches for a group of watched connections, across its rebuilds. Guarded by the lock of its
/// <see cref="WatchSet"/>.
/// </summary>
internal sealed class SideSession(bool isAcceptingEnd, IPEndPoint? remote, Instant since)
{
    public bool IsAcceptingEnd { get; } = isAcceptingEnd;

    /// <summary>The peer's address as this end sees it.</summary>
    public IPEndPoint? Remote { get; set; } = remote;

    public SideState State { get; private set; } = SideState.Never;

    /// <summary>Since the last byte on it; where there never was one, since it was asked for.</summary>
    public Instant SilentSince { get; private set; } = since;

    /// <summary>
    /// Since when it is back from a silence that counts; never = there was none. What went unanswered before proves nothing against a
    /// single connection: everything was unanswered then.
    /// </summary>
    public Instant BackSince { get; set; } = Instant.Never;

    /// <summary>What its loss meant.</summary>
    public LossDiagnosis Diagnosis { get; private set; }

    /// <summary>The newest evidence of the side connection itself.</summary>
    public ConnectionLoss? Loss { get; private set; }

    /// <summary>By the address that the data connections go to: one that answers says nothing of another, which may be a proxy's.</summary>
    private Dictionary<UInt128, ConnectProbe>? _probes;

    /// <summary>
    /// At the connecting end: since when it has been tried to connect to the side port, and nobody has greeted; never = somebody has, or
    /// has refused.
    /// </summary>
    public Instant UngreetedSince { get; private set; } = Instant.Never;

    /// <summary>
    /// At the accepting end: when somebody at the peer's address last left without having opened a side connection; never = nobody has
    /// since this one fell silent.
    /// </summary>
    public Instant KnockedAt { get; set; } = Instant.Never;

    /// <summary>How many from there are at it now.</summary>
    public int AtDoor { get; set; }

    /// <summary>Raised by every other process at the other end.</summary>
    public int Generation { get; private set; }

    public UInt128 Instance { get; private set; }

    /// <summary>By the ids of the messages.</summary>
    public Dictionary<ulong, WatchEntry> Watches { get; } = [];

    public void Add(ulong id, WatchEntry entry)
    {
        SideTables.MakeRoom(Watches);
        Watches.Add(id, entry);
    }

    /// <summary>By which its silence is measured: the newest tick, or change of it; null = there was none yet. All of its connections are
    /// judged by the same one, so that what it decides, it decides for all of them together, however long their judging takes.</summary>
    public SideMoment? Moment { get; set; }

    /// <summary>How long it had been silent when its connections were last judged for that.</summary>
    public TimeSpan JudgedAt { get; set; }

    /// <summary>The interface with our own address was down when it fell silent.</summary>
    public bool LocalNetworkIsDown { get; set; }

    /// <summary>Null while there is none that is ready.</summary>
    public ISideLink? Link { get; private set; }

    public ConnectProbe ProbeOf(UInt128 address) => _probes?.GetValueOrDefault(address) ?? ConnectProbe.NotStarted;

    public void BeginProbe(UInt128 address) => (_probes ??= [])[address] = ConnectProbe.Running;

    /// <summary>Unless the side connection is back.</summary>
    public void EndProbe(UInt128 address, bool answered)
    {
        if (_probes is { } probes && probes.ContainsKey(address))
        {
            probes[address] = answered ? ConnectProbe.Answered : ConnectProbe.Unanswered;
        }
    }

    /// <summary>At the connecting end: an attempt begins. One that is not answered goes on counting: a stopped process takes connections,
    /// by its kernel, until its queue is full, and greets nobody.</summary>
    public void Knock(Instant now) => UngreetedSince = Instant.Min(UngreetedSince, now);

    /// <summary>Somebody has greeted, or refused: whatever the silence meant, the process has not stopped, or no longer.</summary>
    public void KnockAnswered()
    {
        KnockFailed();
        Diagnosis = Diagnosis == LossDiagnosis.PeerUnresponsive ? LossDiagnosis.Unknown : Diagnosis;
    }

    /// <summary>Nobody could be asked.</summary>
    public void KnockFailed() => UngreetedSince = Instant.Never;

    public void Ready(ISideLink link)
    {
        if (Instance != link.Peer.InstanceId)
        {
            Instance = link.Peer.InstanceId;
            Generation++;
        }

        Link = link;
        Remote = link.Remote ?? Remote;
        Heard();
    }

    public void Heard()
    {
        State = SideState.Alive;
        _probes = null;
        UngreetedSince = KnockedAt = Instant.Never;
        Diagnosis = LossDiagnosis.Unknown;
        Loss = null;
    }

    public void Silent(Instant since)
    {
        if (State == SideState.Alive)
        {
            State = SideState.Silent;
            SilentSince = since;
        }
    }

    /// <summary>The link is gone. What its end meant stays until another one is ready.</summary>
    public void Ended(Instant since, ConnectionLoss? loss)
    {
        Silent(since);
        Link = null;
        Loss = loss;
        Diagnosis = loss?.Diagnosis ?? LossDiagnosis.Unknown;
    }
}
