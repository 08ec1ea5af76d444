namespace Liveness.Presence;

/// <summary>One step after the other, until the process stops.</summary>
internal sealed partial class PresenceAgent
{
    private async Task RunAsync()
    {
        bool hasFailed = false;
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await StepAsync(_machine!).ConfigureAwait(false);
                hasFailed = false;
            }
            catch (Exception failure)
            {
                // Of any type: a gateway that ended here would be silent for ever, and nobody would know why.
                if (!hasFailed)
                {
                    string gateway = Settings.Gateway!;
                    _logger.Write(logger => PresenceLog.GatewayFailed(logger, gateway, failure.GetType().Name, failure));
                }

                hasFailed = true;

                // By the system's clock: the one that was given may be what fails.
                await Task.Delay(s_breath, TimeProvider.System, _stopping.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task StepAsync(GatewayMachine machine)
    {
        GatewayStep step;
        lock (_gate)
        {
            step = machine.Next(Now);
        }

        if (step is GatewayStep.Wait wait)
        {
            await WaitAsync(wait.Until).ConfigureAwait(false);
        }
        else
        {
            await CarryOutAsync(machine, step).ConfigureAwait(false);
        }
    }

    /// <summary>What a store can do wrong ends nothing.</summary>
    private async Task CarryOutAsync(GatewayMachine machine, GatewayStep step)
    {
        TimeSpan begun = Now;
        try
        {
            Action<TimeSpan> take = await AskAsync(machine, step, begun)
                .WaitAsync(s_patience, _timeProvider, _enough.Token).ConfigureAwait(false);
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

    private async Task TakeLeaveAsync(GatewayMachine machine)
    {
        try
        {
            while (!_enough.IsCancellationRequested && Read(false, static m => m.Changes > 0))
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
                await _store.LeaveAsync(part).WaitAsync(_enough.Token).ConfigureAwait(false);
                _logger.Write(logger => PresenceLog.GatewayLeft(logger, part.Gateway));
            }
        }
        catch (Exception failure)
        {
            // Of any type: a host that stops has others to stop.
            TellFailure(failure);
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
}
