namespace Liveness.Presence.Tests.Rules;

/// <summary>A watcher reads exactly what has changed, or is told that it can't.</summary>
public sealed class LogLineTests
{
    [Fact]
    public void Lines_after_the_known_version_are_read_once_for_each_key() =>
        Read(after: 3, until: 6, "6 a", "5 b", "4 a", "3 c").Keys.Should().Equal("a", "b");

    [Fact]
    public void Lines_that_came_after_the_mark_was_read_are_read_too()
    {
        LogReply reply = Read(after: 3, until: 4, "6 c", "5 b", "4 a");

        reply.Keys.Should().Equal("c", "b", "a");
        reply.Version.Should().Be(6);
    }

    [Theory]
    [InlineData(3, 6, "6 a,5 b")]
    [InlineData(3, 6, "6 a,4 b")]
    [InlineData(3, 7, "6 a,5 b,4 c")]
    [InlineData(3, 6, "")]
    public void A_gap_is_told(long after, long until, string lines) =>
        Read(after, until, lines.Split(',', StringSplitOptions.RemoveEmptyEntries)).Keys.Should().BeNull();

    [Fact]
    public void Nothing_new_is_no_gap() => Read(after: 6, until: 6, "6 a", "5 b").Keys.Should().BeEmpty();

    private static LogReply Read(long after, long until, params string[] lines) =>
        LogLine.Read([.. lines.Select(static line => LogLine.Parse(line)!.Value)], after, until);
}
