using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Liveness.Tests.Readme;

/// <summary>The README is true: its code is compiled, its numbers are the constants.</summary>
public sealed partial class ReadmeTests
{
    private static readonly string s_root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", ".."));
    private static readonly string s_readme = File.ReadAllText(Path.Combine(s_root, "README.md"));

    [Fact]
    public void Every_code_block_stands_word_for_word_in_a_sample()
    {
        string[] samples = [.. Directory.EnumerateFiles(Path.Combine(s_root, "samples"), "*.cs", SearchOption.AllDirectories).Select(path => Unindented(File.ReadAllText(path)))];
        string[] blocks = [.. CodeBlocks().Matches(s_readme).Select(match => Unindented(match.Groups[1].Value))];

        blocks.Should().NotBeEmpty();
        blocks.Should().OnlyContain(block => block.Trim().Length > 0 && samples.Any(sample => sample.Contains(block)));
    }

    [Fact]
    public void The_quick_start_s_two_blocks_are_its_whole_sample()
    {
        string[] blocks = [.. CodeBlocks().Matches(s_readme).Select(match => match.Groups[1].Value)];
        string above = blocks.Single(block => block.StartsWith("using System.Net;", StringComparison.Ordinal));
        string below = blocks.First(block => block.Contains("cable.Cut();"));

        File.ReadAllText(Path.Combine(s_root, "samples", "QuickStart", "Program.cs")).Should().Be(above + "\n" + below);
        below.TrimEnd().Split('\n').Should().HaveCountLessThan(15);
    }

    [Fact]
    public void Every_relative_link_leads_to_a_file()
    {
        string[] links = [.. RelativeLinks().Matches(s_readme).Select(match => match.Groups[1].Value)];

        links.Should().NotBeEmpty();
        links.Should().OnlyContain(link => File.Exists(Path.Combine(s_root, link)));
    }

    [Fact]
    public void The_explained_plan_is_what_the_library_prints()
    {
        string printed = HeartbeatPlan.Create(new HeartbeatOptions { DetectWithin = TimeSpan.FromSeconds(3) }).Explain().ReplaceLineEndings("\n");

        s_readme.ReplaceLineEndings("\n").Should().Contain(printed);
    }

    [Theory]
    [InlineData("DetectWithin", "null", "00:00:00.1 to less than 1.00:00:00")]
    [InlineData("HandshakeTimeout", "00:00:10", "00:00:00.1 to 00:10:00")]
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
        s_readme.Should().Contain($"| `{option}` | {standard} | {range} |");
    }

    [Fact]
    public void The_ranges_in_the_table_are_the_constants()
    {
        Written(HeartbeatDefaults.MinDetectWithin).Should().Be("00:00:00.1");
        Written(HeartbeatDefaults.DetectWithinLimit).Should().Be("1.00:00:00");
        Written(HeartbeatDefaults.MinHandshakeTimeout).Should().Be("00:00:00.1");
        Written(HeartbeatDefaults.MaxHandshakeTimeout).Should().Be("00:10:00");
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
        s_readme.Should().Contain($"`HeartbeatStream.UnreadBudget` (default {HeartbeatDefaults.UnreadBudget}, at least {HeartbeatDefaults.MinUnreadBudget} bytes)");
    }

    [Fact]
    public void Every_option_stands_in_the_table()
    {
        typeof(HeartbeatOptions).GetProperties().Should().OnlyContain(property => s_readme.Contains($"| `{property.Name}` |"));
    }

    private static string Written(object? value) => value switch
    {
        null => "null",
        TimeSpan { Ticks: var ticks } span when ticks % TimeSpan.TicksPerSecond != 0 => span.ToString("c").TrimEnd('0'),
        TimeSpan span => span.ToString("c"),
        _ => value.ToString()!,
    };

    private static string Unindented(string code) => string.Join('\n', code.ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimStart()));

    private static string ThisFile([CallerFilePath] string path = "") => path;

    [GeneratedRegex("```csharp\r?\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlocks();

    [GeneratedRegex(@"\]\((?!https?:|#)([^)]+)\)")]
    private static partial Regex RelativeLinks();
}
