namespace Liveness.NetworkTests;

/// <summary>Classes that load the machine so that others, which measure times, can't run beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    /// <summary>For <see cref="CollectionAttribute"/>.</summary>
    public const string Name = "alone";
}
