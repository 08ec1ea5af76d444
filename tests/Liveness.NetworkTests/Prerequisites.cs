namespace Liveness.NetworkTests;

/// <summary>What these tests need, and how they are run.</summary>
internal static class Prerequisites
{
    public const string Switch = "LIVENESS_NETWORK_TESTS";

    public const string Command = $"sudo {Switch}=1 dotnet test tests/Liveness.NetworkTests (or .ci/network, which installs what is missing)";

    private static readonly string[] s_directories = [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'), "/usr/sbin", "/sbin"];

    public static bool IsSwitchedOn => Environment.GetEnvironmentVariable(Switch) == "1";

    /// <summary>Why a test that is not switched on does not run, and what more is missing to run it.</summary>
    public static string WhyNot(string[] programs)
    {
        string[] missing = [$"{Switch}=1 is not set", .. Missing(programs)];
        return $"A test on real kernels, in network namespaces: {string.Join(", ", missing)}. Run it by: {Command}";
    }

    /// <exception cref="InvalidOperationException">Something is missing: whoever has switched these tests on is not to take a skipped one
    /// for a good one.</exception>
    public static void Demand(params string[] programs)
    {
        string[] missing = [.. Missing(programs)];
        if (missing.Length > 0)
        {
            throw new InvalidOperationException($"Asked for, and impossible here: {string.Join(", ", missing)}. Run the tests by: {Command}");
        }
    }

    private static IEnumerable<string> Missing(string[] programs)
    {
        if (!OperatingSystem.IsLinux())
        {
            yield return "this is not Linux";
            yield break;
        }

        if (!Environment.IsPrivilegedProcess)
        {
            yield return "this is not root";
        }

        foreach (string program in programs.Concat(["ip", "tc", "iptables"]).Where(program => !s_directories.Any(directory => File.Exists(Path.Combine(directory, program)))))
        {
            yield return $"there is no \"{program}\"";
        }
    }
}
