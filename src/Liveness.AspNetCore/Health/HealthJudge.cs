using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Liveness.AspNetCore;

/// <summary>What the connections amount to.</summary>
internal static class HealthJudge
{
    /// <summary>More would make a line that nobody reads.</summary>
    private const int MostNamed = 3;

    /// <param name="connections">Those that are looked at.</param>
    /// <param name="losses">Those within the grace time, newest first.</param>
    /// <param name="absent">Critical names without a connection, and for how long.</param>
    /// <param name="graceTime">Of the options.</param>
    /// <param name="failureStatus">Of the registration.</param>
    public static HealthCheckResult Judge(
        IReadOnlyList<HealthConnection> connections,
        IReadOnlyList<HealthLoss> losses,
        IReadOnlyDictionary<string, TimeSpan> absent,
        TimeSpan graceTime,
        HealthStatus failureStatus)
    {
        HealthConnection[] troubled = [.. connections.Where(connection => connection.IsTroubled)];
        bool failed = absent.Values.Any(duration => duration >= graceTime);
        HealthStatus status = failed ? failureStatus
            : troubled.Length > 0 || losses.Count > 0 || absent.Count > 0 ? HealthStatus.Degraded
            : HealthStatus.Healthy;
        List<string> words =
        [
            .. absent.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => Absence(pair.Key, pair.Value, graceTime)),
            .. Named([.. troubled.Select(connection => $"\"{connection.Name}\" {connection.Trouble}")]),
            .. Named([.. losses.Select(loss => $"\"{loss.Name}\" lost {Seconds(loss.Age)} ago: {loss.Loss.ErrorType}")]),
        ];
        string description = words.Count > 0
            ? string.Join("; ", words)
            : string.Create(CultureInfo.InvariantCulture, $"{connections.Count} connections, none in trouble");
        return new HealthCheckResult(status, description, data: Data(connections, losses, absent));
    }

    private static string Absence(string name, TimeSpan age, TimeSpan graceTime) =>
        $"no connection of \"{name}\" for {Seconds(age)}{(age < graceTime ? $" (grace {Seconds(graceTime)})" : "")}";

    private static Dictionary<string, object> Data(
        IReadOnlyList<HealthConnection> connections, IReadOnlyList<HealthLoss> losses, IReadOnlyDictionary<string, TimeSpan> absent)
    {
        Dictionary<string, object> data = new()
        {
            ["connections"] = connections.Count,
            ["alive"] = connections.Count(connection => connection.State == LivenessState.Alive),
            ["suspect"] = connections.Count(connection => connection.State == LivenessState.Suspect),
            ["withConditions"] = connections.Count(connection => connection.Conditions != ConnectionConditions.None),
            ["recentLosses"] = losses.Count,
        };
        IEnumerable<HealthConnection> silent = connections.Where(connection => connection.Silence is not null);
        if (silent.DefaultIfEmpty().MaxBy(connection => connection.Silence) is { Silence: { } silence } worst)
        {
            data["worstSilence"] = silence;
            data["worstSilenceName"] = worst.Name;
            data["worstSilenceDescription"] = worst.Description;
            AddOwnId(data, "worstSilenceOwnId", worst.OwnId);
        }

        if (losses.Count > 0)
        {
            data["newestLoss"] = losses[0].Loss.ToString();
            data["newestLossName"] = losses[0].Name;
            AddOwnId(data, "newestLossOwnId", losses[0].OwnId);
            data["newestLossAt"] = losses[0].Loss.DetectedAt;
        }

        foreach ((string name, TimeSpan duration) in absent)
        {
            data[$"absent:{name}"] = duration;
        }

        return data;
    }

    /// <summary>No key where there is none: the values of a report are not null.</summary>
    private static void AddOwnId(Dictionary<string, object> data, string key, string? ownId)
    {
        if (ownId is not null)
        {
            data[key] = ownId;
        }
    }

    private static IEnumerable<string> Named(string[] all) =>
        all.Length <= MostNamed
            ? all
            : all.Take(MostNamed).Append(string.Create(CultureInfo.InvariantCulture, $"and {all.Length - MostNamed} more"));

    private static string Seconds(TimeSpan duration) => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.#} s");
}
