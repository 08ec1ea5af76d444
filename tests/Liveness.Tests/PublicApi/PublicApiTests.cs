using System.Reflection;
using System.Runtime.CompilerServices;

namespace Liveness.Tests;

/// <summary>The public surface is a reviewed file: whoever changes it sees the change in the diff.</summary>
public sealed class PublicApiTests
{
    private const string AcceptVariable = "LIVENESS_ACCEPT_API";

    [Theory]
    [InlineData("Liveness")]
    [InlineData("Liveness.Hosting")]
    [InlineData("Liveness.Testing")]
    public void The_public_surface_is_the_reviewed_one(string assemblyName)
    {
        IReadOnlyList<string> actual = ApiText.Render(Assembly.Load(assemblyName));
        string file = Path.Combine(SourceFolder(), assemblyName + ".txt");
        if (Environment.GetEnvironmentVariable(AcceptVariable) == "1")
        {
            File.WriteAllText(file, string.Concat(actual.Select(line => line + "\n")));
        }

        string[] reviewed = File.Exists(file) ? File.ReadAllLines(file) : [];
        string difference = string.Join("\n", reviewed.Except(actual).Select(line => "- " + line).Concat(actual.Except(reviewed).Select(line => "+ " + line)));

        Assert.True(
            difference.Length == 0,
            $"The public surface of {assemblyName} differs from {Path.GetFileName(file)}:\n{difference}\n"
            + $"If that is meant, run this test once with {AcceptVariable}=1 and commit the file.");
    }

    private static string SourceFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
