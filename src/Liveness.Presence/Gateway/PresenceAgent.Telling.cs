namespace Liveness.Presence;

/// <summary>What is logged and measured.</summary>
internal sealed partial class PresenceAgent
{
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
        if (_trouble.OnFailure(step.GetType(), ReasonOf(failure), now))
        {
            TellFailure(failure);
        }
    }

    private static string ReasonOf(Exception failure) => failure switch
    {
        PresenceStoreException => failure.Message,
        TimeoutException => $"no answer within {PresenceText.Seconds(s_patience)}.",
        OperationCanceledException => $"no answer within the {PresenceText.Seconds(s_farewell)} of a stop.",
        _ => $"{failure.GetType().Name} in its client.",
    };

    private void TellFailure(Exception failure)
    {
        int waiting = Pending();
        string reason = ReasonOf(failure);
        _logger.Write(logger => PresenceLog.StoreFailed(
            logger, reason, waiting, failure is PresenceStoreException ? failure.InnerException : failure));
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
}
