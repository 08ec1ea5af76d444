using System.Diagnostics;
using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Liveness.Ci.Wine;

/// <summary>Runs the tests of an assembly by xunit's own framework.</summary>
internal static class TestRunner
{
    /// <summary>Those that fail have so many more chances, alone.</summary>
    private const int MoreChances = 2;

    /// <summary>So many failures are no bad luck.</summary>
    private const int MostUnlucky = 20;

    public static int Run(Assembly assembly, TestArguments arguments)
    {
        using KeptThreadFramework framework = new(new NullMessages());
        List<ITestCase> all = Discover(framework, assembly);
        ITestCase[] cases = [.. all.Where(arguments.Wants)];
        Console.WriteLine($"{Environment.OSVersion}, .NET {Environment.Version}, {Environment.ProcessorCount} processors: {cases.Length} of {all.Count} test cases");
        if (arguments.Skips.Unused(all) is { Count: > 0 } unused && arguments.Only.Count == 0)
        {
            Console.WriteLine($"These skips match no test any more, strike them out: {string.Join("; ", unused)}");
            return 2;
        }

        Stopwatch watch = Stopwatch.StartNew();
        TestRun first = TestRun.Of(framework, assembly, cases, arguments.Patience, isSerial: false);
        int failed = first.Failed.Count > MostUnlucky
            ? first.Failed.Count
            : first.Failed.Count(test => !PassesAlone(framework, assembly, test, arguments.Patience));
        foreach ((string reason, int count) in first.SkippedBy.Concat(arguments.Skips.Counts(all)).OrderByDescending(by => by.Value))
        {
            Console.WriteLine($"skipped {count}: {reason}");
        }

        int skipped = first.SkippedBy.Values.Sum() + arguments.Skips.Counts(all).Values.Sum();
        int passed = first.Passed + first.Failed.Count - failed;
        Console.WriteLine($"RESULT passed={passed} failed={failed} again={first.Failed.Count - failed} skipped={skipped} seconds={watch.Elapsed.TotalSeconds:F1}");
        Console.Out.Flush();

        // A thread that a test has left behind must not keep the process.
        Environment.Exit(failed == 0 && passed > 0 ? 0 : 1);
        return 0;
    }

    private static List<ITestCase> Discover(XunitTestFramework framework, Assembly assembly)
    {
        using ITestFrameworkDiscoverer discoverer = framework.GetDiscoverer(new ReflectionAssemblyInfo(assembly));
        using DiscoveredTests found = new();
        discoverer.Find(includeSourceInformation: false, found, new FrameworkOptions());
        return found.Wait();
    }

    private static bool PassesAlone(XunitTestFramework framework, Assembly assembly, ITestCase test, TimeSpan patience)
    {
        for (int chance = 0; chance < MoreChances; chance++)
        {
            TestRun again = TestRun.Of(framework, assembly, [test], patience, isSerial: true);
            if (again.Failed.Count == 0 && again.Passed > 0)
            {
                Console.WriteLine($"failed once, then passed alone: {test.DisplayName}");
                return true;
            }
        }

        return false;
    }
}
