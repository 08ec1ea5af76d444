using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Liveness.Ci.Wine;

/// <summary>One run of some test cases: prints what fails as it fails, and ends the process where a test is stuck.</summary>
internal sealed class TestRun : LongLivedMarshalByRefObject, IMessageSink, IDisposable
{
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(5);

    private readonly TimeSpan _patience;
    private readonly ManualResetEventSlim _isOver = new();
    private readonly ConcurrentDictionary<ITest, long> _running = new();
    private readonly Lock _gate = new();
    private int _passed;

    private TestRun(TimeSpan patience)
    {
        _patience = patience;
        AppDomain.CurrentDomain.UnhandledException += OnUnhandled;
    }

    public int Passed => Volatile.Read(ref _passed);

    /// <summary>One or more tests of each have failed. To be read after the run.</summary>
    public HashSet<ITestCase> Failed { get; } = [];

    /// <summary>By the tests themselves: how many for which reason. To be read after the run.</summary>
    public Dictionary<string, int> SkippedBy { get; } = [];

    public static TestRun Of(XunitTestFramework framework, Assembly assembly, IReadOnlyCollection<ITestCase> cases, TimeSpan patience, bool isSerial)
    {
        FrameworkOptions options = new();
        options.SetValue("xunit.execution.DisableParallelization", isSerial);
        options.SetValue("xunit.execution.SynchronousMessageReporting", false);
        using TestRun run = new(patience);
        using Timer watch = new(_ => run.EndIfStuck(), null, s_look, s_look);
        using ITestFrameworkExecutor executor = framework.GetExecutor(assembly.GetName());
        executor.RunTests(cases, run, options);
        run._isOver.Wait();
        return run;
    }

    public bool OnMessage(IMessageSinkMessage message)
    {
        switch (message)
        {
            case ITestStarting started:
                _running[started.Test] = Stopwatch.GetTimestamp();
                break;
            case ITestFinished finished:
                _running.TryRemove(finished.Test, out _);
                break;
            case ITestPassed:
                Interlocked.Increment(ref _passed);
                break;
            case ITestSkipped skipped:
                lock (_gate)
                {
                    SkippedBy[skipped.Reason] = SkippedBy.GetValueOrDefault(skipped.Reason) + 1;
                }

                break;
            case ITestFailed failed:
                lock (_gate)
                {
                    Failed.Add(failed.TestCase);
                    Print($"FAIL {failed.Test.DisplayName} ({failed.ExecutionTime} s)", failed);
                }

                break;
            case ITestAssemblyFinished:
                _isOver.Set();
                break;
            case IFailureInformation other:
                lock (_gate)
                {
                    Print($"FAIL outside of a test: {message.GetType().Name}", other);
                    Failed.UnionWith((message as IExecutionMessage)?.TestCases ?? []);
                }

                break;
        }

        return true;
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.UnhandledException -= OnUnhandled;
        _isOver.Dispose();
    }

    private static void Print(string headline, IFailureInformation failure)
    {
        Console.WriteLine(headline);
        for (int i = 0; i < failure.Messages.Length; i++)
        {
            Console.WriteLine($"     {failure.ExceptionTypes[i]}: {failure.Messages[i]}");
            Console.WriteLine($"     {string.Join("\n     ", (failure.StackTraces[i] ?? "").Split('\n').Take(14))}");
        }

        Console.Out.Flush();
    }

    /// <summary>The process ends by it: one of these tests has done it, or one of those before.</summary>
    private void OnUnhandled(object sender, UnhandledExceptionEventArgs e)
    {
        Console.WriteLine($"CRASH by {e.ExceptionObject.GetType()} while these ran: {string.Join("; ", _running.Select(test => test.Key.DisplayName))}");
        Console.Out.Flush();
    }

    private void EndIfStuck()
    {
        string[] stuck = [.. _running.Where(test => Stopwatch.GetElapsedTime(test.Value) > _patience).Select(test => test.Key.DisplayName)];
        if (stuck.Length > 0)
        {
            Console.WriteLine($"STUCK for more than {_patience.TotalSeconds:F0} s: {string.Join("; ", stuck)}");
            Console.Out.Flush();
            Environment.Exit(3);
        }
    }
}
