using Liveness.KeepAlive;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Liveness;

/// <summary>Logs once what is in force for each name, by whoever comes first: the host that starts, or the factory.</summary>
internal sealed class SettingsAnnouncer(IServiceProvider services)
{
    private readonly Lock _gate = new();

    /// <summary>Under the lock.</summary>
    private readonly HashSet<string> _announced = new(StringComparer.Ordinal);

    /// <param name="name">Whose options.</param>
    /// <param name="options">Valid.</param>
    public void Announce(string name, LivenessOptions options)
    {
        lock (_gate)
        {
            if (!_announced.Add(name))
            {
                return;
            }
        }

        options.Readings?.ForEach(reading => reading.Keep());
        GuardedLogger logger = WorkQueue.ThreadPool.Guard(services.GetService<ILoggerFactory>(), "Liveness");
        SettingsLog.SettingsInForce(
            logger,
            name,
            options.Mode,
            DurationText.Write(options.DetectWithin),
            SettingsSummary.Beats(options),
            SettingsSummary.KeepAlive(options, KeepAlivePlatforms.Current),
            options.OnLoss,
            SettingsSummary.Others(options));
        if (SettingsSummary.Unused(options) is { Length: > 0 } unused)
        {
            SettingsLog.SettingsUnused(logger, name, options.Mode, unused);
        }

        if (services.GetServices<IOptionsChangeTokenSource<LivenessOptions>>()
            .Any(source => (source.Name ?? Options.DefaultName) == name && source is not SectionChanges))
        {
            SettingsLog.SettingsUnchecked(logger, name);
        }
    }
}
