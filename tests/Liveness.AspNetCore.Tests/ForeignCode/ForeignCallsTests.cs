using Liveness.Tests.ForeignCode;

namespace Liveness.AspNetCore.Tests.ForeignCode;

/// <summary>The rule for code of others, held over the compiled code: whoever calls such code has a net, or a reason.</summary>
public sealed class ForeignCallsTests
{
    private const string TheGuard = "this is the guard";

    /// <summary>Who calls what, and why that may be.</summary>
    private static readonly Dictionary<string, string> s_allowed = new(StringComparer.Ordinal)
    {
        ["Absences.Now: a clock"] = "with a net of its own",
        ["ConnectionList.Matching: a delegate"] = "the delegate is our own",
        ["ForeignText.Of: a text of an exception"] = TheGuard,
        ["ForeignTime.Elapsed: a clock"] = TheGuard,
        ["ForeignTime.Every: a clock"] = TheGuard,
        ["ForeignTime.Quietly: a delegate"] = TheGuard,
        ["ForeignTime.Timestamp: a clock"] = TheGuard,
        ["ForeignTime.UtcNow: a clock"] = TheGuard,
        ["HourHtml.Line: a delegate"] = "the delegate is our own",
        ["LivenessConnectionMiddleware.RunAsync: a delegate"] = "the application of this connection: Kestrel has the net",
        ["LivenessConnectionMiddleware.RunBehindPeekAsync: a delegate"] = "the application of this connection: Kestrel has the net",
        ["LivenessConnectionMiddleware.RunInsideAsync: a delegate"] = "the application of this connection: Kestrel has the net",
        ["LivenessConnectionMiddleware.Target: a delegate"] = "with a net of its own, in the time of its own connection",
        ["LivenessHttpsExtensions.ChooseLiveness: a delegate"] = "the application's own of this endpoint: Kestrel has the net",
        ["LivenessStatusEndpointExtensions.MapLivenessStatus: a delegate"] = "in the caller's own call",
        ["PagerHtml.Write: a delegate"] = "the delegate is our own",
        ["QuietLogger.IsEnabled: a logger"] = TheGuard,
        ["QuietLogger.Log: a logger"] = TheGuard,
        ["QuietLogger.Of: a logger"] = TheGuard,
        ["TransportStream.ReadAsync: a delegate"] = "the delegate is our own",
    };

    [Fact]
    public void Code_of_others_is_called_where_there_is_a_net_and_nowhere_else()
    {
        // The generated messages are given a QuietLogger.
        IReadOnlyCollection<string> all = ForeignCalls.In(typeof(ILivenessConnectionFeature).Assembly);
        string[] found = [.. all.Where(static call => !call.StartsWith("Log.", StringComparison.Ordinal))];

        found.Except(s_allowed.Keys).Should().BeEmpty("who calls code of others has a net, or stands here with a reason");
        s_allowed.Keys.Except(found).Should().BeEmpty("the list holds what there is");
    }
}
