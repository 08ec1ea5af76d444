using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Liveness.Presence;

/// <summary>
/// The gateway of this process: hears of connections, and carries out what <see cref="GatewayMachine"/> decides, one step after the other.
/// </summary>
/// <remarks>Whoever attaches a connection waits for a lock that is never held over anything slow, and for nothing else.</remarks>
internal sealed partial class PresenceAgent : IConnectionListener, IHostedLifecycleService, IDisposable
{
    /// <summary>For one step: a store that takes longer is away.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <summary>For the step under way, the last changes and the farewell together, when the process stops.</summary>
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(3);

    /// <summary>After what nobody has foreseen: it might be so each time.</summary>
    private static readonly TimeSpan s_breath = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan s_lines = TimeSpan.FromSeconds(1);

    private readonly IPresenceStore _store;
    private readonly TimeProvider _timeProvider;
    private readonly PresenceLogger _logger;
    private readonly PresenceMetrics _metrics;
    private readonly BackgroundLane _lane;
    private readonly IOptionsMonitor<PresenceOptions> _options;
    private readonly IDisposable? _changes;
    private readonly long _origin;
    private readonly Lock _gate = new();

    /// <summary>Under the lock; null = this process only looks.</summary>
    private readonly GatewayMachine? _machine;
    private readonly StoreTrouble _trouble = new();
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>No step is waited for any longer.</summary>
    private readonly CancellationTokenSource _enough = new();
    private readonly SemaphoreSlim _signal = new(0);
    private PresenceSettings _settings;
    private Task _running = Task.CompletedTask;
    private long _droppedLosses;

    public PresenceAgent(
        IPresenceStore store,
        IOptionsMonitor<PresenceOptions> options,
        TimeProvider timeProvider,
        BackgroundLane lane,
        PresenceLogger logger,
        IServiceProvider services)
    {
        (_store, _timeProvider, _lane, _logger, _options) = (store, timeProvider, lane, logger, options);
        _origin = timeProvider.GetTimestamp();
        _settings = PresenceSettings.Of(options.CurrentValue);
        _machine = _settings.Gateway is null ? null : new GatewayMachine(_settings, NewSuffix(), Now);
        _metrics = new PresenceMetrics(lane, services.GetService<IMeterFactory>(), () => Read(0, static m => m.Count), Pending);
        _changes = options.OnChange((_, _) => Reload());
    }

    /// <summary>The ones in force.</summary>
    public PresenceSettings Settings => Volatile.Read(ref _settings);

    /// <summary>Null = this process only looks.</summary>
    public GatewayState? State => Read<GatewayState?>(null, machine => machine.StateAt(Now));

    /// <summary>For tests: the store has everything.</summary>
    public bool IsSettled => Read(true, static machine => machine.IsSettled);

    private TimeSpan Now => _timeProvider.GetElapsedTime(_origin);

    public void Attached(LivenessConnection connection) => Identified(connection);

    public void Identified(LivenessConnection connection)
    {
        if (_machine is not null && _settings.Names?.Contains(connection.Name) != false)
        {
            Name(connection.Id, connection.OwnId, now => Describe(connection, now));
        }
    }

    public void Ended(LivenessConnection connection, ConnectionLoss? loss) =>
        End(connection.Id, now => loss is null ? null : new OwnLoss(now, loss.ErrorType, loss.Diagnosis.ToString()));

    /// <summary>A connection has a key, or another one, or none any more; measurements have connections that are none.</summary>
    public void Name(long id, string? key, Func<TimeSpan, OwnConnection> describe)
    {
        TimeSpan now = Now;
        Change(machine => machine.Name(id, key, () => describe(now), now));
    }

    /// <inheritdoc cref="GatewayMachine.End"/>
    public void End(long id, Func<TimeSpan, OwnLoss?> describe)
    {
        TimeSpan now = Now;
        OwnLoss? lost = describe(now);
        Change(machine => machine.End(id, lost, now));
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (_machine is not null)
        {
            using (ExecutionContext.SuppressFlow())
            {
                _running = Task.Run(RunAsync, CancellationToken.None);
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>Last of all: what other services did with their connections while they stopped is known by now.</summary>
    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        using ITimer end = _timeProvider.CreateTimer(_ => _enough.Cancel(), null, s_farewell, Timeout.InfiniteTimeSpan);
        using CancellationTokenRegistration hurry = cancellationToken.UnsafeRegister(_ => _enough.Cancel(), null);
        await _stopping.CancelAsync().ConfigureAwait(false);
        Signal();
        await _running.ConfigureAwait(false);
        if (_machine is not null)
        {
            await TakeLeaveAsync(_machine).ConfigureAwait(false);
        }

        await _lane.FlushAsync(s_lines, _timeProvider).ConfigureAwait(false);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>A container that goes without a stop of its host: others see this gateway as silent.</summary>
    public void Dispose()
    {
        _changes?.Dispose();
        _stopping.Cancel();
        Signal();
    }

    private static string NewSuffix() => Guid.NewGuid().ToString("N")[..8];

    private static OwnConnection Describe(LivenessConnection connection, TimeSpan now)
    {
        TimeSpan bound = connection.Bound;
        return new OwnConnection(
            connection.Name,
            connection.Description,
            bound == Timeout.InfiniteTimeSpan ? null : (long)bound.TotalMilliseconds,
            now - connection.Age);
    }

    private void Change(Action<GatewayMachine> change)
    {
        if (_machine is null)
        {
            return;
        }

        bool isFirst;
        lock (_gate)
        {
            int before = _machine.Changes;
            change(_machine);
            isFirst = (before == 0 && _machine.Changes > 0)
                || (before < GatewayMachine.MostInBatch && _machine.Changes >= GatewayMachine.MostInBatch);
        }

        if (isFirst)
        {
            Signal();
        }
    }

    private void Signal() => _signal.Release();

    private bool IsWanted(string key)
    {
        lock (_gate)
        {
            return _machine!.IsWanted(key);
        }
    }

    private int Pending() => Read(0, static machine => machine.Pending);

    private T Read<T>(T without, Func<GatewayMachine, T> read)
    {
        if (_machine is null)
        {
            return without;
        }

        lock (_gate)
        {
            return read(_machine);
        }
    }

    private void Reload()
    {
        try
        {
            PresenceSettings changed = Settings.With(PresenceSettings.Of(_options.CurrentValue));
            Volatile.Write(ref _settings, changed);
            if (_machine is not null)
            {
                lock (_gate)
                {
                    _machine.Change(changed);
                }
            }
        }
        catch (OptionsValidationException failure)
        {
            _logger.Write(logger => PresenceLog.PresenceSettingsRefused(logger, failure.Message));
        }
    }
}
