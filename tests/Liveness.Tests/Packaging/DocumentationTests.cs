using System.Reflection;

namespace Liveness.Tests.Packaging;

/// <summary>Comments of what is internal are for whoever reads the source.</summary>
public sealed class DocumentationTests
{
    [Theory]
    [InlineData("Liveness")]
    [InlineData("Liveness.Hosting")]
    [InlineData("Liveness.Testing")]
    public void The_documentation_that_is_shipped_tells_of_everything_that_can_be_seen_and_of_nothing_else(string assemblyName)
    {
        DocumentationCheck.ProblemsOf(Assembly.Load(assemblyName)).Should().BeEmpty();
    }
}
