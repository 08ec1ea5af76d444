using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Liveness.Ci.Wine;

/// <summary>As xunit's own, but what goes on behind an await of a test does so on threads that never end. Xunit gives each a thread of its
/// own, which ends with the next await.</summary>
/// <remarks>Where a thread ends, Wine 10 completes what it has begun at a socket with 0 bytes, and an accept without an address: that ends
/// the process. Windows keeps what is bound to a completion port.</remarks>
internal sealed class KeptThreadFramework(IMessageSink messages) : XunitTestFramework(messages)
{
    private static readonly KeptThreadContext s_context = new();

    protected override ITestFrameworkExecutor CreateExecutor(AssemblyName assemblyName) =>
        new Executor(assemblyName, SourceInformationProvider, DiagnosticMessageSink);

    private sealed class Executor(AssemblyName name, ISourceInformationProvider sources, IMessageSink messages)
        : XunitTestFrameworkExecutor(name, sources, messages)
    {
        /// <summary>Xunit's own is void, too: the end is told by a message.</summary>
        protected override async void RunTestCases(
            IEnumerable<IXunitTestCase> testCases, IMessageSink executionMessageSink, ITestFrameworkExecutionOptions executionOptions)
        {
            using Runner runner = new(TestAssembly, testCases, DiagnosticMessageSink, executionMessageSink, executionOptions);
            await runner.RunAsync();
        }
    }

    private sealed class Runner(
        ITestAssembly assembly, IEnumerable<IXunitTestCase> cases, IMessageSink diagnoses, IMessageSink told, ITestFrameworkExecutionOptions options)
        : XunitTestAssemblyRunner(assembly, cases, diagnoses, told, options)
    {
        protected override async Task<RunSummary> RunTestCollectionAsync(
            IMessageBus messageBus, ITestCollection testCollection, IEnumerable<IXunitTestCase> testCases, CancellationTokenSource cancellationTokenSource)
        {
            TaskCompletionSource<Task<RunSummary>> begun = new();
            s_context.Post(
                _ => begun.SetResult(base.RunTestCollectionAsync(messageBus, testCollection, testCases, cancellationTokenSource)), null);
            return await await begun.Task;
        }
    }
}
