using System.Reflection;
using System.Runtime.CompilerServices;
using Liveness.Tests;

namespace Liveness.WorksWith.Tests.PublicApi;

/// <summary>The public surface is a reviewed file: whoever changes it sees the change in the diff.</summary>
public sealed class PublicApiTests
{
    private const string AcceptVariable = "LIVENESS_ACCEPT_API";

    [Theory]
    [InlineData("Liveness.MQTTnet")]
    [InlineData("Liveness.NATS.Net")]
    [InlineData("Liveness.StackExchange.Redis")]
    public void The_public_surface_is_the_reviewed_one(string assemblyName)
    {
        IReadOnlyList<string> actual = ApiText.Render(Assembly.Load(assemblyName));
        string file = Path.Combine(SourceFolder(), assemblyName + ".txt");
        if (Environment.GetEnvironmentVariable(AcceptVariable) == "1")
        {
            File.WriteAllText(file, string.Concat(actual.Select(line => line + "\n")));
        }

        actual.Should().Equal(File.Exists(file) ? File.ReadAllLines(file) : [], $"if a change is meant, run this test once with {AcceptVariable}=1 and commit the file");
    }

    private static string SourceFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
