using System.Xml.Linq;
using Liveness.Tool.Conformance;

namespace Liveness.Tests.Tool.Conformance;

/// <summary>What the tester does about testees that lie, flood and close, and about a machine that is busy.</summary>
public sealed class ConformanceRunTests
{
    private static readonly byte[] s_hello = new RawHello { Rx = 500 }.ToFrame();

    /// <summary>It takes us for silent, as it may where the machine was busy.</summary>
    private static readonly byte[] s_silent = [.. s_hello, .. Raw.GoodbyeFrame(2, "")];

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
        XDocument.Parse(JUnitForm.Of(report)).Descendants("failure").Should().HaveCount(cases.Length);
        System.Text.Json.JsonDocument.Parse(JsonForm.Of(report)).RootElement.GetProperty("cases").GetArrayLength().Should().Be(cases.Length);
    }

    [Fact]
    public async Task What_may_have_gone_wrong_because_the_machine_was_busy_is_played_again_by_itself()
    {
        await using ScriptedTestee testee = new(ends: true, s_silent, s_hello);

        IReadOnlyList<CaseResult> results = await PlayAsync(testee, [Ends("1")]);

        results[0].Verdict.Should().Be(Verdict.Ok);
        results[0].Times.Should().Be(2);
    }

    [Fact]
    public async Task What_goes_wrong_three_times_is_wrong()
    {
        await using ScriptedTestee testee = new(ends: true, s_silent, s_silent, s_silent, s_hello);

        IReadOnlyList<CaseResult> results = await PlayAsync(testee, [Ends("1")]);

        results[0].Verdict.Should().Be(Verdict.Failed);
        results[0].Times.Should().Be(3);
    }

    public static TheoryData<string, byte[]> NoMattersOfTime => new()
    {
        { "an end before HELLO", [] },
        { "a goodbye that refuses", [.. s_hello, .. Raw.GoodbyeFrame(4, "")] },
        { "half a HELLO", s_hello[..30] },
    };

    [Theory]
    [MemberData(nameof(NoMattersOfTime))]
    public async Task What_is_no_matter_of_time_is_not_played_again(string what, byte[] bytes)
    {
        await using ScriptedTestee testee = new(ends: true, bytes, s_hello);

        IReadOnlyList<CaseResult> results = await PlayAsync(testee, [Ends("1")]);

        results[0].Verdict.Should().Be(Verdict.Failed, what);
        testee.Opened.Should().Be(1);
    }

    [Fact]
    public void Every_report_says_how_often_a_case_was_played()
    {
        CaseResult failed = new(Ends("1"), Verdict.Failed, "late", TimeSpan.Zero, [], IsTimeless: false) { Times = 3 };
        CaseResult good = new(Ends("2"), Verdict.Ok, null, TimeSpan.Zero, [], IsTimeless: true) { Times = 2 };
        ConformanceReport report = new("testee", [failed, good], TimeSpan.Zero);

        foreach (string text in new[] { HtmlForm.Of(report), JUnitForm.Of(report) })
        {
            text.Should().Contain("late (played 3 times)").And.Contain("played 2 times");
        }
    }

    [Theory]
    [InlineData(true, 0, "the testee crashed: exit code 0")]
    [InlineData(true, 1, "the testee crashed: exit code 1")]
    [InlineData(false, 139, "the testee crashed: exit code 139, signal 11")]
    [InlineData(false, 101, "the testee crashed: exit code 101")]
    [InlineData(false, 255, "the testee crashed: exit code 255")]
    [InlineData(false, unchecked((int)0xC0000005), "the testee crashed: exit code 0xC0000005")]
    [InlineData(false, unchecked((int)0xE0434352), "the testee crashed: exit code 0xE0434352")]
    public async Task A_testee_that_dies_in_a_case_has_failed_it(bool isToStay, int code, string told)
    {
        await using ScriptedTestee testee = new(ends: true, s_hello) { Process = new DeadProcess(isToStay, code) };

        IReadOnlyList<CaseResult> results = await PlayAsync(testee, [Ends("1")]);

        results[0].Verdict.Should().Be(Verdict.Failed);
        results[0].Why.Should().StartWith(told);
        testee.Opened.Should().Be(1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_testee_that_connects_may_end_behind_its_connection(int code)
    {
        await using ScriptedTestee testee = new(ends: true, s_hello) { Process = new DeadProcess(IsToStay: false, code) };

        (await PlayAsync(testee, [Ends("1")]))[0].Verdict.Should().Be(Verdict.Ok);
    }

    [Fact]
    public async Task A_testee_that_takes_long_to_die_behind_an_end_without_a_word_has_died_in_that_case()
    {
        await using ScriptedTestee testee = new(ends: true, s_hello) { Process = new DyingProcess() };

        IReadOnlyList<CaseResult> results = await PlayAsync(testee, [new("1", "waits", "5", [new("greeted", []), new("comes", ["BEAT"])])]);

        results[0].Why.Should().StartWith("the testee crashed: exit code 139");
    }

    [Theory]
    [InlineData("ended-within", "200ms")]
    [InlineData("not", "200ms", "AUTH")]
    public async Task A_time_of_the_side_channel_that_ran_out_may_be_the_machine_and_is_played_again(string verb, params string[] words)
    {
        await using ScriptedTestee testee = new(ends: false, s_hello);
        ConformanceCase one = new("1", "waits", "Handshake", [new("open", []), new(verb, words)]);

        IReadOnlyList<CaseResult> results = await PlayAsync(testee, [one], Chapter.SideServer);

        results[0].Times.Should().Be(verb == "not" ? 1 : 3, results[0].Why);
    }

    [Fact]
    public void A_run_that_was_broken_off_looks_good_in_no_report()
    {
        ConformanceReport report = ConformanceReport.Unfinished("testee");

        XDocument.Parse(JUnitForm.Of(report)).Root!.Attribute("failures")!.Value.Should().Be("1");
        JsonForm.Of(report).Should().Contain("not finished");
        HtmlForm.Of(report).Should().Contain("not finished").And.Contain("1 failed");
    }

    [Fact]
    public async Task Of_the_cases_that_a_testee_died_under_the_one_that_kills_it_is_named_and_no_other()
    {
        // All of the first round share one process; then each has its own, of which that of the second dies.
        DeadProcess shared = new(IsToStay: true, 139);
        ITesteeProcess?[] processes = [shared, shared, shared, null, new DeadProcess(IsToStay: true, 134), null];
        await using ScriptedTestee testee = new(ends: true, s_hello) { ProcessOf = opened => processes[opened] };

        IReadOnlyList<CaseResult> results = await PlayAsync(testee, [Ends("1"), Ends("2"), Ends("3")]);

        results.Select(result => result.Verdict).Should().Equal(Verdict.Ok, Verdict.Failed, Verdict.Ok);
        results[1].Why.Should().Contain("exit code 134");
        results.Should().OnlyContain(result => result.Times == 2);
    }

    [Fact]
    public async Task A_crash_that_does_not_come_again_fails_all_cases_that_were_under_way()
    {
        DeadProcess shared = new(IsToStay: true, 139);
        await using ScriptedTestee testee = new(ends: true, s_hello) { ProcessOf = opened => opened < 2 ? shared : null };

        IReadOnlyList<CaseResult> results = await PlayAsync(testee, [Ends("1"), Ends("2")]);

        results.Should().OnlyContain(result => result.Verdict == Verdict.Failed && result.Why!.Contains("1 other cases were under way"));
    }

    [Fact]
    public async Task What_is_left_when_a_testee_can_no_longer_be_reached_is_not_played_and_has_not_failed()
    {
        await using ScriptedTestee testee = new(ends: true, s_hello) { MostOpened = 1 };

        IReadOnlyList<CaseResult> results = await PlayAsync(testee, [Ends("1"), Ends("2")]);

        results[0].Verdict.Should().Be(Verdict.Ok);
        results[1].Verdict.Should().Be(Verdict.NotPlayed);
        results[1].Why.Should().Be("nobody listens");
        ConformanceReport report = new("testee", results, TimeSpan.Zero);
        report.Summary.Should().EndWith("0 failed, 0 unsupported, 1 not played");
        XDocument.Parse(JUnitForm.Of(report)).Descendants("error").Should().ContainSingle();
    }

    [Fact]
    public async Task A_testee_that_was_never_there_ends_the_run()
    {
        await using ScriptedTestee testee = new(ends: true, s_hello) { MostOpened = 0 };

        await FluentActions.Invoking(() => PlayAsync(testee, [Ends("1")])).Should().ThrowAsync<Liveness.Tool.ToolException>();
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
        await using ScriptedTestee testee = new(ends: true, s_silent);

        IReadOnlyList<CaseResult> results = await PlayAsync(testee, [.. Enumerable.Range(0, 30).Select(number => Ends($"{number}"))]);

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

    private static ConformanceCase Ends(string id) => new(id, "ends", "9", [new CaseStep("greeted", []), new CaseStep("ends", [])]);

    private static ConformanceCase Greeted(string id) => new(id, "greeted", "3.1", [new CaseStep("greeted", [])]);

    private static Task<IReadOnlyList<CaseResult>> PlayAsync(
        ScriptedTestee testee, IReadOnlyList<ConformanceCase> cases, Chapter chapter = Chapter.Heartbeat) =>
        new ConformanceRun(testee, atOnce: 1, TimeProvider.System, static _ => { }, chapter).PlayAsync(cases, CancellationToken.None);

    private sealed record DeadProcess(bool IsToStay, int Code) : ITesteeProcess
    {
        public TesteeExit? Exit { get; } = new(Code, TimeProvider.System.GetTimestamp(), "");

        public Task ExitAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    /// <summary>Its end is seen late, and only by the one who waits for it.</summary>
    private sealed class DyingProcess : ITesteeProcess
    {
        public bool IsToStay => false;

        public TesteeExit? Exit { get; private set; }

        public Task ExitAsync(CancellationToken cancellationToken)
        {
            long later = TimeProvider.System.GetTimestamp() + (long)(1.5 * TimeProvider.System.TimestampFrequency);
            Exit = new TesteeExit(139, later, "");
            return Task.CompletedTask;
        }
    }
}
