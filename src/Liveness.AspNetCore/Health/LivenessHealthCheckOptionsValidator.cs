using System.Globalization;
using Microsoft.Extensions.Options;

namespace Liveness.AspNetCore;

/// <summary>Tells every failure at once.</summary>
internal sealed class LivenessHealthCheckOptionsValidator : IValidateOptions<LivenessHealthCheckOptions>
{
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, LivenessHealthCheckOptions options)
    {
        ValidateOptionsResultBuilder failures = new();
        if (options.GraceTime < TimeSpan.Zero || options.GraceTime > s_longest)
        {
            failures.AddError(string.Create(CultureInfo.InvariantCulture, $"is {options.GraceTime:c}, and must be 00:00:00 to {s_longest:c}. Durations are written hours:minutes:seconds."), nameof(options.GraceTime));
        }

        CheckNames(options.Names, nameof(options.Names), mayBeNull: true, failures);
        CheckNames(options.CriticalNames, nameof(options.CriticalNames), mayBeNull: false, failures);
        return failures.Build();
    }

    private static void CheckNames(IList<string>? names, string property, bool mayBeNull, ValidateOptionsResultBuilder failures)
    {
        if (names is null ? !mayBeNull : names.Any(name => name is null))
        {
            failures.AddError("must not be null, nor hold a null. The nameless settings are \"\".", property);
        }
    }
}
