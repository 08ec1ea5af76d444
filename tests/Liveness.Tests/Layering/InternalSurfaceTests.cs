using System.Reflection;
using System.Runtime.CompilerServices;
using Liveness.Testing;

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

    [Fact]
    public void The_testing_package_uses_the_public_API_and_what_is_named_here()
    {
        IReadOnlyCollection<string> found = InternalSurface.Of(typeof(ManualTimeProvider).Assembly);

        found.Except(s_testing.Keys).Should().BeEmpty("what another package needs is public, or stands here with a reason");
        s_testing.Keys.Except(found).Should().BeEmpty("the list holds what there is");
    }

    /// <summary>The compiler then holds the rule for Liveness.AspNetCore: it can't name what is internal.</summary>
    [Fact]
    public void No_other_package_sees_what_is_internal()
    {
        IEnumerable<string> friends = typeof(ConnectionMonitor).Assembly
            .GetCustomAttributes<InternalsVisibleToAttribute>().Select(static friend => friend.AssemblyName);

        friends.Should().BeEquivalentTo("Liveness.Testing", "Liveness.Tests", "Liveness.Benchmarks", "Liveness.AspNetCore.Tests");
    }
}
