namespace Liveness.AspNetCore;

/// <summary>A live connection as it is told.</summary>
internal static class ConnectionDescription
{
    private static readonly ConnectionConditions[] s_conditions =
        [.. Enum.GetValues<ConnectionConditions>().Where(static condition => condition != ConnectionConditions.None)];

    public static StatusConnection Of(LiveConnection one, IReadOnlyList<double> roundTrips)
    {
        LivenessConnection connection = one.Connection;
        ConnectionSnapshot snapshot = one.Snapshot;
        return new StatusConnection(
            connection.Id,
            StatusText.Clip(connection.Name, StatusText.MostOfName),
            StatusText.Clip(connection.Description, StatusText.MostOfName),
            connection.OwnId,
            connection.Mode.ToString(),
            one.State.ToString(),
            [.. s_conditions.Where(condition => one.Conditions.HasFlag(condition)).Select(static condition => condition.ToString())],
            connection.AttachedAt,
            connection.Age.TotalSeconds,
            snapshot.Silence?.TotalSeconds,
            StatusText.Limit(snapshot.Bound),
            snapshot.RoundTrip?.TotalSeconds,
            roundTrips,
            snapshot.IncidentId);
    }
}
