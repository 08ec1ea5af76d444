using System.Buffers;
using Liveness.KeepAlive;

namespace Liveness;

/// <summary>One end of an in-band connection without its I/O: bytes and times in, bytes and signals out.</summary>
/// <remarks>Pure, and not thread-safe: the stream holds one lock around it, and acts on the returned signals after releasing it.
/// A simulation drives exactly this class. It knows what both directions share, and sends; the rest is done by its parts.</remarks>
// Long, because it is the whole face of the session: a third is documentation and one-line members that hand on to its parts.
internal sealed class InBandSession
{
    /// <summary>What the application may have written that is not handed to the transport yet.</summary>
    public const int OutboundCapacity = 64 * 1024;

    /// <summary>So much room <see cref="TakeOutput"/> needs at least.</summary>
    public const int ControlOutput = SendScheduler.ControlSize;

    /// <summary>As much room as it can make use of.</summary>
    public const int LargestOutput = SendScheduler.ControlSize + WireLimits.MaxDataPayload;

    /// <summary>In front of every payload.</summary>
    public const int FrameHeader = WireLimits.HeaderSize;

    /// <summary>So much room <see cref="WriteFarewell"/> needs.</summary>
    public const int FarewellOutput = WireLimits.MaxControlFrame;

    private readonly ArrayPool<byte>? _pool;

    /// <summary>Null until something is accepted that does not leave at once.</summary>
    private ByteQueue? _outbound;

    /// <inheritdoc cref="DeliveryRate"/>
    private DeliveryRate? _deliveryRate;
    private SessionEnding? _ending;
    private SessionJudge _judge = new();
    private SessionIntake _intake = new();
    private SendScheduler _scheduler = new();
    private SendCredit _credit;
    private CreditWindow _window;
    private PathMemory _path;
    private Instant _startedAt = Instant.Never;

    /// <summary>The two endpoint ids, one over the other: zero only while the peer's is unknown, for our own is refused.</summary>
    private UInt128 _incidentId;

    /// <param name="plan">What this end asks for.</param>
    /// <param name="instanceId">Of this process.</param>
    /// <param name="endpointId">Of this stream; also seeds its jitter.</param>
    /// <param name="pool">Where buffers come from; null = the shared pool.</param>
    /// <param name="budget">What its window grows by is taken from there; null = the one of the process.</param>
    public InBandSession(
        HeartbeatPlan plan, UInt128 instanceId, UInt128 endpointId, ArrayPool<byte>? pool = null, UnreadBudget? budget = null)
    {
        Plan = plan;
        EndpointId = endpointId;
        HelloFrame hello = new(
            WireLimits.Version,
            WireLimits.Version,
            Flags: 0,
            instanceId,
            endpointId,
            plan.Rate.Wire,
            WireLimits.MaxDataPayload,
            (ulong)plan.ReceiveWindow);
        _pool = pool;
        _window = new CreditWindow(plan, budget ?? UnreadBudget.Shared);
        Handshake = new Handshake(this, hello);
    }

    public HeartbeatPlan Plan { get; }

    /// <summary>What the peer lets us send.</summary>
    public ref SendCredit Credit => ref _credit;

    /// <summary>What we let the peer send.</summary>
    public ref CreditWindow Window => ref _window;

    /// <summary>How fast our data arrives; null until some was sent.</summary>
    public DeliveryRate? DeliveryRate => _deliveryRate;

    /// <summary>Where buffers come from; null = the shared pool.</summary>
    public ArrayPool<byte>? Pool => _pool;

    /// <summary>What was accepted and not handed over yet; null = nothing ever.</summary>
    public ByteQueue? Outbound => _outbound;

    public ref SendScheduler Scheduler => ref _scheduler;

    public ref SessionIntake Intake => ref _intake;

    /// <summary>Null once both HELLOs are through.</summary>
    public Handshake? Handshake { get; private set; }

    /// <summary>Null until both HELLOs are through.</summary>
    public HeartbeatMachine? Machine { get; private set; }

    /// <summary>Made with the first call.</summary>
    public SessionEnding Ending => _ending ??= new SessionEnding(this);

    /// <summary>Null until a write has failed.</summary>
    public FailedWrite? FailedWrite => _ending?.FailedWrite;

    /// <summary>Both HELLOs are through.</summary>
    public bool IsOpen => Machine is not null;

    /// <summary>The terminal fact: set once.</summary>
    public bool HasEnded => _ending is { HasEnded: true };

    /// <summary>What ended it; null = an orderly end, or none yet.</summary>
    public LossObservation? Loss => _ending?.Loss;

