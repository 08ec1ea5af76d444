using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Liveness.AspNetCore;

/// <summary>Tells every failure at once; a name that nothing is configured for is one.</summary>
internal sealed class LivenessHealthCheckOptionsValidator(IServiceProvider services) : IValidateOptions<LivenessHealthCheckOptions>
{
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, LivenessHealthCheckOptions options)
    {
        ValidateOptionsResultBuilder failures = new();
        if (options.GraceTime < TimeSpan.Zero || options.GraceTime > s_longest)
        {
            failures.AddError(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"is {options.GraceTime:c}, and must be 00:00:00 to {s_longest:c}. Durations are written hours:minutes:seconds."),
                nameof(options.GraceTime));
        }

        CheckNames(options.Names, nameof(options.Names), mayBeNull: true, failures);
        CheckNames(options.CriticalNames, nameof(options.CriticalNames), mayBeNull: false, failures);
        return failures.Build();
    }

    private void CheckNames(IList<string>? names, string property, bool mayBeNull, ValidateOptionsResultBuilder failures)
    {
        if (names is null ? !mayBeNull : names.Any(name => name is null))
        {
            failures.AddError("must not be null, nor hold a null. The nameless settings are \"\".", property);
            return;
        }

        if (names is not { Count: > 0 } || Factory() is not { } factory)
        {
            return;
        }

        foreach (string name in names)
        {
            try
            {
                factory.EnsureName(name);
            }
            catch (ArgumentException unknown)
            {
                failures.AddError(ForeignText.Of(unknown), property);
            }
        }
    }

    /// <summary>
    /// Null where there is none, which the check says itself, or where its own settings are not valid, which is told anyway.
    /// </summary>
    private ILivenessFactory? Factory()
    {
        try
        {
            return services.GetService<ILivenessFactory>();
        }
        catch (OptionsValidationException)
        {
            return null;
        }
    }
}
