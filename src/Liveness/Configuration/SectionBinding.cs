using System.Collections.ObjectModel;
using Microsoft.Extensions.Options;

namespace Liveness;

/// <summary>
/// Binds a section of the configuration to the options of a name. Absent is not default: what was there and is gone stays as it was.
/// </summary>
/// <remarks>To go back to a default, write it, or null; an empty section says so of all that lies in it.</remarks>
internal sealed class SectionBinding(string name, string path, ConfigurationView configuration)
    : IConfigureNamedOptions<LivenessOptions>, ISettingsSource
{
    /// <summary>Of the last good look; null = there was none.</summary>
    private IReadOnlyDictionary<string, string?>? _lastGood;

    public string Section => path;

    public void Configure(LivenessOptions options) => Configure(Options.DefaultName, options);

    public void Configure(string? wanted, LivenessOptions options)
    {
        if (wanted == name)
        {
            (options.Readings ??= []).Add(Read(options));
        }
    }

    public void Keep(IReadOnlyDictionary<string, string?> entries) => Volatile.Write(ref _lastGood, entries);

    /// <summary>What is there now, over what was there before.</summary>
    internal static (Dictionary<string, string?> Entries, List<string> Missing) Merge(
        SectionText now, IReadOnlyDictionary<string, string?>? before)
    {
        Dictionary<string, string?> merged = new(now.Entries, SectionText.Comparer);
        List<string> missing = [];
        bool isEmptied = now.Exists && now.Entries.Count == 0;
        foreach ((string key, string? text) in before ?? ReadOnlyDictionary<string, string?>.Empty)
        {
            // A section that was emptied on purpose takes what was in it along; so does a value in place of a section, or the other way
            // round.
            bool isOver = isEmptied || now.Entries.Keys.Any(present => AreInTheWay(present, key));
            if (!isOver)
            {
                merged[key] = text;
                missing.Add(key);
            }
        }

        return (merged, missing);
    }

    private static bool AreInTheWay(string one, string other) =>
        SectionText.Comparer.Equals(one, other) || SectionText.IsBeneath(other, one) || SectionText.IsBeneath(one, other);

    private SectionReading Read(LivenessOptions options)
    {
        SectionText now = configuration.Read(path);
        IReadOnlyDictionary<string, string?>? before = Volatile.Read(ref _lastGood);
        if (now.IsSingleValue)
        {
            return new SectionReading(this, now.Entries)
            {
                Failures =
                [
                    $"{path} is a single value or an empty array, but must be a section with settings, such as "
                        + "{ \"DetectWithin\": \"00:00:10\" }.",
                ],
                IsUnreadable = true,
            };
        }

        if (!now.Exists && before is null)
        {
            return new SectionReading(this, now.Entries) { Failures = [Absent()], IsUnreadable = true };
        }

        (Dictionary<string, string?> entries, List<string> missing) = Merge(now, before);
        return new SectionReading(this, entries)
        {
            Failures = [.. SettingsReader.Apply(entries, path, options), .. OfEnvironmentSpelling()],
            Missing = [.. missing.Order(SectionText.Comparer).Select(key => SectionText.Join(path, key))],
        };
    }

    /// <summary>Keys that mean this section, and that the configuration does not take for a part of it.</summary>
    private IEnumerable<string> OfEnvironmentSpelling() => configuration.SectionPaths()
        .Where(key => key.Contains("__", StringComparison.Ordinal) && path.Length > 0
            && SectionText.IsBeneath(key.Replace("__", ":", StringComparison.Ordinal), path))
        .Select(key => $"{key} is read by nobody: \"__\" stands for \":\" in names of environment variables only. Write "
            + $"\"{key.Replace("__", ":", StringComparison.Ordinal)}\".");

    private string Absent()
    {
        string last = path.Split(':')[^1];
        string[] paths = [.. configuration.SectionPaths()];
        string? meant = paths.FirstOrDefault(known => SectionText.Comparer.Equals(known.Split(':')[^1], last)) ?? Nearest.Of(path, paths);
        string hint = meant is null ? "" : $" Did you mean \"{meant}\"?";
        return $"There is no \"{path}\" in the configuration.{hint} "
            + $"Where all defaults are meant, write an empty section: \"{last}\": {{}}.";
    }
}
