namespace Liveness.AspNetCore;

/// <summary>Gathers what a status page shows, within its limits.</summary>
internal sealed class StatusReporter(
    ILivenessFactory factory, RoundTripHistory history, LivenessStatusOptions options, TimeProvider timeProvider, string application)
{
    /// <summary>Of names and descriptions; longer ones are cut.</summary>
    private const int MostCharacters = 200;

    /// <summary>Of a loss in words.</summary>
    private const int MostCharactersOfText = 1000;

    /// <summary>Notes the round trips of those connections that a report would list.</summary>
    public void Sample() =>
        history.Note(Listed([.. factory.Connections]).Select(connection => (connection.Id, connection.Monitor.GetSnapshot().RoundTrip)));

    public StatusReport Report()
    {
        LivenessConnection[] connections = [.. factory.Connections];
        IReadOnlyList<RecordedLoss> losses = factory.RecentLosses;
        DateTimeOffset now = ForeignTime.UtcNow(timeProvider);
        StatusConnection[] listed = [.. Listed(connections).Select(Describe)];
        StatusLoss[] lost = [.. losses.Take(options.MaxLosses).Select(Describe)];
        StatusCounts counts = new(
            connections.Length,
            connections.Count(connection => connection.Monitor.State == LivenessState.Alive),
            connections.Count(connection => connection.Monitor.State == LivenessState.Suspect),
            connections.Count(connection => connection.Monitor.Conditions != ConnectionConditions.None),
            losses.Count);
        return new StatusReport(
            options.Title,
            application,
            now,
            options.RefreshEvery.TotalSeconds,
            counts,
            listed,
            connections.Length - listed.Length,
            lost,
            losses.Count - lost.Length);
    }

    /// <summary>Those in trouble first, then the oldest, so that rows stay where they are.</summary>
    private IEnumerable<LivenessConnection> Listed(LivenessConnection[] connections) =>
        connections.OrderBy(connection => Rank(connection.Monitor)).ThenBy(connection => connection.Id).Take(options.MaxConnections);

    private static int Rank(ConnectionMonitor monitor) => monitor.State switch
    {
        LivenessState.Suspect => 0,
        _ when monitor.Conditions != ConnectionConditions.None => 1,
        _ => 2,
    };

    private StatusConnection Describe(LivenessConnection connection)
    {
        ConnectionSnapshot snapshot = connection.Monitor.GetSnapshot();
        return new StatusConnection(
            connection.Id,
            StatusText.Clip(connection.Name, MostCharacters),
            StatusText.Clip(connection.Description, MostCharacters),
            connection.OwnId,
            connection.Mode.ToString(),
            snapshot.State.ToString(),
            [.. Enum.GetValues<ConnectionConditions>()
                .Where(condition => condition != ConnectionConditions.None && snapshot.Conditions.HasFlag(condition))
                .Select(condition => condition.ToString())],
            connection.AttachedAt,
            connection.Age.TotalSeconds,
            snapshot.Silence?.TotalSeconds,
            Limit(snapshot.Bound),
            snapshot.RoundTrip?.TotalSeconds,
            history.Of(connection.Id),
            snapshot.IncidentId);
    }

    private static StatusLoss Describe(RecordedLoss record)
    {
        ConnectionLoss loss = record.Loss;
        return new StatusLoss(
            record.ConnectionId,
            StatusText.Clip(record.Name, MostCharacters),
            StatusText.Clip(record.Description, MostCharacters),
            record.OwnId,
            record.Mode.ToString(),
            loss.GetType().Name,
            loss.ErrorType,
            loss.Diagnosis.ToString(),
            loss.Certainty.ToString(),
            loss.DetectedAt,
            record.Age.TotalSeconds,
            record.Lasted.TotalSeconds,
            loss.Silence.TotalSeconds,
            Limit(loss.Bound),
            StatusText.Clip(loss.ToString(), MostCharactersOfText),
            EvidenceText.Of(loss));
    }

    private static double? Limit(TimeSpan? bound) =>
        bound is { } limit && limit != Timeout.InfiniteTimeSpan && limit != TimeSpan.MaxValue ? limit.TotalSeconds : null;
}
