using System.Reflection;
using System.Runtime.CompilerServices;
using Liveness.Tests;
using Liveness.Tests.Packaging;
using Microsoft.Extensions.DependencyInjection;

namespace Liveness.Presence.Tests.PublicApi;

/// <summary>The public surface is a reviewed file: whoever changes it sees the change in the diff.</summary>
public sealed class PublicApiTests
{
    private const string AcceptVariable = "LIVENESS_ACCEPT_API";

    public static TheoryData<string> Assemblies => ["Liveness.Presence", "Liveness.Presence.AspNetCore", "Liveness.Presence.Redis"];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void The_public_surface_is_the_reviewed_one(string assembly)
    {
        IReadOnlyList<string> actual = ApiText.Render(Load(assembly));
        string file = Path.Combine(SourceFolder(), $"{assembly}.txt");
        if (Environment.GetEnvironmentVariable(AcceptVariable) == "1")
        {
            File.WriteAllText(file, string.Concat(actual.Select(line => line + "\n")));
        }

        string[] reviewed = File.Exists(file) ? File.ReadAllLines(file) : [];
        string difference = string.Join("\n", reviewed.Except(actual).Select(line => "- " + line).Concat(actual.Except(reviewed).Select(line => "+ " + line)));

        Assert.True(
            difference.Length == 0,
            $"The public surface differs from {Path.GetFileName(file)}:\n{difference}\nIf that is meant, run this test once with {AcceptVariable}=1 and commit the file.");
    }

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void The_documentation_that_is_shipped_tells_of_everything_that_can_be_seen_and_of_nothing_else(string assembly) =>
        DocumentationCheck.ProblemsOf(Load(assembly)).Should().BeEmpty();

    /// <summary>What a store has to do is no contract yet: only these share it.</summary>
    [Fact]
    public void Only_the_own_packages_see_what_is_internal() =>
        typeof(IPresence).Assembly.GetCustomAttributes<InternalsVisibleToAttribute>().Select(static friend => friend.AssemblyName)
            .Should().BeEquivalentTo("Liveness.Presence.AspNetCore", "Liveness.Presence.Redis", "Liveness.Presence.Tests");

    private static Assembly Load(string name) => name switch
    {
        "Liveness.Presence" => typeof(IPresence).Assembly,
        "Liveness.Presence.AspNetCore" => typeof(LivenessPresenceHealthChecksBuilderExtensions).Assembly,
        _ => typeof(LivenessPresenceRedisExtensions).Assembly,
    };

    private static string SourceFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
