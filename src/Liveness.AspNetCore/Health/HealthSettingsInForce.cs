using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Liveness.AspNetCore;

/// <summary>
/// The settings of every check. Those that are no longer valid after a change are logged, once, and leave the last good ones in force: a
/// slip in a file must not restart a container.
/// </summary>
internal sealed class HealthSettingsInForce(IOptionsMonitor<LivenessHealthCheckOptions> options, ILogger logger)
{
    private readonly Lock _gate = new();

    /// <summary>Under the lock.</summary>
    private readonly Dictionary<string, HealthSettings> _lastGood = [];

    /// <summary>Under the lock.</summary>
    private readonly Dictionary<string, string> _told = [];

    /// <exception cref="OptionsValidationException">They were never valid.</exception>
    public HealthSettings Get(string check)
    {
        HealthSettings settings;
        try
        {
            settings = HealthSettings.Of(options.Get(check));
        }
        catch (Exception failure)
        {
            // Of any type: binding and validation run code of others.
            if (Refuse(check, ForeignText.Of(failure)) is not { } before)
            {
                throw;
            }

            return before;
        }

        lock (_gate)
        {
            _told.Remove(check);
            _lastGood[check] = settings;
        }

        return settings;
    }

    /// <returns>The last good ones; null = there were none.</returns>
    private HealthSettings? Refuse(string check, string failure)
    {
        HealthSettings? before;
        bool isTold;
        lock (_gate)
        {
            before = _lastGood.GetValueOrDefault(check);
            isTold = before is null || _told.GetValueOrDefault(check) == failure;
            if (before is not null)
            {
                _told[check] = failure;
            }
        }

        if (!isTold)
        {
            Log.HealthSettingsRefused(logger, check, failure);
        }

        return before;
    }
}
