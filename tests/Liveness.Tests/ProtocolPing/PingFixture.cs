using Liveness.ProtocolPing;
using Liveness.Testing;

namespace Liveness.Tests.ProtocolPing;

/// <summary>
/// A heartbeat on a clock and a work queue that only the test drives, over a peer that answers as the test says. 12 s, a ping after 4 s.
/// </summary>
internal sealed class PingFixture : IAsyncDisposable
{
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(10);

    public PingFixture(double seconds = 12, ITransportWitness? witness = null, Action? lookAtLocalNetwork = null)
    {
        Clock = new ManualTimeProvider { WorkQueue = Queue };
        Heartbeat = new ProtocolHeartbeat(
            SendAsync,
            new ProtocolHeartbeatOptions
            {
                DetectWithin = seconds < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(seconds),
                TimeProvider = Clock,
                Logger = Logger,
            },
            witness,
            lookAtLocalNetwork,
            seed: 1);
        Heartbeat.Monitor.ConnectionLost += (_, e) => Losses.Add(e.Loss);
        Heartbeat.Monitor.StateChanged += (_, e) => Changes.Add($"{e.OldState} -> {e.NewState}");
    }

    public ManualWorkQueue Queue { get; } = new();

    public ManualTimeProvider Clock { get; }

    public RecordingLogger Logger { get; } = new();

    public ProtocolHeartbeat Heartbeat { get; }

    public ConnectionMonitor Monitor => Heartbeat.Monitor;

    public List<ConnectionLoss> Losses { get; } = [];

    public List<string> Changes { get; } = [];

    /// <summary>Since the start, when the application was called.</summary>
    public List<TimeSpan> Pings { get; } = [];

    /// <summary>What the application does; it may call back into the heartbeat.</summary>
    public Func<CancellationToken, ValueTask> OnPing { get; set; } = _ => ValueTask.CompletedTask;

    public CancellationToken LastToken { get; private set; }

    public TimeSpan Now => TimeSpan.FromTicks(Clock.GetTimestamp());

    public void Answer() => OnPing = _ =>
    {
        Heartbeat.ReportReceived(7);
        return ValueTask.CompletedTask;
    };

    public void Advance(double seconds, bool runWork = true, Action? each = null)
    {
        TimeSpan until = Now + TimeSpan.FromSeconds(seconds);
        Run(runWork);
        while (Now < until)
        {
            TimeSpan left = until - Now;
            Clock.Advance(left < s_step ? left : s_step);
            Run(runWork);
            each?.Invoke();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task disposing = Heartbeat.DisposeAsync().AsTask();
        Queue.RunAll();
        await disposing;
    }

    private void Run(bool runWork)
    {
        if (runWork)
        {
            Queue.RunAll();
        }
    }

    private ValueTask SendAsync(CancellationToken cancellationToken)
    {
        Pings.Add(Now);
        LastToken = cancellationToken;
        return OnPing(cancellationToken);
    }
}
