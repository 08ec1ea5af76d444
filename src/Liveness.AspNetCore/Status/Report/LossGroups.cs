using System.Runtime.InteropServices;

namespace Liveness.AspNetCore;

/// <summary>Losses of one second and one diagnosis, together: five thousand lines say less than one.</summary>
internal static class LossGroups
{
    /// <summary>Fewer are listed one by one.</summary>
    public const int Least = 3;

    private const int MostNames = 3;
    private const int MostHosts = 100;

    /// <summary>By the wall clock, in UTC.</summary>
    public static DateTimeOffset SecondOf(LossSummary loss)
    {
        DateTimeOffset moment = loss.DetectedAt.ToUniversalTime();
        return moment.AddTicks(-(moment.Ticks % TimeSpan.TicksPerSecond));
    }

    /// <param name="losses">Newest first.</param>
    /// <returns>Newest first: by the newest of each.</returns>
    public static IReadOnlyList<IReadOnlyList<LossSummary>> Of(IEnumerable<LossSummary> losses)
    {
        List<List<LossSummary>> groups = [];
        Dictionary<(DateTimeOffset Second, LossDiagnosis Diagnosis), List<LossSummary>> ofKey = [];
        foreach (LossSummary loss in losses)
        {
            ref List<LossSummary>? group =
                ref CollectionsMarshal.GetValueRefOrAddDefault(ofKey, (SecondOf(loss), loss.Diagnosis), out bool isKnown);
            if (!isKnown)
            {
                groups.Add(group = []);
            }

            group!.Add(loss);
        }

        return [.. groups.SelectMany(static IEnumerable<IReadOnlyList<LossSummary>> (group) =>
            group.Count >= Least ? [group] : group.Select(static IReadOnlyList<LossSummary> (one) => [one]))];
    }

    public static StatusLossGroup Describe(IReadOnlyList<LossSummary> group)
    {
        Dictionary<string, int> names = new(StringComparer.Ordinal);
        HashSet<string> hosts = new(StringComparer.Ordinal);
        HashSet<string>.AlternateLookup<ReadOnlySpan<char>> lookup = hosts.GetAlternateLookup<ReadOnlySpan<char>>();
        bool hasMoreHosts = false;
        foreach (LossSummary loss in group)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(names, StatusText.Clip(loss.Name, StatusText.MostOfName), out _)++;
            ReadOnlySpan<char> host = HostOf(loss.Description);
            if (hosts.Count < MostHosts)
            {
                lookup.Add(host);
            }
            else
            {
                hasMoreHosts |= !lookup.Contains(host);
            }
        }

        return new StatusLossGroup(
            SecondOf(group[0]),
            StatusWords.NameOf(group[0].Diagnosis),
            group.Count,
            group[0].Age.TotalSeconds,
            names.OrderByDescending(static pair => pair.Value).ThenBy(static pair => pair.Key, StringComparer.Ordinal).Take(MostNames)
                .ToDictionary(static pair => pair.Key, static pair => pair.Value),
            Math.Max(0, names.Count - MostNames),
            hosts.Count,
            hasMoreHosts,
            hosts.Count == 1 ? StatusText.Clip(hosts.Single(), StatusText.MostOfName) : null);
    }

    /// <summary>Without the port; a description of another kind is as it is.</summary>
    private static ReadOnlySpan<char> HostOf(string description)
    {
        int colon = description.LastIndexOf(':');
        return colon > 0 && colon < description.Length - 1 && !description.AsSpan(colon + 1).ContainsAnyExceptInRange('0', '9')
            ? description.AsSpan(0, colon)
            : description;
    }
}
