namespace Liveness.AspNetCore;

/// <summary>Gathers what a status page shows, within its limits.</summary>
internal sealed class StatusReporter(
    ILivenessFactory factory,
    RoundTripHistory history,
    LastHour hour,
    LivenessStatusOptions options,
    TimeProvider timeProvider,
    string application)
{
    /// <summary>Of which round trips are noted at most: it takes a few milliseconds and as many locks, one after the other.</summary>
    private const int MostSampled = 10_000;

    /// <summary>Whose last round trips are kept one by one: about half a kilobyte each.</summary>
    private const int MostHistories = 2_000;

    /// <summary>Rows of the page, unless it is asked for others.</summary>
    private const int RowsOfPage = 50;

    /// <summary>Lines of losses on the page: the live connections are to be seen below them.</summary>
    private const int LinesOfLosses = 12;

    /// <summary>Notes the round trips of live connections, and how many losses there were.</summary>
    public void Sample()
    {
        (long Id, TimeSpan? RoundTrip)[] sampled =
        [
            .. factory.Connections.OrderBy(static connection => connection.Id).Take(MostSampled)
                .Select(static connection => (connection.Id, connection.Monitor.GetSnapshot().RoundTrip)),
        ];
        history.Note(sampled.Take(MostHistories));
        hour.NoteRoundTrips(sampled.Where(static one => one.RoundTrip is not null).Select(static one => one.RoundTrip!.Value.TotalSeconds));
        NoteLosses(factory.LossHistory);
    }

    /// <param name="query">What is asked for.</param>
    /// <param name="isPage">It is for the page, which is short; the JSON has as many rows as the options allow.</param>
    public StatusReport Report(StatusQuery query, bool isPage)
    {
        LiveConnection[] connections = [.. factory.Connections.Select(static connection => new LiveConnection(connection))];
        LossHistory losses = factory.LossHistory;
        NoteLosses(losses);
        LiveConnection[] live = ConnectionList.Matching(connections, query);
        LossSummary[] lost = LossList.Matching(losses.Newest, query);
        IReadOnlyList<IReadOnlyList<LossSummary>> groups = LossGroups.Of(lost);
        bool isGrouped = isPage && query.IsGrouped && query.Second is null;
        StatusPaging livePaging = StatusPaging.Of(
            query.Page, Rows(query, isPage ? RowsOfPage : options.MaxConnections, options.MaxConnections), live.Length);
        StatusPaging lostPaging = StatusPaging.Of(
            query.LossPage,
            Rows(query, isGrouped ? LinesOfLosses : isPage ? RowsOfPage : options.MaxLosses, options.MaxLosses),
            isGrouped ? groups.Count : lost.Length);
        IEnumerable<IReadOnlyList<LossSummary>> lines = isGrouped
            ? groups
            : LossList.Ordered(lost, query).Select(static IReadOnlyList<LossSummary> (one) => [one]);
        StatusLossItem[] items = [.. lines.Skip(lostPaging.Skipped).Take(lostPaging.Rows).Select(Describe)];
        StatusLoss[] listed = [.. items.Where(static item => item.Loss is not null).Select(static item => item.Loss!)];
        return new StatusReport(
            StatusReport.CurrentVersion,
            options.Title,
            application,
            ForeignTime.UtcNow(timeProvider),
            options.RefreshEvery.TotalSeconds,
            Count(connections, losses),
            Totals(losses),
            hour.Report(isCounting: losses.Since is not null),
            [.. ConnectionList.Ordered(live, query).Skip(livePaging.Skipped).Take(livePaging.Rows).Select(Describe)],
            live.Length,
            live.Length - livePaging.Shown,
            isPage ? [] : [.. groups.Where(static group => group.Count > 1).Take(options.MaxLosses).Select(LossGroups.Describe)],
            listed,
            lost.Length,
            lost.Length - listed.Length,
            isPage ? [] : AdviceList.Of(connections))
        {
            Query = query with { Page = livePaging.Page, LossPage = lostPaging.Page },
            LossItems = items,
            ConnectionPaging = livePaging,
            LossPaging = lostPaging,
        };
    }

    private static int Rows(StatusQuery query, int usual, int most) => Math.Min(query.Rows ?? usual, most);

    private static StatusCounts Count(LiveConnection[] connections, LossHistory losses) => new(
        connections.Length,
        connections.Count(static one => one.State == LivenessState.Alive),
        connections.Count(static one => one.State == LivenessState.Suspect),
        connections.Count(static one => one.Conditions != ConnectionConditions.None),
        losses.Newest.TakeWhile(static loss => loss is RecordedLoss).Count());

    private static StatusTotals Totals(LossHistory losses) => new(
        losses.Since,
        losses.Count,
        losses.Newest.Count,
        losses.CountsByDiagnosis.OrderByDescending(static pair => pair.Value).ThenBy(static pair => pair.Key)
            .ToDictionary(static pair => StatusWords.NameOf(pair.Key), static pair => pair.Value));

    private static StatusLossItem Describe(IReadOnlyList<LossSummary> group) => group.Count == 1
        ? new StatusLossItem(null, LossDescription.Of(group[0]))
        : new StatusLossItem(LossGroups.Describe(group), null);

    /// <summary>A factory that does not count tells of the newest losses alone; their number says nothing about a minute.</summary>
    private void NoteLosses(LossHistory losses)
    {
        if (losses.Since is not null)
        {
            hour.NoteLosses(losses.Count);
        }
    }

    private StatusConnection Describe(LiveConnection one) => ConnectionDescription.Of(one, history.Of(one.Connection.Id));
}
