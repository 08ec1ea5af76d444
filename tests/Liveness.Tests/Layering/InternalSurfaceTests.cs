using System.Reflection;
using System.Runtime.CompilerServices;
using Liveness.Testing;
using Liveness.Tool;

namespace Liveness.Tests.Layering;

/// <summary>The other packages stand on the public API, and on what is named here.</summary>
public sealed class InternalSurfaceTests
{
    /// <summary>What Liveness.Testing needs that is not public, and why.</summary>
    private static readonly Dictionary<string, string> s_testing = new(StringComparer.Ordinal)
    {
        ["GoodbyeFrame"] = "a goodbye of the peer, for the losses that it ends in",
        ["IWorkQueueSource"] = "the clock says where background work runs",
        ["Instant"] = "time on the line of the link",
        ["LossFactory"] = "Losses makes every kind as the library does",
        ["LossKind"] = "of which Losses makes one",
        ["LossObservation"] = "from which Losses makes one",
        ["ProtocolRule"] = "that a peer has broken, for ProtocolViolated",
        ["WorkQueue"] = "where the link and the clock run background work",
    };

    /// <summary>The same for Liveness.Tool.</summary>
    private static readonly Dictionary<string, string> s_tool = new(StringComparer.Ordinal)
    {
        ["LinuxTcpInfo"] = "sock_diag gives the same struct for any socket",
        ["AdviceText"] = "liveness advise writes long times as BoundAdvice.ToString does",
        ["Durations"] = "liveness idle-limit compares durations as the library does",
        ["KeepAlivePlatform"] = "liveness idle-limit prints the plan that the library makes for Linux",
        ["KeepAlivePlatforms"] = "the same",
        ["KernelLimits"] = "the same, for a kernel as it is delivered",
        ["OptionsFailures"] = "the same, where options can't be planned",
        ["TcpKeepAliveDefaults"] = "the same",
        ["TcpKeepAliveOptionsRules"] = "the same",
        ["TcpKeepAlivePlan.Create"] = "the same",
        ["LossText"] = "liveness advise writes bounds as BoundAdvice.ToString does, and text of others on one line",
        ["PoissonBound"] = "metrics tell for how long was watched, and not the rate that follows",
    };

    [Fact]
    public void The_testing_package_uses_the_public_API_and_what_is_named_here() => Hold(typeof(ManualTimeProvider).Assembly, s_testing);

    [Fact]
    public void The_tool_uses_the_public_API_and_what_is_named_here() => Hold(typeof(ExitCodes).Assembly, s_tool);

    /// <summary>The compiler then holds the rule for Liveness.AspNetCore: it can't name what is internal.</summary>
    [Fact]
    public void No_other_package_sees_what_is_internal()
    {
        IEnumerable<string> friends = typeof(ConnectionMonitor).Assembly
            .GetCustomAttributes<InternalsVisibleToAttribute>().Select(static friend => friend.AssemblyName);

        friends.Should().BeEquivalentTo("Liveness.Testing", "Liveness.Tool", "Liveness.Tests", "Liveness.Benchmarks", "Liveness.AspNetCore.Tests");
    }

    private static void Hold(Assembly user, Dictionary<string, string> named)
    {
        IReadOnlyCollection<string> found = InternalSurface.Of(user);

        found.Except(named.Keys).Should().BeEmpty("what another package needs is public, or stands here with a reason");
        named.Keys.Except(found).Should().BeEmpty("the list holds what there is");
    }
}
