using Liveness.Diagnostics;
using Liveness.Testing;
using Microsoft.Extensions.Logging;

namespace Liveness.Tests.ForeignCode;

/// <summary>
/// A connection that calls code which misbehaves, and another one that has nothing to do with it; on one clock and one work queue.
/// </summary>
internal sealed class ForeignWorld : IDisposable
{
    private readonly SynchronizationContext? _contextBefore = SynchronizationContext.Current;
    private readonly Point _point;
    private readonly Misbehaviour _misbehaviour;
    private readonly InMemoryLink _link;
    private readonly InMemoryLink _otherLink;
    private readonly MeterRecorder _meters = new();

    public ForeignWorld(Point point, Misbehaviour misbehaviour)
    {
        (_point, _misbehaviour) = (point, misbehaviour);
        Clock = new ManualTimeProvider { WorkQueue = Queue };
        _link = InMemoryLink.Create(Clock);
        _otherLink = InMemoryLink.Create(Clock);
        HookedStream inner = new(_link.Client) { OnDispose = LetGo };
        HeartbeatOptions options = Options(LoggerFor(point));
        options.MeterFactory = _meters;
        options.AbortTransport = point == Point.StreamDispose ? null : _ => Abort();
        Victim = new HeartbeatStream(inner, options);
        Peer = new HeartbeatStream(_link.Server, Options(new RecordingLogger()));
        Other = new HeartbeatStream(_otherLink.Client, Options(LoggerFor(point)));
        OtherPeer = new HeartbeatStream(_otherLink.Server, Options(new RecordingLogger()));
        SynchronizationContext.SetSynchronizationContext(null);
        Task[] started = [.. new[] { Victim, Peer, Other, OtherPeer }.Select(stream => stream.StartAsync())];
        Queue.RunAll();
        started.Should().OnlyContain(task => task.IsCompletedSuccessfully);
        Hook();
    }

    public static TimeSpan T { get; } = TimeSpan.FromSeconds(2);

    public CallThreadsQueue Queue { get; } = new();

    public ManualTimeProvider Clock { get; }

    public HeartbeatStream Victim { get; }

    public HeartbeatStream Peer { get; }

    public HeartbeatStream Other { get; }

    public HeartbeatStream OtherPeer { get; }

    public RecordingLogger Logger { get; } = new();

    /// <summary>The others that were told of the victim's end, by name.</summary>
    public List<string> Told { get; } = [];

    public int Misbehaved { get; private set; }

    public int WasCutOff { get; private set; }

    public int WasLetGo { get; private set; }

    public bool LoggerIsThePoint => _point is Point.LogLine or Point.LogFilter or Point.LogFormatting;

    public void Cut() => _link.Cut();

    /// <summary>Lets time pass, from timer to timer, and everything happen that falls due.</summary>
    public void Advance(TimeSpan by)
    {
        DateTimeOffset end = Clock.GetUtcNow() + by;
        Queue.RunAll();
        while (Clock.NextTimerDue is { } due && due <= end)
        {
            Clock.AdvanceTo(due);
            Queue.RunAll();
        }

        Clock.AdvanceTo(end);
        Queue.RunAll();
    }

    public void Dispose()
    {
        SynchronizationContext.SetSynchronizationContext(_contextBefore);
        Queue.Dispose();
        _link.Dispose();
        _otherLink.Dispose();
        _meters.Dispose();
    }

    private HeartbeatOptions Options(ILogger logger) => new() { DetectWithin = T, TimeProvider = Clock, Logger = logger };

    private ILogger LoggerFor(Point point) => point switch
    {
        Point.LogLine => new MisbehavingLogger { InLog = Misbehave },
        Point.LogFilter => new MisbehavingLogger { InIsEnabled = Misbehave },
        Point.LogFormatting => new MisbehavingLogger { InFormatting = Misbehave },
        _ => Logger,
    };

    private void Hook()
    {
        ConnectionMonitor monitor = Victim.Monitor;
        monitor.StateChanged += (_, e) => MisbehaveAt(Point.StateHandler);
        monitor.ConnectionLost += (_, e) => MisbehaveAt(Point.LossHandler);
        monitor.ConnectionLost += (_, e) => Told.Add("handler");
        monitor.LostToken.Register(() => Told.Add("LostToken"));
        monitor.LostToken.Register(() => MisbehaveAt(Point.LostCallback));
        monitor.EndedToken.Register(() => Told.Add("EndedToken"));
        monitor.EndedToken.Register(() => MisbehaveAt(Point.EndedCallback));
        _meters.Failure = instrument =>
        {
            bool isBeat = instrument is LivenessMeter.HeartbeatRoundTripDuration or LivenessMeter.HeartbeatProbes;
            if (isBeat)
            {
                MisbehaveAt(Point.MetricsOfBeats);
            }
            else if (monitor.State is LivenessState.Lost or LivenessState.Closed)
            {
                MisbehaveAt(Point.MetricsAtTheEnd);
            }
        };
    }

    private void LetGo()
    {
        WasLetGo++;
        MisbehaveAt(Point.StreamDispose);
    }

    private void Abort()
    {
        WasCutOff++;
        MisbehaveAt(Point.Abort);
        InMemoryLink.Abort(_link.Client);
    }

    private void MisbehaveAt(Point point)
    {
        if (point == _point)
        {
            Misbehave();
        }
    }

    private void Misbehave()
    {
        Misbehaved++;
        switch (_misbehaviour)
        {
            case Misbehaviour.Throws:
                throw new InvalidOperationException("code of others");
            case Misbehaviour.Blocks:
                Queue.Block();
                break;
            case Misbehaviour.ReEnters:
                ReEnter();
                break;
            default:
                _ = Victim?.DisposeAsync().AsTask();
                break;
        }
    }

    private void ReEnter()
    {
        if (Victim is not { } victim)
        {
            return;
        }

        _ = victim.Monitor.GetSnapshot();
        _ = victim.Monitor.ProbeAsync().AsTask();
        _ = victim.WriteAsync(new byte[1]).AsTask();
        victim.Monitor.ConnectionLost += Ignore;
        victim.Monitor.ConnectionLost -= Ignore;
        victim.Monitor.LostToken.Register(static () => { }).Dispose();
        victim.ChangeDetectWithin(T);
    }

    private static void Ignore(object? sender, ConnectionLostEventArgs e)
    {
    }
}
