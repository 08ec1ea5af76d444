using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Liveness.Presence;

/// <summary>
/// The gateway of this process: hears of connections, and carries out what <see cref="GatewayMachine"/> decides, one step after the other.
/// </summary>
/// <remarks>Whoever attaches a connection waits for a lock that is never held over anything slow, and for nothing else.</remarks>
internal sealed class PresenceAgent : IConnectionListener, IHostedLifecycleService, IDisposable
{
    /// <summary>For one step: a store that takes longer is away.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <summary>For the last changes and the farewell, when the process stops.</summary>
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(3);

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

    /// <summary>For tests: the store has everything.</summary>
    public bool IsSettled => Read(true, static machine => machine.IsSettled);

    private TimeSpan Now => _timeProvider.GetElapsedTime(_origin);

    public void Attached(LivenessConnection connection) => Identified(connection);

    public void Identified(LivenessConnection connection)
    {
        if (_machine is not null && _settings.Names?.Contains(connection.Name) != false)
        {
            TimeSpan now = Now;
            Change(machine => machine.Name(connection.Id, connection.OwnId, () => Describe(connection, now), now));
        }
    }

    public void Ended(LivenessConnection connection, ConnectionLoss? loss)
    {
        TimeSpan now = Now;
        OwnLoss? lost = loss is null ? null : new OwnLoss(now, loss.ErrorType, loss.Diagnosis.ToString());
        Change(machine => machine.End(connection.Id, lost, now));
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

    private async Task RunAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                GatewayStep step;
                lock (_gate)
                {
                    step = _machine!.Next(Now);
                }

                if (step is GatewayStep.Wait wait)
                {
                    await WaitAsync(wait.Until).ConfigureAwait(false);
                }
                else
                {
                    await CarryOutAsync(_machine, step).ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>Never throws: what a store can do wrong ends nothing.</summary>
    private async Task CarryOutAsync(GatewayMachine machine, GatewayStep step)
    {
        TimeSpan begun = Now;
        try
        {
            Action<TimeSpan> take = await AskAsync(machine, step, begun).WaitAsync(s_patience, _timeProvider).ConfigureAwait(false);
            TimeSpan now = Now;
            lock (_gate)
            {
                take(now);
            }

            OnAnswer(step, now, now - begun);
        }
        catch (Exception failure)
        {
            TimeSpan now = Now;
            lock (_gate)
            {
                NoteFailure(machine, step, now);
            }

            OnFailure(step, failure, now);
        }

        TellNews(machine);
    }

    /// <returns>What the answer changes, to be called under the lock.</returns>
    private async Task<Action<TimeSpan>> AskAsync(GatewayMachine machine, GatewayStep step, TimeSpan begun)
    {
        switch (step)
        {
            case GatewayStep.TakeLease lease:
                LeaseReply reply = await _store.LeaseAsync(lease.Request).ConfigureAwait(false);
                return now => machine.OnLease(reply, begun, now);
            case GatewayStep.Write write:
                WriteReply written = await _store.WriteAsync(write.Part, write.Batch).ConfigureAwait(false);
                _metrics.Written(write.Batch.Items.Count);
                return now => machine.OnWritten(write.Batch, written, now);
            case GatewayStep.Contest contest:
                IReadOnlyList<KeyRow> rows = await _store.FindAsync(contest.Keys).ConfigureAwait(false);
                return now => machine.OnContested(rows, now);
            case GatewayStep.Purge purge:
                await _store.PurgeAsync(purge.Part, IsWanted).ConfigureAwait(false);
                return _ => machine.OnPurged();
            case GatewayStep.Remove remove:
                await _store.RemoveAsync(remove.Part).ConfigureAwait(false);
                return _ => machine.OnRemoved();
            case GatewayStep.Sweep sweep:
                await SweepAsync(sweep.Shard).ConfigureAwait(false);
                return machine.OnSwept;
            default:
                throw new InvalidOperationException($"{step} is nothing to ask a store for.");
        }
    }

    private static void NoteFailure(GatewayMachine machine, GatewayStep step, TimeSpan now)
    {
        switch (step)
        {
            case GatewayStep.Write write:
                machine.OnWriteFailed(write.Batch, now);
                break;
            case GatewayStep.Sweep:
                machine.OnSweepFailed(now);
                break;
            default:
                machine.OnFailed(now);
                break;
        }
    }

    private async Task SweepAsync(int shard)
    {
        PresenceSettings settings = Settings;
        await _store.SweepAsync(shard, new SweepRules(settings.KeepLossesFor)).ConfigureAwait(false);
        FleetRows rows = await _store.GatewaysAsync().ConfigureAwait(false);
        foreach (GatewayRow row in rows.Gateways.Where(
            row => LeaseRules.IsToBeForgotten(row, rows.StoreTime, settings.ForgetGatewayAfter)))
        {
            await _store.ForgetAsync(row).ConfigureAwait(false);
        }
    }

    private void OnAnswer(GatewayStep step, TimeSpan now, TimeSpan took)
    {
        _metrics.Took(took);
        if (_trouble.OnAnswer(step.GetType(), now) is { } outage)
        {
            _logger.Write(logger => PresenceLog.StoreBack(logger, outage));
        }

        TimeSpan allowed = Settings.RoundTrip;
        if (step is GatewayStep.TakeLease && _trouble.IsNewlySlow(took, allowed))
        {
            _logger.Write(logger => PresenceLog.StoreSlow(logger, took, allowed));
        }
    }

    private void OnFailure(GatewayStep step, Exception failure, TimeSpan now)
    {
        _metrics.Failed();
        if (_trouble.OnFailure(step.GetType(), now))
        {
            int waiting = Pending();
            string reason = failure switch
            {
                PresenceStoreException => failure.Message,
                TimeoutException => $"no answer within {PresenceText.Seconds(s_patience)}.",
                _ => $"{failure.GetType().Name} in its client.",
            };
            _logger.Write(logger => PresenceLog.StoreFailed(
                logger, reason, waiting, failure is PresenceStoreException ? failure.InnerException : failure));
        }
    }

    private void TellNews(GatewayMachine machine)
    {
        while (true)
        {
            GatewayNews? news;
            long dropped;
            lock (_gate)
            {
                news = machine.NextNews();
                dropped = machine.DroppedLosses - _droppedLosses;
                _droppedLosses += dropped;
            }

            if (dropped > 0)
            {
                _logger.Write(logger => PresenceLog.LossesDropped(logger, dropped));
            }

            if (news is null)
            {
                return;
            }

            Tell(news);
        }
    }

    private void Tell(GatewayNews news)
    {
        string gateway = Settings.Gateway!;
        switch (news)
        {
            case GatewayNews.Registered registered:
                string bounds = PresenceText.Explain(Settings, _store);
                _logger.Write(logger => PresenceLog.GatewayRegistered(logger, gateway, _store.Name, registered.Epoch, bounds));
                break;
            case GatewayNews.BackAgain back:
                _logger.Write(logger => PresenceLog.LeaseBack(logger, gateway, back.Epoch));
                break;
            case GatewayNews.Refused refused:
                _logger.Write(logger => PresenceLog.GatewayRefused(logger, gateway, refused.Other, refused.Remaining));
                break;
            case GatewayNews.TakenOver taken:
                _logger.Write(logger => PresenceLog.GatewayTakenOver(logger, gateway, taken.Other, taken.Own));
                break;
            case GatewayNews.ResyncBegun begun:
                _metrics.Resynced();
                _logger.Write(logger => PresenceLog.ResyncBegun(
                    logger, gateway, begun.Stored?.ToString(), begun.Expected.ToString(), begun.Count));
                break;
            case GatewayNews.ResyncEnded ended:
                _logger.Write(logger => PresenceLog.ResyncEnded(logger, gateway, ended.Took));
                break;
        }
    }

    private async Task TakeLeaveAsync(GatewayMachine machine)
    {
        TimeSpan until = Now + s_farewell;
        while (Now < until && Read(false, static m => m.Changes > 0))
        {
            GatewayStep step;
            lock (_gate)
            {
                machine.Hurry(Now);
                step = machine.Next(Now);
            }

            if (step is GatewayStep.Wait)
            {
                break;
            }

            await CarryOutAsync(machine, step).ConfigureAwait(false);
        }

        if (Read(null, static m => m.Part) is { } part)
        {
            try
            {
                await _store.LeaveAsync(part).WaitAsync(s_farewell, _timeProvider).ConfigureAwait(false);
                _logger.Write(logger => PresenceLog.GatewayLeft(logger, part.Gateway));
            }
            catch (Exception failure) when (failure is PresenceStoreException or TimeoutException)
            {
                _logger.Write(logger => PresenceLog.StoreFailed(logger, failure.Message, Pending(), failure));
            }
        }
    }

    private async Task WaitAsync(TimeSpan until)
    {
        TimeSpan rest = until - Now;
        if (rest <= TimeSpan.Zero)
        {
            return;
        }

        using CancellationTokenSource waiting = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        await Task.WhenAny(_signal.WaitAsync(waiting.Token), Task.Delay(rest, _timeProvider, waiting.Token)).ConfigureAwait(false);
        await waiting.CancelAsync().ConfigureAwait(false);
        while (_signal.Wait(TimeSpan.Zero, CancellationToken.None))
        {
            // Signals that came meanwhile say the same.
        }
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