    /// <summary>Null before <see cref="BeginClose"/> and <see cref="Abort"/>.</summary>
    public CloseSequence? Close => _ending?.Close;

    public bool CloseIsDone => _ending is { CloseIsDone: true };

    /// <summary>Of a close that is done: the transport may be closed by a FIN, for nothing is to be cut off.</summary>
    public bool ClosesInGoodOrder => _ending is { ClosesInGoodOrder: true };

    /// <summary>Of a session that has ended. What was not delivered is never confirmed.</summary>
    public CloseOutcome Outcome => _ending?.Outcome ?? CloseOutcome.NotConfirmed;

    /// <summary>
    /// The code to say goodbye with to a peer that is judged; null = say nothing, as before our HELLO, for no other frame may be the first,
    /// and after a goodbye, which is the last.
    /// </summary>
    public GoodbyeCode? Farewell => _ending?.Farewell;

    /// <inheritdoc cref="SessionEnding.PeerGoingAway"/>
    public PeerGoingAway? PeerGoingAway => _ending?.PeerGoingAway;

    /// <summary>Of an abort, for a person at the other end; null = none was given.</summary>
    public string? AbortReason => _ending?.AbortReason;

    /// <summary>What the application has written and the peer has not confirmed.</summary>
    public ulong Unconfirmed => _ending?.Unconfirmed ?? Outstanding;

    /// <summary>The same, as the peer's newest beat has it.</summary>
    public ulong Outstanding =>
        Credit.Sent + (ulong)Unsent - (Machine is { HasHeardBeat: true } machine ? machine.Heard.Received : 0);

    public bool EverythingIsConfirmed => Machine is not null && Outstanding == 0 && !AwaitsWriters;

    public LivenessState State =>
        HasEnded ? (Loss is null ? LivenessState.Closed : LivenessState.Lost)
        : Machine is { } machine ? machine.State
        : LivenessState.Connecting;

    public ConnectionConditions Conditions => HasEnded ? ConnectionConditions.None : Machine?.Conditions ?? ConnectionConditions.None;

    /// <summary>
    /// Within this time of the last byte heard the caller knows: what was agreed, or, before that, the handshake's own limit.
    /// </summary>
    public TimeSpan Bound => Machine?.Bound ?? Plan.HandshakeTimeout;

    public StreamCounts Counts => new(Credit.Sent, Window.Received, Window.Consumed);

    /// <summary>The last byte that we read, or that the kernel holds back for us.</summary>
    public Instant LastHeard => Machine?.LastReceived ?? Handshake!.LastReceived;

    public UInt128 EndpointId { get; }

    public UInt128 PeerEndpointId => _incidentId ^ EndpointId;

    /// <summary>Of the peer's process; zero while it is unknown.</summary>
    public UInt128 PeerInstanceId { get; private set; }

    /// <summary><see cref="Instant.Never"/> before <see cref="Start"/>.</summary>
    public Instant StartedAt => _startedAt;

    public bool IsStarted => _startedAt != Instant.Never;

    public bool PeerIsKnown => _incidentId != 0;

    public string? IncidentId => PeerIsKnown ? _incidentId.ToString("x32", System.Globalization.CultureInfo.InvariantCulture) : null;

    /// <summary>What this end asks for, from the handshake on at the latest.</summary>
    public HeartbeatRate WantedRate => Machine?.Rate ?? Handshake?.RateWanted ?? Plan.Rate;

    /// <summary>What the kernel's looks have told of the path.</summary>
    public ref readonly PathMemory Path => ref _path;

    /// <inheritdoc cref="PathMemory.Changes"/>
    public long? PathChanges => _path.Changes;

    /// <inheritdoc cref="SendScheduler.MostPayload"/>
    public int MostPayload
    {
        get => Scheduler.MostPayload;
        set => Scheduler.MostPayload = value;
    }

    /// <inheritdoc cref="Transport.RecordSize"/>
    public int RecordSize
    {
        get => Scheduler.RecordSize;
        set => Scheduler.RecordSize = value;
    }

    /// <inheritdoc cref="Transport.IsNegotiated"/>
    public bool IsNegotiated { get; init; }

    /// <summary>The DATA payload of the next frame at most.</summary>
    public int FrameSize => Scheduler.FrameSize(this);

    /// <summary>What may be handed to the transport in one call at most.</summary>
    public int BatchSize => SendScheduler.BatchSize(this);

    /// <summary>For TCP_NOTSENT_LOWAT.</summary>
    public int NotSentLowWater => SendScheduler.NotSentLowWater(this);

