using System.CommandLine;
using Liveness.Tool;
using Liveness.Tool.Bridge;

namespace Liveness.Tests.Tool.Bridge;

public sealed class BridgeCommandTests
{
    private const string Here = "listen 127.0.0.1:6380 connect hb:far:7000";

    [Theory]
    [InlineData(Here, "127.0.0.1:6380", "hb:far:7000")]
    [InlineData("connect hb:far:7000 listen 127.0.0.1:6380", "127.0.0.1:6380", "hb:far:7000")]
    [InlineData("listen hb:0.0.0.0:7000 connect localhost:6379", "hb:0.0.0.0:7000", "localhost:6379")]
    [InlineData("listen hb:[::]:0 connect [2001:db8::1]:65535", "hb:[::]:0", "[2001:db8::1]:65535")]
    [InlineData("listen 0.0.0.0:1 connect hb:hb:2", "0.0.0.0:1", "hb:hb:2")]
    public void Exactly_one_side_has_heartbeats_and_reads_as_it_is_written(string line, string listen, string connect)
    {
        ParseResult parsed = Parse(line);

        Side here = parsed.GetRequiredValue<Side>("listen");
        Side there = parsed.GetRequiredValue<Side>("connect");
        parsed.Errors.Should().BeEmpty();
        here.ToString().Should().Be(listen);
        there.ToString().Should().Be(connect);
        here.HasHeartbeat.Should().Be(!there.HasHeartbeat);
    }

    [Theory]
    [InlineData("", "Where to listen is missing: add listen <side>.")]
    [InlineData("connect hb:far:7000", "Where to listen is missing: add listen <side>.")]
    [InlineData("listen 127.0.0.1:6380", "Where to connect to is missing: add connect <side>.")]
    [InlineData("listen", "Where to listen is missing: add listen <side>.")]
    [InlineData(Here + " --detect-within", "Required argument missing for option: '--detect-within'.")]
    [InlineData(Here + " listen 127.0.0.1:1", "Option 'listen' expects a single argument but 2 were provided.")]
    [InlineData(Here + " connect far:1", "Option 'connect' expects a single argument but 2 were provided.")]
    [InlineData(Here + " --verbose", "Unrecognized command or argument '--verbose'.")]
    [InlineData("listen 127.0.0.1:6380 connect far:7000", "Neither side has heartbeats: put hb: before the side where the other bridge is.")]
    [InlineData("listen hb:127.0.0.1:6380 connect hb:far:7000", "Both sides have heartbeats: take hb: away from the side where the program is that can't be changed.")]
    [InlineData("listen 127.0.0.1 connect hb:far:7000", "\"127.0.0.1\" has no port: write it behind the host, as in 127.0.0.1:7000.")]
    [InlineData("listen 127.0.0.1:65536 connect hb:far:7000", "\"65536\" in \"127.0.0.1:65536\" is no port: use 0 to 65535.")]
    [InlineData("listen localhost:1 connect hb:far:7000", "\"localhost\" is no address to listen on: use 127.0.0.1 or [::1] for this host alone, 0.0.0.0 or [::] for everybody.")]
    [InlineData("listen 127.0.0.1:1 connect hb:far:0", "Nothing can be connected to port 0: use 1 to 65535 in \"hb:far:0\".")]
    [InlineData("listen 127.0.0.1:1 connect hb:::1:7000", "\"::1\" is no host: put an IPv6 address in brackets, as [::1] in \"hb:::1:7000\".")]
    [InlineData("listen 127.0.0.1:1 connect hb:[::1:7000", "\"[::1\" is no IPv6 address: use one as [::1] in \"hb:[::1:7000\".")]
    [InlineData("listen 127.0.0.1:1 connect hb::7000", "\"\" is no host: use a name, an IPv4 address, or an IPv6 address in brackets in \"hb::7000\".")]
    [InlineData("listen 127.0.0.1:1 connect hb:a/b:7000", "\"a/b\" is no host: use a name, an IPv4 address, or an IPv6 address in brackets in \"hb:a/b:7000\".")]
    [InlineData(Here + " --detect-within 5", "\"5\" is no duration: use 5s or 500ms.")]
    public void What_is_wrong_is_named_with_what_is_allowed(string line, string problem)
    {
        Problems(line).Should().Equal(problem);
    }

    [Fact]
    public void A_duration_that_the_library_would_refuse_is_refused_in_its_words()
    {
        Problems(Here + " --detect-within 1ms").Should().ContainSingle()
            .Which.Should().StartWith("DetectWithin is 00:00:00.0010000, but must be at least 00:00:00.1000000");
    }

    [Theory]
    [InlineData("5s", 5000)]
    [InlineData("500ms", 500)]
    [InlineData("1.5s", 1500)]
    public void A_duration_has_a_unit(string text, int milliseconds)
    {
        Parse($"{Here} --detect-within {text}").GetValue<TimeSpan?>("--detect-within").Should().Be(TimeSpan.FromMilliseconds(milliseconds));
    }

    [Fact]
    public void The_default_is_the_librarys()
    {
        Parse(Here).GetValue<TimeSpan?>("--detect-within").Should().BeNull();
        HeartbeatPlan.Create(BridgeRequest.OptionsFor(BridgeRequest.DefaultDetectWithin)).DetectWithin
            .Should().Be(HeartbeatPlan.Create(new HeartbeatOptions()).DetectWithin);
    }

    [Fact]
    public async Task An_address_that_is_not_of_this_host_is_a_clear_word_and_an_exit_code()
    {
        using StringWriter output = new();
        using StringWriter errors = new();

        int code = await ToolCommands.RunAsync([.. "bridge listen 192.0.2.1:1 connect hb:192.0.2.2:2".Split(' ')], output, errors);

        code.Should().Be(ExitCodes.NoSuchTarget);
        errors.ToString().Should().StartWith("Can't listen on 192.0.2.1:1: ");
    }

    private static IEnumerable<string> Problems(string line) => Parse(line).Errors.Select(static error => error.Message);

    private static ParseResult Parse(string line) =>
        ToolCommands.Create().Parse(["bridge", .. line.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
}
