namespace Liveness.AspNetCore.Tests.Browser;

/// <summary>Skipped, with the reason, where there is no chromium; fails there once the environment asks for these tests.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BrowserFactAttribute : FactAttribute
{
    public const string Switch = "LIVENESS_BROWSER_TESTS";

    public BrowserFactAttribute(bool needsAxe = false)
    {
        string? missing = Chromium.Program is null ? Chromium.Missing : needsAxe && Axe.File is null ? $"{Axe.Variable} names no axe.min.js" : null;
        if (missing is not null && Environment.GetEnvironmentVariable(Switch) != "1")
        {
            Skip = $"A test in a real browser: {missing}. .ci/browser installs it and runs these tests.";
        }
    }
}
