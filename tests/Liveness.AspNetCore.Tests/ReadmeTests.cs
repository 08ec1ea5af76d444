using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Liveness.AspNetCore.Tests;

/// <summary>
/// The tables of the package's page name the options, the defaults and the log messages in force. That its code is compiled is tested with
/// all pages.
/// </summary>
public sealed class ReadmeTests
{
    private static readonly string s_readme = File.ReadAllText(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "src", "Liveness.AspNetCore", "README.md"));

    [Fact]
    public void The_options_of_the_health_check_stand_there_with_their_defaults()
    {
        LivenessHealthCheckOptions options = new();

        options.Names.Should().BeNull();
        options.CriticalNames.Should().BeEmpty();
        s_readme.Should().Contain("| `Names` | null |").And.Contain("| `CriticalNames` | none |").And.Contain($"| `GraceTime` | {options.GraceTime:c} | 00:00:00 to 1.00:00:00 |");
        s_readme.Should().Contain($"(\"{LivenessHealthChecksBuilderExtensions.DefaultName}\")");
        typeof(LivenessHealthCheckOptions).GetProperties().Should().OnlyContain(property => s_readme.Contains($"| `{property.Name}` |"));
    }

    [Fact]
    public void The_options_of_the_status_page_stand_there_with_their_defaults()
    {
        LivenessStatusOptions options = new();

        foreach ((string name, object value) in new (string, object)[] { ("Title", options.Title), ("RefreshEvery", options.RefreshEvery), ("MaxConnections", options.MaxConnections), ("MaxLosses", options.MaxLosses) })
        {
            s_readme.Should().Contain(string.Create(CultureInfo.InvariantCulture, $"| `{name}` | {value} |"));
        }

        typeof(LivenessStatusOptions).GetProperties().Should().OnlyContain(property => s_readme.Contains($"| `{property.Name}` |"));
    }

    [Fact]
    public void The_table_of_logs_is_the_messages_that_there_are()
    {
        IEnumerable<LoggerMessageAttribute> messages = typeof(Log).GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>()).OfType<LoggerMessageAttribute>().OrderBy(message => message.EventId);

        s_readme.ReplaceLineEndings("\n").Split('\n').Where(line => Regex.IsMatch(line, @"^\| \d+ \|"))
            .Select(line => string.Join(" | ", line.Split(" | ")[..3]))
            .Should().Equal(messages.Select(message => $"| {message.EventId} | `{message.EventName}` | {message.Level}"));
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
