using Liveness.KeepAlive;
using Microsoft.Extensions.Options;

namespace Liveness;

/// <summary>
/// Validates what was configured for a name: every failure at once, in the words of the place where the options come from.
/// </summary>
internal sealed class LivenessOptionsValidator : IValidateOptions<LivenessOptions>
{
    public ValidateOptionsResult Validate(string? name, LivenessOptions options)
    {
        ValidateOptionsResultBuilder result = new();
        List<SectionReading> readings = options.Readings ?? [];
        foreach (string failure in readings.SelectMany(reading => reading.Failures))
        {
            Add(failure);
        }

        if (!readings.Any(reading => reading.IsUnreadable))
        {
            foreach (OptionsFailure failure in LivenessOptionsRules.Check(options, KeepAlivePlatforms.Current))
            {
                Add(readings.Count == 0 ? failure.Message : FileWords.Of(failure.Message, readings));
            }
        }

        return result.Build();

        void Add(string failure) => result.AddError(string.IsNullOrEmpty(name) ? failure : $"{name}: {failure}");
    }
}
