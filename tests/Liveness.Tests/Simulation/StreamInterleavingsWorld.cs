using Liveness.Testing;
using Liveness.Tests.InBand;

namespace Liveness.Tests.Simulation;

/// <summary>
/// Two real streams, a network and an application at each end, on one thread: everything that happens follows from the seed.
/// </summary>
internal sealed class StreamInterleavingsWorld : IDisposable
{
    /// <summary>Of receives that the close has ended: their buffers are left to the collector.</summary>
    private const int MostBuffersKept = 2;

    private readonly Random _random;
    private readonly StreamInterleavingsQueue _queue;
    private readonly ManualTimeProvider _clock;
    private readonly InMemoryLink _link;
    private readonly StreamInterleavingsEnd _client;
    private readonly StreamInterleavingsEnd _server;
    private readonly RecordingLogger _logger = new();
    private readonly PoisoningPool _pool = new();
    private readonly SynchronizationContext? _contextBefore = SynchronizationContext.Current;
    private readonly bool _hasFaults;
    private readonly bool _poolIsSlow;
    private bool _isBroken;
    private ulong _trace = 14695981039346656037;

    public StreamInterleavingsWorld(int seed, bool hasFaults)
    {
        // With a context, continuations would leave this thread.
        SynchronizationContext.SetSynchronizationContext(null);
        _hasFaults = hasFaults;
        _random = new Random(seed);
        _poolIsSlow = hasFaults && _random.Next(4) == 0;
        _queue = new StreamInterleavingsQueue(_random);
        _clock = new ManualTimeProvider { WorkQueue = _queue };
        _link = InMemoryLink.Create(_clock, seed);
        Arrange(_link.ToClient);
        Arrange(_link.ToServer);
        StreamInterleavingsTape toServer = new(seed);
        StreamInterleavingsTape toClient = new(~seed);
        _client = new StreamInterleavingsEnd(NewStream(_link.Client, 1), toServer, toClient, _random);
        _server = new StreamInterleavingsEnd(NewStream(_link.Server, 2), toClient, toServer, _random);
    }

    /// <summary>The same for the same seed.</summary>
    public ulong Trace => _trace;

    public ConnectionLoss? ClientLoss => _client.Stream.Monitor.Loss;

    public ConnectionLoss? ServerLoss => _server.Stream.Monitor.Loss;

    /// <returns>What went wrong; empty = nothing.</returns>
    public IReadOnlyList<string> Run(int steps)
    {
        bool closesOnTheWay = _hasFaults && _random.Next(3) == 0;
        for (int i = 0; i < steps; i++)
        {
            Step(closesOnTheWay);
        }

        WindDown();
        Check();
        return [.. _client.Faults.Select(fault => "client: " + fault), .. _server.Faults.Select(fault => "server: " + fault)];
    }

    public void Dispose()
    {
        SynchronizationContext.SetSynchronizationContext(_contextBefore);
        _link.Dispose();
        _client.Dispose();
        _server.Dispose();
    }

    private HeartbeatStream NewStream(Stream end, int id)
    {
        HeartbeatOptions options = new()
        {
            DetectWithin = TimeSpan.FromMilliseconds(_random.Next(300, 3000)),
            ReceiveWindow = _random.Next(2) == 0 ? 32 * 1024 : 64 * 1024,
            CloseTimeout = _hasFaults && _random.Next(10) == 0 ? TimeSpan.Zero : null,
            TimeProvider = _clock,
            AbortTransport = InMemoryLink.Abort,
            Logger = _logger,
        };
        Transport transport = _random.Next(2) == 0 ? new SocketLikeTransport(end, _random) : Transport.Over(end, leaveOpen: false, options.AbortTransport);
        return new HeartbeatStream(transport, options, new UInt128((ulong)_random.NextInt64(), (ulong)id), _pool);
    }

    private void Arrange(LinkConditions conditions)
    {
        conditions.Delay = TimeSpan.FromMilliseconds(_random.Next(3) == 0 ? 0 : _random.Next(40));
        conditions.Jitter = TimeSpan.FromMilliseconds(_random.Next(3) == 0 ? _random.Next(20) : 0);
        conditions.BufferSize = _random.Next(3) == 0 ? _random.Next(_hasFaults ? 1 : 4000, 8000) : 64 * 1024;
        conditions.BytesPerSecond = _random.Next(4) == 0 ? _random.Next(300_000, 3_000_000) : null;
    }

