using System.Text.RegularExpressions;
using Liveness.Tests.Pages;
using Liveness.Tool.Conformance;

namespace Liveness.Tests.Tool.Conformance;

public sealed class SideCaseFileTests
{
    private static readonly IReadOnlyList<ConformanceCase> s_all = CaseFile.SideChannel;

    [Fact]
    public void Every_case_has_a_number_of_its_own_and_a_section_of_the_page()
    {
        string page = File.ReadAllText(Path.Combine(Page.Root, "src/Liveness/SideChannel/PROTOCOL.md"));

        s_all.Select(one => one.Id).Should().OnlyHaveUniqueItems().And.NotIntersectWith(CaseFile.All.Select(one => one.Id));
        s_all.Select(one => one.Section).Distinct().Should().OnlyContain(section => Regex.IsMatch(page, $@"(?m)^## {section}$"));
    }

    [Fact]
    public void Each_role_has_its_own_cases_and_those_for_both()
    {
        ConformanceCase[] server = [.. CaseFile.Of(Chapter.SideServer)];
        ConformanceCase[] client = [.. CaseFile.Of(Chapter.SideClient)];

        server.Should().NotContain(one => one.Name.StartsWith("client-"));
        client.Should().NotContain(one => one.Name.StartsWith("server-"));
        server.Union(client).Should().HaveSameCount(s_all);
        server.Intersect(client).Should().HaveCountGreaterThan(20);
    }

    [Fact]
    public void The_page_says_how_many_there_are()
    {
        string page = File.ReadAllText(Path.Combine(Page.Root, "src/Liveness/docs/conformance.md"));

        page.Should().Contain($"{s_all.Count} more");
    }
}
