using System.Net.Sockets;
using Liveness.KeepAlive;

namespace Liveness.SideChannel;

/// <summary>What a <see cref="WatchSet"/> knows of one connection. There may be thousands, so it is small.</summary>
/// <remarks>
/// Guarded by the gate of the set, but for what is set once, and for <see cref="Asking"/> and <see cref="HasClaim"/>: those belong to
/// whoever looks at the socket (<see cref="WatchJudge"/>).
/// </remarks>
internal sealed class WatchEntry(SideWatch connection, ulong id, KeyHash? keyHash)
{
    private WatchDoubt? _doubt;
    private CompactTuple _tuple;
    private WatchMarks _marks;

    /// <summary>Zero = the socket is its own identity.</summary>
    private ulong _cookie;

    public SideWatch Connection { get; } = connection;

    public ConnectionMonitor Monitor => Connection.Monitor;

    /// <summary>Null where only a key is known.</summary>
    public Socket? Socket => Connection.Socket;

    /// <summary>By which both ends speak of it.</summary>
    public ulong Id { get; set; } = id;

    /// <summary>Its addresses as this end sees them; the default where it has no socket.</summary>
    public ConnectionTuple Tuple
    {
        get => _tuple.Tuple;
        set => _tuple = new CompactTuple(value);
    }

    /// <summary>Null where it is known by its addresses.</summary>
    public KeyHash? KeyHash { get; } = keyHash;

    /// <summary>The side connection that vouches for it; null = none does.</summary>
    public SideSession? Session { get; set; }

    public WitnessWatch Witness;

    /// <summary>Of the socket, for the owner of its keepalive. Set once.</summary>
    public SocketIdentity Identity
    {
        get => new(_cookie, _cookie == 0 ? Socket : null);
        set => _cookie = value.Cookie;
    }

    public WitnessAsking Asking { get; set; }

    /// <summary>The kernel asks the peer because somebody here has claimed it.</summary>
    public bool AsksForUs => Asking is WitnessAsking.ForUs or WitnessAsking.ForUsSooner;

    /// <summary>Its keepalive was turned on for this connection, and is to be released once.</summary>
    public bool HasClaim { get; set; }

    /// <summary>
    /// The kernel has refused to tell what it knows, or told what can't be true: it is not asked again. Set once, before it is in the set.
    /// </summary>
    public bool IsUnseen
    {
        get => Has(WatchMarks.Unseen);
        set => Set(WatchMarks.Unseen, value);
    }

    /// <summary>It has a socket, and the kernel tells of it.</summary>
    public bool IsSeen => Socket is not null && !IsUnseen;

    /// <summary>The peer's newest word.</summary>
    public SideAnswer Answer { get; set; }

    public bool WasConfirmed
    {
        get => Has(WatchMarks.WasConfirmed);
        set => Set(WatchMarks.WasConfirmed, value);
    }

    /// <summary>The peer has judged it lost.</summary>
    public bool PeerGaveUp
    {
        get => Has(WatchMarks.PeerGaveUp);
        set => Set(WatchMarks.PeerGaveUp, value);
    }

    /// <summary>The peer has closed its socket, as it says: its host is asked whether the connection is.</summary>
    public bool MustAsk
    {
        get => Has(WatchMarks.MustAsk);
        set => Set(WatchMarks.MustAsk, value);
    }

    /// <summary>At a client: the newest side connection that was told its watch.</summary>
    public ISideLink? ToldOver { get; set; }

    /// <summary>Of the session when the newest answer came.</summary>
    public int AnswerGeneration { get; set; }

    /// <summary>Of the session when it was last confirmed.</summary>
    public int ConfirmedGeneration { get; set; }

    public Instant AnsweredAt { get; set; }

    public ulong PeerBytesReceived { get; set; } = AnswerMessage.Unknown;

    public ulong PeerBytesSent { get; set; } = AnswerMessage.Unknown;

    /// <summary>Where it stands in the set; -1 = no longer in it.</summary>
    public int Index { get; set; } = -1;

    /// <summary>What our kernel had sent when the peer was last asked: only that is missing where the answer does not count it.</summary>
    public long? SentWhenAsked => _doubt?.SentWhenAsked;

    /// <summary>When the peer was last asked about it; never = it was not.</summary>
    public Instant AskedAt => _doubt?.AskedAt ?? Instant.Never;

    /// <summary>When the peer was asked about a reset, which may come from the way.</summary>
    public Instant ResetAskedAt
    {
        get => _doubt?.ResetAskedAt ?? Instant.Never;
        set => Doubt.ResetAskedAt = value;
    }

    /// <summary>Since when the peer has said that it is closing it.</summary>
    public Instant ClosingSince
    {
        get => _doubt?.ClosingSince ?? Instant.Never;
        set
        {
            if (value != ClosingSince)
            {
                Doubt.ClosingSince = value;
            }
        }
    }

    /// <summary>Since when the peer's application has not read.</summary>
    public Instant StalledSince
    {
        get => _doubt?.StalledSince ?? Instant.Never;
        set
        {
            if (value != StalledSince)
            {
                Doubt.StalledSince = value;
            }
        }
    }

    private WatchDoubt Doubt => _doubt ??= new WatchDoubt();

    public void NoteAsked(Instant now, long? sent)
    {
        Doubt.AskedAt = now;
        Doubt.SentWhenAsked = sent;
        MustAsk = false;
    }

    /// <summary>A side connection vouches for it from now on, by the peer's own word; null = none does any more.</summary>
    public void Bind(SideSession? session, ulong id, Instant now)
    {
        Session?.Watches.Remove(Id);
        Session = session;
        Id = id;
        Answer = session is null ? SideAnswer.None : SideAnswer.Watched;
        if (session is not null)
        {
            session.Watches.Remove(id);
            session.Add(id, this);
            WasConfirmed = true;
            AnswerGeneration = ConfirmedGeneration = session.Generation;
            AnsweredAt = now;
        }
    }

    private bool Has(WatchMarks mark) => (_marks & mark) != 0;

    private void Set(WatchMarks mark, bool value) => _marks = value ? _marks | mark : _marks & ~mark;
}
