using System.Runtime.CompilerServices;
using Liveness.Tests;
using Liveness.Tests.Packaging;

namespace Liveness.AspNetCore.Tests.PublicApi;

/// <summary>The public surface is a reviewed file: whoever changes it sees the change in the diff.</summary>
public sealed class PublicApiTests
{
    private const string AcceptVariable = "LIVENESS_ACCEPT_API";

    [Fact]
    public void The_public_surface_is_the_reviewed_one()
    {
        IReadOnlyList<string> actual = ApiText.Render(typeof(ILivenessConnectionFeature).Assembly);
        string file = Path.Combine(SourceFolder(), "Liveness.AspNetCore.txt");
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

    [Fact]
    public void The_documentation_that_is_shipped_tells_of_everything_that_can_be_seen_and_of_nothing_else()
    {
        DocumentationCheck.ProblemsOf(typeof(ILivenessConnectionFeature).Assembly).Should().BeEmpty();
    }

    private static string SourceFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
