using Microsoft.Extensions.Options;

namespace Liveness;

/// <summary>Validates what was configured for the leave-taking: every failure at once.</summary>
/// <param name="names">Known to AddLiveness.</param>
internal sealed class DrainOptionsValidator(IEnumerable<LivenessName> names) : IValidateOptions<DrainOptions>
{
    public ValidateOptionsResult Validate(string? name, DrainOptions options)
    {
        ValidateOptionsResultBuilder result = new();
        foreach (OptionsFailure failure in DrainOptionsRules.Check(options, [.. names.Select(static known => known.Name)]))
        {
            result.AddError(failure.Message);
        }

        return result.Build();
    }
}
