using Liveness.Tool.Conformance;

namespace Liveness.Tests.Tool.Conformance;

/// <summary>What the tester does about testees that lie, flood and close, and about a machine that is busy.</summary>
public sealed class ConformanceRunTests
{
    private static readonly byte[] s_hello = new RawHello { Rx = 500 }.ToFrame();

    /// <summary>Behind a good HELLO, or in its place.</summary>
    public static TheoryData<string, byte[]> Lies => new()
    {
        { "nothing at all", [] },
        { "another protocol", [.. "HTTP/1.1 400 Bad Request\r\n\r\n"u8] },
        { "half a HELLO", s_hello[..30] },
        { "a HELLO of zeros", Raw.Frame(Raw.Hello, new byte[64]) },
        { "a HELLO of ones", Raw.Frame(Raw.Hello, [.. "LIVE"u8, .. Enumerable.Repeat((byte)255, 60)]) },
        { "a beat of one byte", [.. s_hello, .. Raw.Frame(Raw.Beat, 1)] },
        { "a goodbye without a code", [.. s_hello, .. Raw.Frame(Raw.Goodbye)] },
        { "a goodbye with half a code", [.. s_hello, .. Raw.Frame(Raw.Goodbye, 0)] },
        { "a goodbye of garbage", [.. s_hello, .. Raw.Frame(Raw.Goodbye, 0, 9, 0xFF, 0xC0, 0x1B, 0x00)] },
        { "a rate of one byte", [.. s_hello, .. Raw.Frame(Raw.Rate, 1)] },
        { "a credit of one byte", [.. s_hello, .. Raw.Frame(Raw.Credit, 1)] },
        { "a frame of 16 MB", [.. s_hello, 0x90, 0xFF, 0xFF, 0xFF] },
        { "data that nobody sent", [.. s_hello, .. Raw.Frame(Raw.Data, 1, 2, 3)] },
        { "300,000 extensions", [.. s_hello, .. Enumerable.Repeat<byte[]>([0x90, 0, 0, 0], 300_000).SelectMany(static frame => frame)] },
    };

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task A_testee_that_lies_or_floods_and_closes_fails_and_the_run_goes_on(string what, byte[] bytes)
    {
        // Of every kind of step that looks into what came.
        ConformanceCase[] cases = CaseFile.Parse("""
            CASE 3.1 opens
              open
              comes BEAT flags=0 within 10ms
            CASE 2 rule
              open
              rule UnknownFrameType
            CASE 4 says
              open
              says 2
            CASE 9 closes
              open
              closes 0
            CASE 5 answered
              open
              probe
              answered 10ms
            CASE 4 deaf
              open
              deaf
            CASE 7 data
              open
              data 10
              echoed
            CASE 5 quiet
              open
              quiet CREDIT 1s
            CASE 5 wait
              open
              wait 1s
            """).ToArray();
        await using ScriptedTestee testee = new(ends: true, bytes);

        IReadOnlyList<CaseResult> results = await PlayAsync(testee, cases);

        results.Should().HaveCount(cases.Length);
        results.Should().OnlyContain(result => result.Verdict == Verdict.Failed, what);
        ConformanceReport report = new("testee", results, TimeSpan.FromSeconds(1));
        System.Xml.Linq.XDocument.Parse(JUnitForm.Of(report)).Descendants("failure").Should().HaveCount(cases.Length);
        System.Text.Json.JsonDocument.Parse(JsonForm.Of(report)).RootElement.GetProperty("cases").GetArrayLength().Should().Be(cases.Length);
    }

    [Fact]
    public async Task What_may_have_gone_wrong_because_the_machine_was_busy_is_played_again_by_itself()
    {
        await using ScriptedTestee testee = new(ends: true, [], s_hello);

        IReadOnlyList<CaseResult> results = await PlayAsync(testee, [Greeted("1")]);

        results[0].Verdict.Should().Be(Verdict.Ok);
        results[0].Times.Should().Be(2);
    }

    [Fact]
    public async Task What_goes_wrong_three_times_is_wrong()
    {
        await using ScriptedTestee testee = new(ends: true, [], [], [], s_hello);

        IReadOnlyList<CaseResult> results = await PlayAsync(testee, [Greeted("1")]);

        results[0].Verdict.Should().Be(Verdict.Failed);
        results[0].Times.Should().Be(3);
    }

    [Fact]
    public async Task A_rule_that_was_broken_is_broken_and_not_played_again()
    {
        await using ScriptedTestee testee = new(ends: true, Raw.Frame(Raw.Beat, 1), s_hello);

        IReadOnlyList<CaseResult> results = await PlayAsync(testee, [Greeted("1")]);

        results[0].Verdict.Should().Be(Verdict.Failed);
        testee.Opened.Should().Be(1);
    }

    [Fact]
    public async Task Where_most_goes_wrong_nothing_is_played_again()
    {
        await using ScriptedTestee testee = new(ends: true, [[]]);

        IReadOnlyList<CaseResult> results = await PlayAsync(testee, [.. Enumerable.Range(0, 30).Select(number => Greeted($"{number}"))]);

        results.Should().OnlyContain(result => result.Verdict == Verdict.Failed);
        testee.Opened.Should().Be(30);
    }

    [Fact]
    public async Task A_testee_whose_cases_would_take_hours_is_told_so()
    {
        await using ScriptedTestee testee = new(ends: false, new RawHello { Rx = 86_400_000 }.ToFrame());

        IReadOnlyList<CaseResult> results = await PlayAsync(testee, [Greeted("1")]);

        results[0].Why.Should().Contain("give it a DetectWithin of 1 to 3 s");
    }

    [Theory]
    [InlineData("plain – text", "plain – text")]
    [InlineData("\u001b[31mred", "?[31mred")]
    [InlineData("a\nb\u2028c\u202ed\uffff\0", "a?b?c?d??")]
    public void What_the_testee_says_can_do_nothing_to_a_terminal_or_to_a_report(string reason, string shown)
    {
        byte[] frame = Raw.GoodbyeFrame(3, reason);

        new Arrival(Raw.Goodbye, frame[Raw.HeaderSize..], frame.Length - Raw.HeaderSize, TimeSpan.Zero).Reason.Should().Be(shown);
    }

    private static ConformanceCase Greeted(string id) => new(id, "greeted", "3.1", [new CaseStep("greeted", [])]);

    private static Task<IReadOnlyList<CaseResult>> PlayAsync(ScriptedTestee testee, IReadOnlyList<ConformanceCase> cases) =>
        new ConformanceRun(testee, atOnce: 1, TimeProvider.System, static _ => { }).PlayAsync(cases, CancellationToken.None);
}
