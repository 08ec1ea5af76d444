namespace Liveness.Tests.Pages;

/// <summary>Every page leads to what there is, and can be found.</summary>
public sealed class LinkTests
{
    [Fact]
    public void Every_relative_link_leads_to_a_file()
    {
        (Page Page, string Link)[] links = [.. Links()];

        links.Should().HaveCountGreaterThan(50);
        links.Where(static one => !File.Exists(one.Page.Resolve(one.Link).Path)).Should().BeEmpty();
    }

    [Fact]
    public void Every_anchor_leads_to_a_heading()
    {
        ILookup<string, string> anchors =
            Page.All.SelectMany(static page => page.Anchors.Select(anchor => (page.FullPath, anchor))).ToLookup(static one => one.FullPath, static one => one.anchor);
        (Page Page, string Link)[] links = [.. Links().Where(static one => one.Link.Contains('#'))];

        links.Should().HaveCountGreaterThan(10);
        links.Where(one => one.Page.Resolve(one.Link) is var (path, anchor) && !anchors[path].Contains(anchor)).Should().BeEmpty();
    }

    [Fact]
    public void Every_page_can_be_reached_from_the_README()
    {
        HashSet<string> reached = [Page.Readme.FullPath];
        Queue<Page> open = new([Page.Readme]);
        while (open.TryDequeue(out Page? page))
        {
            string[] paths = [.. page.RelativeLinks.Select(link => page.Resolve(link).Path)];
            foreach (Page found in Page.All.Where(other => paths.Contains(other.FullPath) && reached.Add(other.FullPath)))
            {
                open.Enqueue(found);
            }
        }

        Page.All.Where(page => !reached.Contains(page.FullPath)).Should().BeEmpty();
    }

    [Fact]
    public void Every_page_begins_with_its_one_title()
    {
        Page.All.Where(static page => !page.Text.StartsWith("# ", StringComparison.Ordinal)).Should().BeEmpty();
    }

    private static IEnumerable<(Page Page, string Link)> Links() =>
        Page.All.SelectMany(static page => page.RelativeLinks.Select(link => (page, link)));
}
