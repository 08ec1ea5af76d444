namespace Liveness.NetworkTests;

/// <summary>Skipped, with the reason and the command, unless the environment asks for tests on real kernels.
/// Once it does, a missing prerequisite fails the test.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NetworkFactAttribute : FactAttribute
{
    public NetworkFactAttribute(params string[] programs)
    {
        Programs = programs;
        if (!Prerequisites.IsSwitchedOn)
        {
            Skip = Prerequisites.WhyNot(programs);
        }
    }

    /// <summary>What this one needs besides ip, tc and iptables.</summary>
    public string[] Programs { get; }
}
