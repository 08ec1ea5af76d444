using System.Runtime.CompilerServices;
using Liveness.ProtocolPing;

namespace Liveness.Tests.Readme;

/// <summary>The README's page about the application's own ping is true.</summary>
public sealed class ProtocolPingReadmeTests
{
    private static readonly string s_readme = File.ReadAllText(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "..", "README.md")).ReplaceLineEndings("\n");
    private static readonly string s_page = s_readme[s_readme.IndexOf("## Your own protocol's ping\n", StringComparison.Ordinal)..s_readme.IndexOf("## Test your own handling\n", StringComparison.Ordinal)];

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

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
