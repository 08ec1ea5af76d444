using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;

namespace Liveness.AspNetCore.Tests;

/// <summary>
/// The README's tables name the options and the defaults in force. That its code is compiled is tested with the rest of it.
/// </summary>
public sealed class ReadmeTests
{
    private static readonly string s_readme = File.ReadAllText(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "README.md"));

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

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
