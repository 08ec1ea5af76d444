namespace Liveness.Presence.AspNetCore;

/// <summary>Asks the store for what an answer shows, within a bound.</summary>
internal sealed class PresenceReporter(
    IPresence presence, LivenessPresencePageOptions options, TimeProvider timeProvider, string application)
{
    private const int Version = 1;

    /// <exception cref="OperationCanceledException">Whoever asked has gone.</exception>
    public async Task<PresenceReport> ReportAsync(PresenceSearch search, CancellationToken cancellationToken)
    {
        List<ReportedGateway> gateways = [];
        List<ReportedDevice> devices = [];
        string? failure = null;
        using CancellationTokenSource enough = new(options.AnswerWithin, timeProvider);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(enough.Token, cancellationToken);
        try
        {
            gateways.AddRange((await presence.GatewaysAsync(either.Token).ConfigureAwait(false)).Select(ReportedGateway.Of));
            await SearchAsync(search, devices, either.Token).ConfigureAwait(false);
        }
        catch (PresenceStoreException refused)
        {
            failure = refused.Message;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            failure = $"The store has not answered to the end within {PresenceText.Seconds(options.AnswerWithin)}.";
        }

        bool hasMore = devices.Count > options.MaxDevices;
        return new PresenceReport(
            Version,
            options.Title,
            application,
            timeProvider.GetUtcNow(),
            failure,
            gateways,
            search.Text,
            hasMore ? devices[..options.MaxDevices] : devices,
            hasMore);
    }

    private async Task SearchAsync(PresenceSearch search, List<ReportedDevice> devices, CancellationToken cancellationToken)
    {
        if (search.Key is { } key && await presence.FindAsync(key, cancellationToken).ConfigureAwait(false) is { } exact)
        {
            devices.Add(ReportedDevice.Of(exact));
        }

        if (search.Prefix is not { } prefix)
        {
            return;
        }

        await foreach (PresenceEntry entry in
            presence.ListAsync(new PresenceFilter { KeyPrefix = prefix }, cancellationToken).ConfigureAwait(false))
        {
            if (entry.Key != search.Key)
            {
                devices.Add(ReportedDevice.Of(entry));
            }

            if (devices.Count > options.MaxDevices)
            {
                return;
            }
        }
    }
}
