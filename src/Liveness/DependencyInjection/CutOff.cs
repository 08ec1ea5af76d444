namespace Liveness;

/// <summary>Who cuts off a connection that is lost, and how: settled once, when it is attached.</summary>
/// <remarks>
/// <para>The target's own <see cref="AttachTarget.AbortTransport"/> goes before everything else. Without one, a connection is reset where
/// there is a socket, so that the peer hears of it and nothing waits for an acknowledgement; else its stream is disposed.</para>
/// <para>In-band the transport does so itself, in the moment of the loss, unless it is to leave open what is beneath it:
/// <see cref="ForTransport"/> says how. What it does not do is done by the factory, later and in a lane: <see cref="Now"/>.</para>
/// </remarks>
internal readonly struct CutOff
{
    private readonly Way _way;
    private readonly AttachTarget _target;
    private readonly Action<Stream>? _abort;

    private CutOff(Way way, AttachTarget target, Action<Stream>? abort)
    {
        _way = way;
        _target = target;
        _abort = abort;
    }

    private enum Way
    {
        /// <summary>The transport has done it.</summary>
        Transport,

        /// <summary>By <see cref="AttachTarget.AbortTransport"/>.</summary>
        AbortOfTarget,

        /// <summary>By <see cref="HeartbeatOptions.AbortTransport"/>.</summary>
        AbortOfHeartbeat,

        /// <summary>The socket, by a reset.</summary>
        Socket,

        /// <summary>By disposing the stream.</summary>
        Stream,
    }

    /// <summary>Where nobody but the factory does it.</summary>
    public static CutOff Of(AttachTarget target)
    {
        Way way = target.AbortTransport is not null ? Way.AbortOfTarget : target.Socket is not null ? Way.Socket : Way.Stream;
        return new CutOff(way, target, abort: null);
    }

    /// <summary>Where there is a heartbeat inside.</summary>
    /// <param name="target">What was attached.</param>
    /// <param name="abort"><see cref="HeartbeatOptions.AbortTransport"/>.</param>
    /// <param name="transport">Made with <see cref="ForTransport"/>.</param>
    public static CutOff InBand(AttachTarget target, Action<Stream>? abort, Transport transport)
    {
        // A transport over a bare socket knows nothing of the target's own way.
        bool byTransport = !transport.LeavesOpen && (target.AbortTransport is null || transport is not SocketTransport);
        bool byHeartbeat = target is { AbortTransport: null, Stream: not null } && abort is not null;
        return byTransport ? new CutOff(Way.Transport, target, abort)
            : byHeartbeat ? new CutOff(Way.AbortOfHeartbeat, target, abort)
            : Of(target);
    }

    /// <summary>How a transport over a stream cuts off what is beneath it.</summary>
    /// <returns>Null = as it finds best.</returns>
    public static Action<Stream>? ForTransport(AttachTarget target, Action<Stream>? abort)
    {
        bool socketIsApart = target is { Socket: not null, Stream: { } given } && Transport.SocketBeneath(given) is null;
        CutOff own = Of(target);
        return target.AbortTransport is not null ? _ => own.Now() : abort ?? (socketIsApart ? _ => own.Now() : null);
    }

    /// <summary>In a lane, for it may be code of the application, and with a net.</summary>
    public void Now()
    {
        switch (_way)
        {
            case Way.AbortOfTarget:
                _target.AbortTransport!();
                break;
            case Way.AbortOfHeartbeat:
                _abort!(_target.Stream!);
                break;
            case Way.Socket:
                SocketReset.Close(_target.Socket!);
                break;
            case Way.Stream:
                _target.Stream!.Dispose();
                break;
        }
    }
}
