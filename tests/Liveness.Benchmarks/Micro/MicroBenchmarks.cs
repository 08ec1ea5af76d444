using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Liveness.Benchmarks;

/// <summary>
/// Runs what BenchmarkDotNet measures, in this process: a project that it would generate would inherit this tree's build rules.
/// </summary>
internal static class MicroBenchmarks
{
    public static void Run(string[] arguments)
    {
        ManualConfig config = ManualConfig.Create(DefaultConfig.Instance)
            .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance))
            .AddDiagnoser(MemoryDiagnoser.Default)
            .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "Liveness.Benchmarks"));
        BenchmarkSwitcher.FromAssembly(typeof(MicroBenchmarks).Assembly).Run(arguments is [] ? ["--filter", "*"] : arguments, config);
    }
}