    /// <summary>The application will write no more.</summary>
    public bool WritesAreCompleted => Scheduler.EndIsWanted;

    /// <summary>The end of our direction waits for writes that were called before it; reset where nobody takes them any more.</summary>
    public bool AwaitsWriters
    {
        get => Scheduler.AwaitsWriters;
        set => Scheduler.AwaitsWriters = value;
    }

    /// <summary>The last frame of this direction was handed over: nothing may follow.</summary>
    public bool GoodbyeWasTaken => Scheduler.GoodbyeTaken;

    /// <summary>Bytes accepted from the application and not handed over yet.</summary>
    public int Unsent => _outbound?.Count ?? 0;

    /// <summary>Room for more of them.</summary>
    public int Room => _outbound?.Free ?? OutboundCapacity;

    /// <summary>What the application lends to <see cref="TakeOutput"/> would be sent now.</summary>
    public bool CanSendLent => !HasEnded && FailedWrite is null && Scheduler.CanSendLent(this);

    /// <summary>The peer has said that it sends no more DATA.</summary>
    public bool PeerHasEnded => Intake.PeerHasEnded;

    /// <summary>
    /// What is left of a DATA frame, where it may go straight into the application's buffer: nothing lies unread before it.
    /// </summary>
    public int DirectBytes => Intake.DirectBytes(this);

    /// <summary>The peer sends frames that are worth a receive of their own.</summary>
    public bool FramesAreLarge => Intake.FramesAreLarge;

    /// <summary>The peer sends the longest frames that there are.</summary>
    public bool FramesAreFull => Intake.FramesAreFull;

    /// <summary>No frame is half-read.</summary>
    public bool AtFrameBoundary => Intake.AtFrameBoundary;

    public SessionSignals Start(Instant now)
    {
        _startedAt = now;
        Handshake!.Start(now);
        return SessionSignals.Output | SessionSignals.Wake;
    }

    /// <summary>New intervals for the connection; before the handshake is through they wait for its end.</summary>
    public SessionSignals ChangeRate(HeartbeatRate rate)
    {
        if (rate == WantedRate)
        {
            // What is wanted already is not asked for again.
            return SessionSignals.None;
        }

        if (Handshake is { } handshake)
        {
            handshake.RateWanted = rate;
            return SessionSignals.None;
        }

        Machine!.ChangeRate(rate);
        return SessionSignals.Output | SessionSignals.Wake;
    }

    /// <summary>A probe for somebody who waits; before the handshake is through it waits for its end.</summary>
    public SessionSignals RequestProbe(Instant now)
    {
        if (Machine is null || HasEnded)
        {
            Handshake?.WantProbe();
            return SessionSignals.None;
        }

        Machine.RequestProbe(now);
        return SessionSignals.Output | SessionSignals.Wake;
    }

    /// <inheritdoc cref="SessionJudge.Tick"/>
    public SessionSignals Tick(Instant now, in LocalHealth health, ITransportWitness witness) =>
        SessionJudge.Tick(this, now, health, witness);

    /// <summary>When to call <see cref="Tick"/> at the latest.</summary>
    public Instant NextWake(Instant now, in LocalHealth health) => _judge.NextWake(this, now, health);

    /// <inheritdoc cref="SessionJudge.WakeIfNearer"/>
    public SessionSignals WakeIfNearer(Instant now, in LocalHealth health) => _judge.WakeIfNearer(this, now, health);

    public ConnectionSnapshot Snapshot(Instant now, in LocalHealth health, BoundAdvice? advice = null) =>
        SessionEvidence.Snapshot(this, now, health, advice);

    /// <summary>What the kernel counts of the path, looked at now and then.</summary>
    public SessionSignals OnPathLook(in TcpInfoSnapshot kernel, Instant now) =>
        !HasEnded && _path.Look(kernel, StartedAt, now) ? SessionSignals.PathChanged : SessionSignals.None;

    /// <inheritdoc cref="PathMemory.TakeUntold"/>
    public int TakePathChanges(Instant now, out bool isTimeToLog) => _path.TakeUntold(now, out isTimeToLog);

    /// <summary>Takes in what the transport delivered.</summary>
    public SessionSignals OnReceived(ReadOnlySpan<byte> bytes, Instant now, in LocalHealth health)
    {
        Delivery nobodyReads = default;
        return OnReceived(bytes, now, health, ref nobodyReads);
    }

    /// <summary>Takes in what the transport delivered; data goes to whoever waits for it first.</summary>
    public SessionSignals OnReceived(ReadOnlySpan<byte> bytes, Instant now, in LocalHealth health, ref Delivery delivery) =>
        Intake.OnReceived(this, bytes, now, health, ref delivery);

