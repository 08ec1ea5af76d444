using Microsoft.Extensions.Options;

namespace Liveness.Presence;

/// <summary>Validates what was configured: every failure at once.</summary>
internal sealed class PresenceOptionsValidator : IValidateOptions<PresenceOptions>
{
    public ValidateOptionsResult Validate(string? name, PresenceOptions options)
    {
        ValidateOptionsResultBuilder result = new();
        foreach (string failure in PresenceOptionsRules.Check(options))
        {
            result.AddError(failure);
        }

        return result.Build();
    }
}
