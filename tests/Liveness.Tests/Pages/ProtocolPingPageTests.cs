using Liveness.ProtocolPing;

namespace Liveness.Tests.Pages;

/// <summary>The page about the application's own ping is true.</summary>
public sealed class ProtocolPingPageTests
{
    private static readonly string s_page = Page.Doc("protocol-ping.md").Text;

    [Fact]
    public void Every_option_stands_in_the_table_with_its_default_and_range()
    {
        ProtocolHeartbeatOptions options = new();
        typeof(ProtocolHeartbeatOptions).GetProperties().Should().OnlyContain(property => s_page.Contains($"\n| `{property.Name}` |"));

        options.PingInterval.Should().BeNull();
        options.Logger.Should().BeNull();
        options.TimeProvider.Should().BeSameAs(TimeProvider.System);
        s_page.Should().Contain($"\n| `DetectWithin` | {options.DetectWithin:c} | {Written(HeartbeatDefaults.MinDetectWithin)} to less than {HeartbeatDefaults.DetectWithinLimit:c} |");
        s_page.Should().Contain($"\n| `PingInterval` | null | {Written(HeartbeatDefaults.MinInterval)} to half of DetectWithin | null: a third of DetectWithin |");
        (ProtocolHeartbeatDefaults.LongestIntervalDivisor, ProtocolHeartbeatDefaults.IntervalDivisor).Should().Be((2, 3));
    }

    private static string Written(TimeSpan span) => span.ToString("c").TrimEnd('0');
}