    /// <summary>Takes in what was received straight into the application's buffer.</summary>
    /// <param name="count">How many bytes, at most <see cref="DirectBytes"/>.</param>
    /// <param name="now">The present.</param>
    /// <param name="delivered">How many of them are the application's: all, or none where the connection has ended.</param>
    public SessionSignals OnReceivedDirectly(int count, Instant now, out int delivered) =>
        Intake.OnReceivedDirectly(this, count, now, out delivered);

    /// <summary>Hands received bytes to the application.</summary>
    public ReadStatus Read(Span<byte> destination, out int count, out SessionSignals signals) =>
        Intake.Read(this, destination, out count, out signals);

    /// <summary>Accepts what there is room for.</summary>
    /// <returns>How many bytes that was; 0 = wait for <see cref="SessionSignals.Writable"/>.</returns>
    public int Accept(ReadOnlySpan<byte> data) => (_outbound ??= new ByteQueue(OutboundCapacity, _pool)).Enqueue(data);

    /// <summary>Half close: no DATA after what was accepted so far, and after what <see cref="AwaitsWriters"/> tells of.</summary>
    public SessionSignals CompleteWrites()
    {
        Scheduler.WantEnd();
        return SessionSignals.Output;
    }

    /// <summary>No write has begun that is not through.</summary>
    public SessionSignals OnWritersDone()
    {
        if (!AwaitsWriters)
        {
            return SessionSignals.None;
        }

        AwaitsWriters = false;
        return SessionSignals.Output;
    }

    /// <summary>Bytes of the application could go now, and nothing else is to.</summary>
    public bool HasOnlyData(Instant now) => CanSendLent && Scheduler.HasOnlyData(this, now);

    public bool HasOutput(Instant now) => FailedWrite is null && Loss is null && Scheduler.HasOutput(this, now);

    /// <summary>Encodes what is handed to the transport next.</summary>
    /// <param name="buffer">At least <see cref="ControlOutput"/>; what is left holds a DATA frame.</param>
    /// <param name="now">The present.</param>
    /// <param name="health">Of this process.</param>
    /// <param name="signals">What to do once the lock is released.</param>
    /// <param name="lent">How many bytes the application has beside those accepted.</param>
    /// <param name="tailMayWait">Of the last of it a little may be left over, for what is written next.</param>
    public Output TakeOutput(
        Span<byte> buffer, Instant now, in LocalHealth health, out SessionSignals signals, int lent = 0, bool tailMayWait = false)
    {
        signals = SessionSignals.None;
        if (FailedWrite is not null || Loss is not null)
        {
            return default;
        }

        // Frames are handed over one after the other: the one before has gone through.
        _deliveryRate?.OnTransportFree();
        int unsent = Unsent;
        ulong dataBefore = Credit.Sent;
        ConnectionConditions conditionsBefore = Conditions;
        (long, uint) sent = (Machine?.BeatsSent ?? 0, Machine?.RatesSent ?? 0);
        Output output = Scheduler.Take(this, buffer, now, health, lent, tailMayWait);
        if (Handshake is { } handshake)
        {
            handshake.TryOpen(now);
            signals |= IsOpen
                ? SessionSignals.Output | SessionSignals.Wake | SessionSignals.StateChanged | SessionSignals.Opened
                : SessionSignals.None;
        }

        if (output.Lent > 0)
        {
            Close?.Progress(now);
        }
        else if (Unsent < unsent)
        {
            Close?.Progress(now);
            signals |= SessionSignals.Writable;
        }

        if (Credit.Sent != dataBefore)
        {
            MeasureFrom(now);
            signals |= Machine!.OnDataSent(now) ? WakeIfNearer(now, health) : SessionSignals.None;
        }

        if (Machine is not null && (Machine.BeatsSent, Machine.RatesSent) != sent)
        {
            // The next beat may be due earlier than what is filed.
            signals |= Machine.BeatsSent == sent.Item1 ? SessionSignals.Wake : SessionSignals.Wake | SessionSignals.BeatSent;
        }

        if (Conditions != conditionsBefore)
        {
            signals |= SessionSignals.StateChanged;
        }

        if (output.Length > 0 && GoodbyeWasTaken && Close is { } close)
        {
            close.LookFrom(now);
            signals |= Intake.PeerSaidGoodbye ? Ending.CloseIsOver(inGoodOrder: true) : SessionSignals.Wake;
        }

        return output;
    }

