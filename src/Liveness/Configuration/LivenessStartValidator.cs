using Microsoft.Extensions.Options;

namespace Liveness;

/// <summary>Runs when the host starts: says what is in force.</summary>
internal sealed class LivenessStartValidator(
    SettingsAnnouncer announcer, IOptionsMonitor<LivenessOptions> options, IEnumerable<LivenessName> names)
    : IValidateOptions<LivenessStart>
{
    public ValidateOptionsResult Validate(string? name, LivenessStart start)
    {
        foreach (LivenessName known in names)
        {
            try
            {
                announcer.Announce(known.Name, options.Get(known.Name));
            }
            catch (OptionsValidationException)
            {
                // The host validates these options, too, and tells it.
                continue;
            }
        }

        return ValidateOptionsResult.Success;
    }
}
