using System.Buffers;

namespace Liveness;

/// <summary>One end of an in-band connection without its I/O: bytes and times in, bytes and signals out.</summary>
/// <remarks>Pure, and not thread-safe: the stream holds one lock around it, and acts on the returned signals after releasing it.
/// A simulation drives exactly this class.</remarks>
internal sealed partial class InBandSession
{
    private readonly HeartbeatPlan _plan;
    private readonly UInt128 _endpointId;
    private readonly FrameReader _reader = new(WireLimits.MaxDataPayload);
    private readonly ByteQueue _outbound;
    private readonly ByteQueue _inbound;
    private readonly SendCredit _credit = new();
    private readonly CreditWindow _window;
    private readonly DeliveryRate _deliveryRate = new();
    private readonly SendScheduler _scheduler;
    private HeartbeatMachine? _machine;
    private HeartbeatRate? _rateWantedAtOpen;
    private bool _probeWantedAtOpen;
    private Instant _startedAt;
    private Instant _lastReceived;
    private bool _receivedAnything;
    private WireIntervals _peerIntervals;
    private PathMemory _path;

    /// <summary>The two endpoint ids, one over the other: zero only while the peer's is unknown, for our own is refused.</summary>
    private UInt128 _incidentId;

    /// <summary>What the application may have written that is not handed to the transport yet.</summary>
    internal const int OutboundCapacity = 64 * 1024;

    /// <param name="plan">What this end asks for.</param>
    /// <param name="instanceId">Of this process.</param>
    /// <param name="endpointId">Of this stream; also seeds its jitter.</param>
    /// <param name="pool">Where buffers come from; null = the shared pool.</param>
    /// <param name="budget">What its window grows by is taken from there; null = the one of the process.</param>
    public InBandSession(HeartbeatPlan plan, UInt128 instanceId, UInt128 endpointId, ArrayPool<byte>? pool = null, UnreadBudget? budget = null)
    {
        _plan = plan;
        _endpointId = endpointId;
        HelloFrame hello = new(
            WireLimits.Version,
            WireLimits.Version,
            Flags: 0,
            instanceId,
            endpointId,
            plan.Rate.Wire,
            WireLimits.MaxDataPayload,
            (ulong)plan.ReceiveWindow);
        _outbound = new ByteQueue(OutboundCapacity, pool);
        _inbound = new ByteQueue(plan.MaxReceiveWindow, pool);
        _window = new CreditWindow(plan, budget ?? UnreadBudget.Shared);
        _scheduler = new SendScheduler(hello, _outbound, _credit, _window, _deliveryRate);
    }

    public bool IsStarted { get; private set; }

    /// <summary>Both HELLOs are through.</summary>
    public bool IsOpen => _machine is not null;

    /// <summary>The terminal fact: set once.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>What ended it; null = an orderly end, or none yet.</summary>
    public LossObservation? Loss { get; private set; }

    public HeartbeatMachine? Machine => _machine;

    public ConnectionState State =>
        HasEnded ? (Loss is null ? ConnectionState.Closed : ConnectionState.Lost)
        : _machine is { } machine ? machine.State
        : ConnectionState.Connecting;

    public ConnectionConditions Conditions => HasEnded ? ConnectionConditions.None : _machine?.Conditions ?? ConnectionConditions.None;

    /// <summary>
    /// Within this time of the last byte heard the caller knows: what was agreed, or, before that, the handshake's own limit.
    /// </summary>
    public TimeSpan Bound => _machine?.Bound ?? _plan.HandshakeTimeout;

    public StreamCounts Counts => new(_credit.Sent, _window.Received, _window.Consumed);

    /// <summary>The last byte that we read, or that the kernel holds back for us.</summary>
    private Instant LastHeard => _machine is { } machine ? Instant.Max(_lastReceived, machine.LastReceived) : _lastReceived;

    private bool PeerIsKnown => _incidentId != 0;

    /// <summary>Of the peer's process; zero while it is unknown.</summary>
    public UInt128 PeerInstanceId { get; private set; }

    public UInt128 PeerEndpointId => _incidentId ^ _endpointId;

    public UInt128 EndpointId => _endpointId;

    public string? IncidentId => PeerIsKnown ? _incidentId.ToString("x32", System.Globalization.CultureInfo.InvariantCulture) : null;

    /// <summary>What this end asks for, from the handshake on at the latest.</summary>
    public HeartbeatRate WantedRate => _machine?.Rate ?? _rateWantedAtOpen ?? _plan.Rate;

    public SessionSignals Start(Instant now)
    {
        IsStarted = true;
        _startedAt = now;
        _lastReceived = now;
        _scheduler.WantHello();
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

        if (_machine is null)
        {
            _rateWantedAtOpen = rate;
            return SessionSignals.None;
        }

        _machine.ChangeRate(rate);
        return SessionSignals.Output | SessionSignals.Wake;
    }

    /// <summary>A probe for somebody who waits; before the handshake is through it waits for its end.</summary>
    public SessionSignals RequestProbe(Instant now)
    {
        if (_machine is null || HasEnded)
        {
            _probeWantedAtOpen = true;
            return SessionSignals.None;
        }

        _machine.RequestProbe(now);
        return SessionSignals.Output | SessionSignals.Wake;
    }

    private void OpenIfBothHellosAreThrough(Instant now)
    {
        if (_machine is null && PeerIsKnown && _scheduler.HelloTakenAt is { } handedOver)
        {
            _machine = new HeartbeatMachine(_plan, _peerIntervals, (ulong)_endpointId, handedOver, now);
            _scheduler.Machine = _machine;
            if (_rateWantedAtOpen is not null)
            {
                _machine.ChangeRate(_rateWantedAtOpen);
            }

            if (_probeWantedAtOpen)
            {
                _machine.RequestProbe(now);
            }
        }
    }
}