    /// <summary>One more DATA frame for the same call, of the application's bytes alone.</summary>
    /// <param name="lent">How many there are.</param>
    /// <param name="batch">How much goes in the call already.</param>
    /// <param name="header">The header is written there; <see cref="FrameHeader"/> bytes.</param>
    /// <returns>Its payload; 0 = none.</returns>
    public int TakeFrameOfLent(int lent, int batch, Span<byte> header) =>
        CanSendLent ? Scheduler.TakeFrameOfLent(this, lent, batch, header) : 0;

    /// <summary>Frames taken last were not begun: they are as if they had never been taken.</summary>
    public void Refund(int payload) => Credit.Refund(payload);

    /// <summary>Encodes the goodbye to a peer that is judged: <see cref="Farewell"/>.</summary>
    /// <param name="frame">At least <see cref="FarewellOutput"/>.</param>
    /// <param name="reason">For a person; null = that of our abort, if any.</param>
    /// <returns>Its length; 0 = nothing is to be said.</returns>
    public int WriteFarewell(Span<byte> frame, string? reason) =>
        Farewell is { } code ? FrameWriter.WriteGoodbye(frame, code, reason ?? AbortReason) : 0;

    /// <summary>A send did not go through at once. The next <see cref="TakeOutput"/> tells that it has.</summary>
    public void OnTransportBlocked() => _deliveryRate?.OnTransportBlocked();

    /// <summary>A failed write stops sending and is evidence; it is judged only if the read side does not explain it soon.</summary>
    public SessionSignals OnWriteFailed(Exception failure, Instant now) => Ending.OnWriteFailed(failure, now);

    /// <summary>The application closes: what was accepted is sent, then END and GOODBYE; the rest of the way in is discarded.</summary>
    /// <param name="now">The present.</param>
    /// <param name="word">Says to the peer why; null = <see cref="LastWord.Done"/>.</param>
    public SessionSignals BeginClose(Instant now, LastWord? word = null) => Ending.BeginClose(now, word ?? LastWord.Done);

    /// <summary>
    /// The application cuts the connection off: nothing more is sent but the word that it does. Where it has ended already, that end stays.
    /// </summary>
    public SessionSignals Abort(Instant now, string? reason) => Ending.Abort(now, reason);

    /// <summary>The transport will deliver nothing more.</summary>
    /// <param name="error">Null = an orderly end of its own (FIN).</param>
    /// <param name="now">The present.</param>
    /// <param name="health">Of this process.</param>
    public SessionSignals OnReadEnded(Exception? error, Instant now, in LocalHealth health) => Ending.OnReadEnded(error, now, health);

    /// <summary>As <see cref="OnReadEnded"/>, where code of this process has closed the transport beneath us: no deed of the peer, and no
    /// end in good order, for nobody has told it.</summary>
    /// <param name="error">What it looked like; null = an orderly end.</param>
    /// <param name="certainty">How sure that is.</param>
    /// <param name="now">The present.</param>
    /// <param name="health">Of this process.</param>
    public SessionSignals OnClosedHere(Exception? error, LossCertainty certainty, Instant now, in LocalHealth health) =>
        Ending.OnClosedHere(error, certainty, now, health);

    /// <summary>The peer has said goodbye and takes nothing more, but the application may not have read what came before: as long as it has
    /// not come to the end, its writes go on for a while as over a socket, so that somebody who writes a request first and reads the answer
    /// then gets to an early one.</summary>
    public bool TakesInVain(Instant now) => _ending is not null && _ending.TakesInVain(now);

    /// <summary>A write that nobody will get.</summary>
    public void TakeInVain(int bytes) => Ending.TakeInVain(bytes);

    /// <summary>The transport has kept our last frames until it was cut off: the peer's goodbye was no answer to them.</summary>
    public void OnLastFramesCutOff() => Ending.OnLastFramesCutOff();

    /// <summary>The peer has introduced itself.</summary>
    public void KnowPeer(UInt128 endpointId, UInt128 instanceId)
    {
        _incidentId = endpointId ^ EndpointId;
        PeerInstanceId = instanceId;
    }

    /// <summary>Both HELLOs are through.</summary>
    public void Open(HeartbeatMachine machine)
    {
        Machine = machine;
        Handshake = null;
    }

    /// <summary>DATA leaves; the first begins the measuring of how fast it arrives.</summary>
    public DeliveryRate MeasureFrom(Instant now) => _deliveryRate ??= new DeliveryRate(now);

    /// <summary>Nobody will take it any more.</summary>
    public void DiscardUnsent()
    {
        _outbound?.Clear();
        AwaitsWriters = false;
    }
}
