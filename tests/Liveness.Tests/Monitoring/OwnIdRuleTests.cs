namespace Liveness.Tests.Monitoring;

public sealed class OwnIdRuleTests
{
    private readonly MonitorFixture _fixture = new();

    [Theory]
    [InlineData(null)]
    [InlineData("7")]
    [InlineData("meter 4711 / Halle 3, Süd \U0001F50C")]
    public void An_id_is_what_was_said(string? id)
    {
        _fixture.Monitor.OwnId = id;

        _fixture.Monitor.OwnId.Should().Be(id);
    }

    [Fact]
    public void An_id_may_have_128_characters() => OwnIdRule.Problem(new string('x', 128)).Should().BeNull();

    [Theory]
    [InlineData("", "0 characters")]
    [InlineData("a\nb", "a line break, U+000A, at position 1")]
    [InlineData("ab\r", "a line break, U+000D, at position 2")]
    [InlineData("a\u2028b", "a line break, U+2028, at position 1")]
    [InlineData("a\u0085b", "a line break, U+0085, at position 1")]
    [InlineData("a\0b", "a control character, U+0000, at position 1")]
    [InlineData("\u001b[31m", "a control character, U+001B, at position 0")]
    [InlineData("a\u007fb", "a control character, U+007F, at position 1")]
    [InlineData(" a", "white space at its begin, U+0020, at position 0")]
    [InlineData("a\u00a0", "white space at its end, U+00A0, at position 1")]
    public void What_breaks_the_rule_is_named_with_its_place_the_range_and_the_cure(string id, string word)
    {
        _fixture.Monitor.OwnId = "before";
        Action set = () => _fixture.Monitor.OwnId = id;

        set.Should().Throw<ArgumentException>().Which.Message.Should().Contain(word).And.Contain("1 to 128 characters").And.Contain("Trim and shorten it")
            .And.NotContain("\n");
        _fixture.Monitor.OwnId.Should().Be("before", "the old one stays");
        _fixture.Monitor.State.Should().Be(LivenessState.Connecting, "the connection goes on");
    }

    [Fact]
    public void Ten_thousand_characters_and_lone_surrogates_are_refused()
    {
        OwnIdRule.Problem(new string('x', 10_000)).Should().Contain("10000 characters");
        OwnIdRule.Problem("a\ud83d").Should().Contain("a lone surrogate, U+D83D, at position 1");
        OwnIdRule.Problem("\udd0c").Should().Contain("a lone surrogate, U+DD0C, at position 0");
    }

    [Fact]
    public void It_may_be_set_after_the_end_and_is_then_only_shown()
    {
        _fixture.Monitor.TryLose(MonitorFixture.NewLoss(), null);
        _fixture.Queue.RunAll();
        int lines = _fixture.Logger.Entries.Count;

        _fixture.Monitor.OwnId = "late";
        _fixture.Queue.RunAll();

        _fixture.Monitor.OwnId.Should().Be("late");
        _fixture.Logger.Entries.Should().HaveCount(lines);
    }
}
