using Xunit.Sdk;

namespace Liveness.NetworkTests;

/// <summary>
/// Starts the classes that take a minute before those that take seconds, and says once, at every verbosity, why none of them runs where
/// that is so.
/// </summary>
public sealed class LongestFirst(IMessageSink diagnostics) : ITestCollectionOrderer
{
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections)
    {
        if (!Prerequisites.IsSwitchedOn)
        {
            diagnostics.OnMessage(new DiagnosticMessage(Prerequisites.WhyNot(["haproxy", "redis-server", "redis-cli", "tcpdump"])));
        }

        return testCollections.OrderBy(collection => collection.DisplayName.Contains(".Minute.", StringComparison.Ordinal) ? 0 : 1);
    }
}
