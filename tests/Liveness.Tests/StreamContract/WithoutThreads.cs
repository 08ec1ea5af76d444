namespace Liveness.Tests.StreamContract;

/// <summary>Tests that take the thread pool away from everybody: alone, after all others.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class WithoutThreads
{
    public const string Name = "Starved pool";
}
