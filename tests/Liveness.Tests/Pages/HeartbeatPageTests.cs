namespace Liveness.Tests.Pages;

/// <summary>What the pages say of the heartbeat's options, limits and plan is in force.</summary>
public sealed class HeartbeatPageTests
{
    private static readonly string s_options = Page.Doc("configuration.md").Text.Split("## `HeartbeatOptions`\n")[1];

    [Fact]
    public void The_explained_plan_is_what_the_library_prints()
    {
        string printed = HeartbeatPlan.Create(new HeartbeatOptions { DetectWithin = TimeSpan.FromSeconds(3) }).Explain().ReplaceLineEndings("\n");

        Page.Doc("how-it-works.md").Text.Should().Contain(printed);
    }

    [Theory]
    [InlineData("DetectWithin", "null", "00:00:00.1 to less than 1.00:00:00")]
    [InlineData("HandshakeTimeout", "00:00:10", "00:00:00.1 to 00:10:00")]
    [InlineData("PlainPeers", "null", "Refuse, Serve")]
    [InlineData("PlainPeerAfter", "00:00:01", "00:00:00.01 to HandshakeTimeout")]
    [InlineData("CloseTimeout", "null", "00:00:00 to 01:00:00")]
    [InlineData("CloseDeadline", "00:01:00", "00:00:00 to 01:00:00")]
    [InlineData("StalledAfter", "null", "at least DetectWithin")]
    [InlineData("MinTransmitInterval", "00:00:00.02", "00:00:00.01 to 01:00:00")]
    [InlineData("MinReceiveInterval", "null", "00:00:00.01 to the beat interval")]
    [InlineData("ReceiveWindow", "65536", "32768 to 67108864")]
    [InlineData("MaxReceiveWindow", "null", "ReceiveWindow to 67108864")]
    public void The_options_table_names_the_defaults_and_ranges_in_force(string option, string standard, string range)
    {
        object? value = typeof(HeartbeatOptions).GetProperty(option)!.GetValue(new HeartbeatOptions());

        Written(value).Should().Be(standard);
        s_options.Should().Contain($"| `{option}` | {standard} | {range} |");
    }

    [Fact]
    public void The_ranges_in_the_table_are_the_constants()
    {
        Written(HeartbeatDefaults.MinDetectWithin).Should().Be("00:00:00.1");
        Written(HeartbeatDefaults.DetectWithinLimit).Should().Be("1.00:00:00");
        Written(HeartbeatDefaults.MinHandshakeTimeout).Should().Be("00:00:00.1");
        Written(HeartbeatDefaults.MaxHandshakeTimeout).Should().Be("00:10:00");
        Written(HeartbeatDefaults.MinPlainPeerAfter).Should().Be("00:00:00.01");
        Written(HeartbeatDefaults.MaxClose).Should().Be("01:00:00");
        Written(HeartbeatDefaults.CloseTimeout).Should().Be("00:00:05");
        Written(HeartbeatDefaults.StalledAfter).Should().Be("00:00:30");
        Written(HeartbeatDefaults.MinReceiveInterval).Should().Be("00:00:00.02");
        Written(HeartbeatDefaults.MinInterval).Should().Be("00:00:00.01");
        Written(HeartbeatDefaults.MaxInterval).Should().Be("01:00:00");
        HeartbeatDefaults.SmallestWindow.Should().Be(32768);
        HeartbeatDefaults.LargestWindow.Should().Be(67108864);
        HeartbeatDefaults.MaxReceiveWindow.Should().Be(4194304);
        HeartbeatDefaults.MinUnreadBudget.Should().Be(1048576);
    }

    [Fact]
    public void The_budget_of_the_process_stands_there_too()
    {
        Page.Doc("limits.md").Text.Should().Contain($"`HeartbeatStream.UnreadBudget` (default {HeartbeatDefaults.UnreadBudget}, at least {HeartbeatDefaults.MinUnreadBudget} bytes)");
    }

    [Fact]
    public void Every_option_stands_in_the_table()
    {
        typeof(HeartbeatOptions).GetProperties().Should().OnlyContain(property => s_options.Contains($"| `{property.Name}` |"));
    }

    private static string Written(object? value) => value switch
    {
        null => "null",
        TimeSpan { Ticks: var ticks } span when ticks % TimeSpan.TicksPerSecond != 0 => span.ToString("c").TrimEnd('0'),
        TimeSpan span => span.ToString("c"),
        _ => value.ToString()!,
    };
}
