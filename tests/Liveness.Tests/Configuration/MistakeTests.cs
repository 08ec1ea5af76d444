using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Liveness.Tests.Configuration;

/// <summary>
/// What a host says that starts with a mistake in its appsettings.json. The messages are a reviewed file, which is the page for users, too.
/// </summary>
public sealed class MistakeTests
{
    private const string AcceptVariable = "LIVENESS_ACCEPT_MISTAKES";

    private static readonly TimeSpan s_safety = TimeSpan.FromSeconds(30);
    private static readonly string s_page = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "..", "src", "Liveness", "docs", "settings.md"));

    public static TheoryData<string> Refused => [.. Mistakes.Refused.Select(mistake => mistake.What)];

    public static TheoryData<string> Accepted => [.. Mistakes.Accepted.Select(mistake => mistake.What)];

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_host_does_not_start_and_says_what_is_wrong_and_what_is_right(string what)
    {
        string json = Mistakes.Refused.Single(mistake => mistake.What == what).Json;

        string row = $"| {what} | `{json}` | {await MessageOfAsync(json)} |";

        File.ReadAllLines(s_page).Should().Contain(row, $"the page tells it; where that is meant, run these tests once with {AcceptVariable}=1");
    }

    [Fact]
    public async Task The_page_tells_of_these_mistakes_and_of_no_others()
    {
        List<string> rows = [];
        foreach ((string what, string json) in Mistakes.Refused)
        {
            rows.Add($"| {what} | `{json}` | {await MessageOfAsync(json)} |");
        }

        rows.Add("");
        rows.Add("Taken as they stand, because nobody can mean anything else:");
        rows.Add("");
        rows.Add("| in the file | |");
        rows.Add("| --- | --- |");
        rows.AddRange(Mistakes.Accepted.Select(one => $"| {one.What} | `{one.Json}` |"));
        string[] lines = await File.ReadAllLinesAsync(s_page);
        int first = Array.IndexOf(lines, "| --- | --- | --- |") + 1;
        if (Environment.GetEnvironmentVariable(AcceptVariable) == "1")
        {
            await File.WriteAllTextAsync(s_page, string.Concat(lines[..first].Concat(rows).Select(line => line + "\n")));
            lines = await File.ReadAllLinesAsync(s_page);
        }

        lines[first..].Should().Equal(rows);
    }

    [Theory]
    [MemberData(nameof(Accepted))]
    public async Task A_host_starts_with(string what)
    {
        string json = Mistakes.Accepted.Single(mistake => mistake.What == what).Json;
        using IHost host = HostWith(Mistakes.File(json));

        await host.StartAsync().WaitAsync(s_safety);

        LivenessOptions options = host.Services.GetRequiredService<IOptionsMonitor<LivenessOptions>>().Get("devices");
        options.DetectWithin.Should().Be(TimeSpan.FromSeconds(json.Contains('3', StringComparison.Ordinal) && !json.Contains("131072", StringComparison.Ordinal) ? 3 : 10));
        options.Heartbeat.RequireBound.Should().Be(json.Contains("RequireBound", StringComparison.OrdinalIgnoreCase));
        options.Heartbeat.ReceiveWindow.Should().Be(json.Contains("131072", StringComparison.Ordinal) ? 131072 : 65536);
        options.Heartbeat.StalledAfter.Should().BeNull();
        options.SideChannel.Connect.Should().Be(json.Contains("7001", StringComparison.Ordinal) ? "7001" : null);
    }

    [Fact]
    public async Task A_value_of_any_length_and_of_any_characters_stays_on_one_short_line()
    {
        string message = await MessageOfAsync($$"""{ "Mode": "a\nb{{new string('x', 100_000)}}" }""");

        message.Should().StartWith("Liveness:Devices:Mode is \"a\\u000abxxx").And.Contain("...\" (100003 characters), but must be").And.NotContain("\n");
        message.Length.Should().BeLessThan(200);
        (await MessageOfAsync($$"""{ "a\nb{{new string('x', 100_000)}}": 1 }""")).Length.Should().BeLessThan(300);
    }

    /// <summary>The one message, without the name before it.</summary>
    private static async Task<string> MessageOfAsync(string json)
    {
        try
        {
            using IHost host = HostWith(Mistakes.File(json));
            await host.StartAsync().WaitAsync(s_safety);
        }
        catch (OptionsValidationException failure)
        {
            return failure.Failures.Should().ContainSingle(json).Which.Should().StartWith("devices: ").And.Subject["devices: ".Length..];
        }
        catch (FormatException failure)
        {
            // The file itself can't be read; the configuration says so.
            return failure.Message;
        }

        return "(accepted)";
    }

    private static IHost HostWith(string json)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json)));
        builder.Services.AddLiveness("devices").BindConfiguration("Liveness:Devices");
        return builder.Build();
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
