using System.Net.Sockets;
using Liveness.KeepAlive;

namespace Liveness;

/// <summary>A socket that somebody else connects, from <see cref="ILivenessFactory.Watch"/> until it is connected or closed. It holds the
/// socket weakly, and waits in the wheel.</summary>
/// <remarks>
/// Until it is connected, nothing here touches the descriptor by number: .NET could then not try a second address. The wheel calls
/// <see cref="OnDue"/>, which asks .NET alone; the rest is done by the work queue, once.
/// </remarks>
internal sealed class HandedSocket : SchedulerEntry, IThreadPoolWorkItem
{
    /// <summary>How closely the scheduler watches our own pauses for this: they decide nothing here.</summary>
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(100);

    /// <summary>While .NET goes on to the next address, the socket has no handle for a moment, and looks as if it were closed.</summary>
    private const int ClosedLooks = 2;

    private readonly WeakReference<Socket> _socket;
    private readonly HandedSockets _owner;
    private readonly NamedLiveness _named;
    private readonly LivenessSettings _settings;
    private readonly string? _description;
    private readonly string? _ownId;
    private readonly Action? _abort;
    private readonly Action<LivenessConnection>? _watched;
    private readonly Instant _begun;

    /// <summary>The scheduler's thread alone.</summary>
    private int _closedLooks;

    public HandedSocket(
        HandedSockets owner, AttachTarget target, NamedLiveness named, LivenessSettings settings, Action<LivenessConnection>? watched)
    {
        _owner = owner;
        _socket = new WeakReference<Socket>(target.Socket!);
        _named = named;
        _settings = settings;
        _description = target.Description;
        _ownId = target.OwnId;
        _abort = target.AbortTransport;
        _watched = watched;
        _begun = owner.Scheduler.Now;
    }

    private ConnectionLabel Label => new(_description, null, _named.Name.Length == 0 ? null : _named.Name, _ownId);

    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    /// <exception cref="TcpKeepAliveException">Under Require: keepalive can't be put in force on it.</exception>
    public void Start(Socket socket)
    {
        if (socket.Connected)
        {
            Begin(socket, _settings);
            return;
        }

        if (_settings.KeepAlive is { } plan)
        {
            EarlyKeepAlive.Apply(socket, plan);
        }

        _owner.Scheduler.Register(this, s_tick);
        _owner.Scheduler.Schedule(this, _begun + ConnectPace.Shortest);
    }

    public override Instant OnDue(Instant now)
    {
        if (!_socket.TryGetTarget(out Socket? socket))
        {
            _owner.Scheduler.Unregister(this);
            return Instant.Never;
        }

        if (socket.Connected)
        {
            _owner.Scheduler.Unregister(this);
            _owner.Scheduler.WorkQueue.PostForeign(ForeignLane.Looks, this);
            return Instant.Never;
        }

        _closedLooks = IsClosed(socket) ? _closedLooks + 1 : 0;
        if (_closedLooks == ClosedLooks)
        {
            _owner.Scheduler.Unregister(this);
            return Instant.Never;
        }

        return ConnectPace.NextLook(_begun, now);
    }

    /// <summary>It is connected: from here on its kernel is asked.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        if (_socket.TryGetTarget(out Socket? socket))
        {
            try
            {
                // Unless the name has another mode by now.
                Begin(socket, _named.Settings is { Mode: LivenessMode.KernelOnly } newest ? newest : _settings);
            }
            catch (TcpKeepAliveException refused)
            {
                // Nobody is there to be told by an exception.
                _owner.NotWatched(_named, Label, refused.Message);
            }
            catch (ObjectDisposedException)
            {
                // Closed meanwhile: there is nothing to watch.
                return;
            }
        }
    }

    private void Begin(Socket socket, LivenessSettings settings)
    {
        string description = _description ?? RemoteName.Text(KeptName.Of(socket).EndPoint) ?? "";
        ConnectionLabel label = Label with { Remote = description };
        AttachedConnection attached;
        try
        {
            if (settings.KeepAlive is { } keepAlive)
            {
                _named.NoteKeepAlive(socket.ApplyTcpKeepAlive(keepAlive), label);
            }

            attached = LentSocketAttachment.Start(socket, _abort, _ownId, settings);
        }
        catch (PlatformNotSupportedException refused)
        {
            // Its owner can do without us.
            _owner.NotWatched(_named, label, refused.Message);
            return;
        }
        catch (ArgumentException)
        {
            // Over already: its owner finds that out by itself.
            return;
        }

        _owner.Add(_named, settings, description, attached, _watched);
    }

    /// <summary>.NET has no property that tells, so this asks for something that only a closed socket refuses, once.</summary>
    private static bool IsClosed(Socket socket)
    {
        try
        {
            return socket.Available < 0;
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            return true;
        }
    }
}
