namespace Liveness;

/// <summary>A connection with a heartbeat inside.</summary>
internal sealed class InBandAttachment : AttachedConnection
{
    private readonly AttachTarget _target;
    private readonly HeartbeatStream _stream;
    private readonly bool _leavesOpenOnLoss;
    private readonly CutOff _cutOff;
    private readonly KeepAliveChange? _keepAlive;

    private InBandAttachment(AttachTarget target, Transport transport, LivenessSettings settings, ReadOnlyMemory<byte> taken)
    {
        HeartbeatStream stream = new(transport, settings.Heartbeat);
        stream.Connection.Start!.Taken = taken;
        stream.Monitor.Identify(id: 0, target.Description);
        stream.Monitor.OwnId = target.OwnId;
        _target = target;
        _stream = stream;
        _cutOff = CutOff.InBand(target, settings.Heartbeat.AbortTransport, transport);
        _leavesOpenOnLoss = settings.OnLoss == LossAction.ReportOnly;
        _keepAlive = target.Socket is { } socket ? new KeepAliveChange(new KeepAliveSocket(socket), stream.Monitor, settings) : null;
    }

    public override Stream Stream => _stream;

    public override ConnectionMonitor Monitor => _stream.Monitor;

    /// <param name="target">To be attached.</param>
    /// <param name="settings">Of its name.</param>
    /// <param name="taken">Was read already: the beginning of the peer's HELLO.</param>
    /// <param name="cancellationToken">Cancels the handshake.</param>
    /// <exception cref="ConnectionLostException">The handshake failed.</exception>
    public static async Task<AttachedConnection> StartAsync(
        AttachTarget target, LivenessSettings settings, ReadOnlyMemory<byte> taken, CancellationToken cancellationToken)
    {
        bool leaveOpen = target.LeaveOpen || settings.OnLoss == LossAction.ReportOnly;
        Action<Stream>? abort = CutOff.ForTransport(target, settings.Heartbeat.AbortTransport);
        Transport transport = target.Stream is { } stream
            ? Transport.Over(stream, leaveOpen, abort, settings.Heartbeat.TimeProvider, target.Socket)
            : new SocketTransport(target.Socket!, owner: null, leaveOpen);
        transport.HalfCloses = target.HalfCloses;
        transport.IsNegotiated |= target.NegotiatedProtocol == LivenessProtocol.Alpn;
        InBandAttachment attached = new(target, transport, settings, taken);
        try
        {
            await attached._stream.StartAsync(cancellationToken).ConfigureAwait(false);
            return attached;
        }
        catch
        {
            await attached.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public override async ValueTask DisposeAsync()
    {
        _keepAlive?.Dispose();
        await _stream.DisposeAsync().ConfigureAwait(false);
        if (_leavesOpenOnLoss && !_target.LeaveOpen)
        {
            // It was only left open for the case of a loss.
            await CloseAsync(_target).ConfigureAwait(false);
        }
    }

    /// <exception cref="InvalidOperationException">Always.</exception>
    public override ValueTask DetachAsync() => throw new InvalidOperationException(
        "This connection is in-band: what is beneath it carries frames of Liveness, and nobody else can go on with it. Close it by "
        + "CloseAsync or DisposeAsync.");

    public override async Task<CloseResult?> CloseAsync(LastWord? word, CancellationToken cancellationToken) =>
        await _stream.CloseAsync(word, cancellationToken).ConfigureAwait(false);

    public override void LeaveWith(LastWord word) => _stream.LeaveWith(word);

    public override ValueTask AbortAsync(string? reason) => _stream.AbortAsync(reason);

    public override void CutOffNow() => _cutOff.Now();

    protected override void Apply(LivenessSettings settings)
    {
        if (Monitor.State is LivenessState.Lost or LivenessState.Closed)
        {
            return;
        }

        try
        {
            _stream.ChangeDetectWithin(settings.Heartbeat.DetectWithin ?? settings.DetectWithin);
        }
        catch (ObjectDisposedException)
        {
            // Over meanwhile.
            return;
        }

        _keepAlive?.Apply(settings);
    }
}
