using Microsoft.Extensions.Options;

namespace Liveness;

/// <summary>Validates what was configured for a name: every failure at once.</summary>
internal sealed class LivenessOptionsValidator : IValidateOptions<LivenessOptions>
{
    public ValidateOptionsResult Validate(string? name, LivenessOptions options)
    {
        ValidateOptionsResultBuilder result = new();
        foreach (LivenessOptionsRules.Failure failure in LivenessOptionsRules.Check(options, KeepAlivePlatforms.Current))
        {
            result.AddError(string.IsNullOrEmpty(name) ? failure.Message : $"{name}: {failure.Message}");
        }

        return result.Build();
    }
}
