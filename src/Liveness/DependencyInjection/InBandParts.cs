namespace Liveness;

/// <summary>A connection with a heartbeat inside.</summary>
internal sealed class InBandParts : AttachedParts
{
    private readonly LivenessTarget _target;
    private readonly HeartbeatStream _stream;
    private readonly bool _leavesOpenOnLoss;
    private readonly bool _transportCutsOff;
    private readonly Action<Stream>? _abort;
    private readonly KeepAliveChange? _keepAlive;

    private InBandParts(LivenessTarget target, Transport transport, LivenessSettings settings)
    {
        HeartbeatStream stream = new(transport, settings.Heartbeat);
        stream.Monitor.Identify(id: 0, target.Description);
        _target = target;
        _abort = settings.Heartbeat.Abort;
        _stream = stream;
        _transportCutsOff = !transport.LeavesOpen && (target.Abort is null || transport is not SocketTransport);
        _leavesOpenOnLoss = settings.OnLoss == LossAction.LeaveOpen;
        _keepAlive = target.Socket is { } socket ? new KeepAliveChange(socket, stream.Monitor, settings) : null;
    }

    public override Stream Stream => _stream;

    public override ConnectionMonitor Monitor => _stream.Monitor;

    /// <exception cref="ConnectionLostException">The handshake failed.</exception>
    public static async Task<AttachedParts> StartAsync(LivenessTarget target, LivenessSettings settings, CancellationToken cancellationToken)
    {
        bool leaveOpen = target.LeaveOpen || settings.OnLoss == LossAction.LeaveOpen;
        bool ownsNoSocket = target is { Socket: not null, Stream: { } given } && Transport.SocketBeneath(given) is null;
        Action<Stream>? abort = target.Abort is not null ? _ => CutOff(target) : settings.Heartbeat.Abort ?? (ownsNoSocket ? _ => CutOff(target) : null);
        Transport transport = target.Stream is { } stream
            ? Transport.Over(stream, leaveOpen, abort, settings.Heartbeat.TimeProvider, target.Socket)
            : new SocketTransport(target.Socket!, owner: null, leaveOpen);
        InBandParts parts = new(target, transport, settings);
        try
        {
            await parts._stream.StartAsync(cancellationToken).ConfigureAwait(false);
            return parts;
        }
        catch
        {
            await parts.DisposeAsync().ConfigureAwait(false);
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

    public override async Task<CloseResult?> CloseAsync(CancellationToken cancellationToken) =>
        await _stream.CloseAsync(cancellationToken).ConfigureAwait(false);

    public override ValueTask AbortAsync(string? reason) => _stream.AbortAsync(reason);

    public override void CutOff()
    {
        if (_transportCutsOff)
        {
            return;
        }

        if (_target is { Abort: null, Stream: { } stream } && _abort is not null)
        {
            _abort(stream);
        }
        else
        {
            CutOff(_target);
        }
    }

    protected override void Apply(LivenessSettings settings)
    {
        if (Monitor.State is ConnectionState.Lost or ConnectionState.Closed)
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
