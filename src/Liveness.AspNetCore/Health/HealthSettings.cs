namespace Liveness.AspNetCore;

/// <summary>What the options of a check come to; nobody changes it any more.</summary>
internal sealed record HealthSettings(IReadOnlySet<string>? Names, IReadOnlyList<string> CriticalNames, TimeSpan GraceTime)
{
    public static HealthSettings Of(LivenessHealthCheckOptions options)
    {
        string[] critical = [.. options.CriticalNames];
        HashSet<string>? names = options.Names is { } chosen ? [.. chosen, .. critical] : null;
        return new HealthSettings(names, critical, options.GraceTime);
    }

    public bool Covers(string name) => Names?.Contains(name) != false;
}
