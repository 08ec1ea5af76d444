namespace Liveness.SideChannel;

/// <summary>Everything that a verdict on a watched data connection rests on. Durations are running time: less our own pauses.</summary>
internal readonly record struct SideFacts
{
    public SideState Side { get; init; }

    /// <summary>Since the last byte on the side connection, going on while it is rebuilt; where there never was one, since Watch.</summary>
    public TimeSpan SideSilentFor { get; init; }

    /// <summary>What the loss of the side connection meant; a failed rebuild does not change it. Unknown where its addresses are not those
    /// of the data connection: then the kernel that answered may be a proxy's.</summary>
    public LossDiagnosis SideDiagnosis { get; init; }

    /// <summary>At the connecting end: for how long connects to the side port have succeeded and nobody has greeted. It goes on from one
    /// attempt to the next; zero where the newest connect was refused, or brought a byte. A connect that is not answered counts too: of a
    /// stopped process the queue is full some day.</summary>
    public TimeSpan UngreetedFor { get; init; }

    /// <summary>At the accepting end: since somebody at the peer's address last tried to open a side connection and did not get through,
    /// going on as zero while one is at it.
    /// Null = nobody has since the silence began. A stopped process opens none.</summary>
    public TimeSpan? SinceKnock { get; init; }

    public WitnessState Witness { get; init; }

    /// <summary>Since the witness's last sign of life, where it has failed: <see cref="WitnessWatch.FailedFor"/>.</summary>
    public TimeSpan WitnessFailedFor { get; init; }

    /// <summary>Since the newest of our beats on the side connection that the peer has echoed was sent: so long the way there and back may
    /// take now.
    /// <see cref="TimeSpan.MaxValue"/> where none was yet.</summary>
    public TimeSpan BeatCameBackIn { get; init; }

    /// <summary>
    /// Since the last byte of data from the peer: <see cref="WitnessWatch.BytesSilentFor"/>. A stopped process sends none, however lively
    /// its kernel is.
    /// </summary>
    public TimeSpan BytesSilentFor { get; init; }

    /// <summary>The window is closed and its probes are answered: the peer's application does not read.</summary>
    public bool PeerStalled { get; init; }

    /// <summary>Which way the data path is dead, if the byte counts tell: <see cref="SideCounts.DeadDirection"/>.</summary>
    public LossDiagnosis DeadDirection { get; init; }

    public SideAnswer Answer { get; init; }

    /// <summary>The peer has said that it judged this connection lost.</summary>
    public bool PeerGaveUp { get; init; }

    /// <summary>Given after the witness failed, and by the instance that is there now.</summary>
    public bool AnswerIsFresh { get; init; }

    /// <summary>Once answered <see cref="SideAnswer.Watched"/>, by any instance.</summary>
    public bool WasConfirmed { get; init; }

    /// <summary>The answer, or the lack of one, comes from another instance than the one that confirmed.</summary>
    public bool NewInstance { get; init; }

    /// <summary>
    /// Since the first <see cref="SideAnswer.Closing"/> or the last byte of data, whichever is later. Zero while bytes wait unread in our
    /// socket: the FIN is behind them; and once it has come.
    /// </summary>
    public TimeSpan ClosingFor { get; init; }

    public ConnectProbe Probe { get; init; }

    /// <summary>The end that can't connect to the other.</summary>
    public bool IsAcceptingEnd { get; init; }

    /// <summary>Our own interface or route is gone.</summary>
    public bool LocalNetworkIsDown { get; init; }

    /// <summary>T. Positive; <see cref="TimeSpan.MaxValue"/> = off.</summary>
    public TimeSpan DetectWithin { get; init; }

    /// <summary><see cref="WitnessPlan.Bound"/>: not below T.</summary>
    public TimeSpan WitnessBound { get; init; }
}