    private void Step(bool mayClose)
    {
        int dice = _random.Next(100);
        if (dice < 60 && _queue.RunOne())
        {
            Note(1);
        }
        else if (dice < 75)
        {
            _client.Step(mayClose);
        }
        else if (dice < 90)
        {
            _server.Step(mayClose);
        }
        else if (_hasFaults && _random.Next(150) == 0)
        {
            Fault();
        }
        else
        {
            Pass();
        }
    }

    /// <summary>Time passes; where the pool is not slow, only once nothing waits for it.</summary>
    private void Pass()
    {
        if (!_poolIsSlow)
        {
            RunAll();
        }

        if (_clock.NextTimerDue is { } due && _random.Next(4) != 0)
        {
            _clock.AdvanceTo(due);
        }
        else
        {
            _clock.Advance(TimeSpan.FromTicks(_random.Next(20_000)));
        }

        Note((ulong)_clock.GetTimestamp());
    }

    private void Fault()
    {
        switch (_random.Next(8))
        {
            case 0:
                _link.Cut();
                _isBroken = true;
                break;
            case 1:
                _link.CutToClient();
                _isBroken = true;
                break;
            case 2:
                _link.Reset();
                _isBroken = true;
                break;
            case 3:
                _link.Close();
                _isBroken = true;
                break;
            case 4:
                Arrange(_link.ToServer);
                break;
            case 5:
                _link.Stall();
                break;
            default:
                _link.Resume();
                break;
        }

        Note(7);
    }

    /// <summary>Both read to the end, one closes, then the other, and then nothing is left to happen.</summary>
    private void WindDown()
    {
        if (!_isBroken)
        {
            _link.Resume();
        }

        (StreamInterleavingsEnd first, StreamInterleavingsEnd second) = _random.Next(2) == 0 ? (_client, _server) : (_server, _client);
        first.Close();
        Until(() => first.IsClosed && (second.HasReadEnd || second.IsClosed || second.Stream.Monitor.State == LivenessState.Lost), second.StepToTheEnd);
        second.Close();
        Until(() => first.IsClosed && second.IsClosed && first.IsIdle && second.IsIdle, static () => { });
        Until(() => _queue.Count == 0 && _clock.NextTimerDue is null, static () => { });
    }

    private void Until(Func<bool> isDone, Action step)
    {
        DateTimeOffset end = _clock.GetUtcNow() + TimeSpan.FromMinutes(5);
        while (!isDone() && _clock.GetUtcNow() < end)
        {
            step();
            RunAll();
            _client.Look();
            _server.Look();
            if (!isDone())
            {
                _clock.AdvanceTo(_clock.NextTimerDue ?? end);
            }
        }
    }

    private void RunAll()
    {
        while (_queue.RunOne())
        {
            Note(2);
        }
    }

    private void Check()
    {
        foreach (StreamInterleavingsEnd end in (StreamInterleavingsEnd[])[_client, _server])
        {
            if (!end.IsClosed || !end.IsIdle)
            {
                end.Faults.Add($"something is still pending: {end.Pending}");
            }

            end.CheckEnd();
            if (!_hasFaults && end.Stream.Monitor.Loss is { } loss)
            {
                end.Faults.Add($"a loss without a fault: {loss} {loss.Exception}");
            }
        }

        if (_queue.Count > 0 || _clock.NextTimerDue is not null)
        {
            _client.Faults.Add($"work is left over: {_queue.Count} items, next timer {_clock.NextTimerDue}");
        }

        _client.Faults.AddRange(_pool.Check());
        if (!_hasFaults && _pool.Outstanding > MostBuffersKept)
        {
            _client.Faults.Add($"{_pool.Outstanding} buffers were not given back");
        }

        if (_queue.HasEscaped)
        {
            _client.Faults.Add("something ran on another thread");
        }

        foreach (RecordingLogger.Entry entry in _logger.Entries)
        {
            if (entry.EventName is "HandlerThrew" or "WorkItemThrew")
            {
                _client.Faults.Add(entry.ToString());
            }
        }
    }

    private void Note(ulong what) => _trace = (_trace ^ what ^ ((ulong)_queue.Count << 32)) * 1099511628211;
}
