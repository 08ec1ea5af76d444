namespace Liveness.AspNetCore.Tests.Browser;

/// <summary>Skipped, with the reason, where there is no chromium; fails there once the environment asks for these tests.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BrowserFactAttribute : FactAttribute
{
    public const string Switch = "LIVENESS_BROWSER_TESTS";

    /// <param name="needsAxe">It asks axe-core.</param>
    /// <param name="measures">It holds a time, so no other tests may run beside it.</param>
    public BrowserFactAttribute(bool needsAxe = false, bool measures = false)
    {
        bool isAskedFor = Environment.GetEnvironmentVariable(Switch) == "1";
        string? missing = Chromium.Program is null ? Chromium.Missing
            : needsAxe && Axe.File is null ? $"{Axe.Variable} names no axe.min.js"
            : measures ? $"it measures, and other tests may run beside it ({Switch} is not 1)" : null;
        if (missing is not null && !isAskedFor)
        {
            Skip = $"A test in a real browser: {missing}. .ci/browser installs it and runs these tests.";
        }
    }
}
