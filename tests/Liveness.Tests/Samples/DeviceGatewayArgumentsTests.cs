using DeviceGateway;

namespace Liveness.Tests.Samples;

/// <summary>The pure part of samples/DeviceGateway, compiled in: its command line.</summary>
public sealed class DeviceGatewayArgumentsTests
{
    [Theory]
    [InlineData("devices", 5, 0, 3, 15, 5081)]
    [InlineData("devices 8 --cut 2 --after 1 --for 7 --port 6081", 8, 2, 1, 7, 6081)]
    [InlineData("devices --cut 2", 5, 2, 3, 15, 5081)]
    [InlineData("device --port 6081", 0, 0, 0, 0, 6081)]
    public void What_is_not_said_has_its_default(string line, int count, int cut, int after, int end, int port)
    {
        Arguments arguments = Parse(line);

        (arguments.Count, arguments.Cut, arguments.After, arguments.For, arguments.Port).Should().Be((count, cut, after, end, port));
        line.Should().StartWith(arguments.Mode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("--Gateway:HttpPort=5480 --Gateway:DevicePort=5481")]
    [InlineData("--Gateway:HttpPort 5480")]
    [InlineData("--urls=http://localhost:1 --environment Development")]
    public void Without_a_mode_all_words_are_settings_of_the_gateway(string line)
    {
        Parse(line).Mode.Should().NotBe(CommandLine.Devices).And.NotBe(CommandLine.Device);
    }

    [Theory]
    [InlineData("gadgets", "There is no mode gadgets.")]
    [InlineData("devices x", "devices needs a whole number, not 'x'.")]
    [InlineData("devices 4 --cut x", "--cut needs a whole number, not 'x'.")]
    [InlineData("devices 4 --cut -1", "--cut needs a whole number, not '-1'.")]
    [InlineData("devices 4 --cut", "Required argument missing for option: '--cut'.")]
    [InlineData("devices 4 --bend 1", "Unrecognized command or argument '--bend'.", "Unrecognized command or argument '1'.")]
    [InlineData("devices 4 --cut 3 --slow 2", "5 devices are to be damaged or old, but there are only 4.")]
    [InlineData("devices --cut 2147483647 --kill 2147483647", "4294967294 devices are to be damaged or old, but there are only 5.")]
    public void What_is_wrong_is_named(string line, params string[] problems)
    {
        SampleLine.Problems(ParseLine(SampleLine.Words(line))).Should().Equal(problems);
    }

    [Fact]
    public void The_help_shows_the_devices_and_no_hidden_role()
    {
        SampleLine.Help(ParseLine).Should().Contain("devices").And.Contain("--Gateway:DevicePort=6081");
        SampleLine.Help(ParseLine).Should().NotMatchRegex(@"(?m)^\s*device\s");
        SampleLine.Help(ParseLine, CommandLine.Devices).Should().ContainAll("--cut", "--freeze", "--kill", "--slow", "--old", "--after", "--for", "--port");
    }

    [Theory]
    [InlineData("--Gateway:HttpPort=5480")]
    [InlineData("devices 8 --port 6081")]
    [InlineData("device --port 6081")]
    public async Task What_is_asked_for_is_run(string line)
    {
        List<Arguments> run = [];
        System.CommandLine.ParseResult parsed = CommandLine.Parse(SampleLine.Words(line), arguments =>
        {
            run.Add(arguments);
            return Task.CompletedTask;
        });

        (await parsed.InvokeAsync()).Should().Be(0);

        run.Should().Equal(Parse(line));
    }

    private static System.CommandLine.ParseResult ParseLine(IReadOnlyList<string> words) =>
        CommandLine.Parse(words, static _ => Task.CompletedTask);

    private static Arguments Parse(string line)
    {
        System.CommandLine.ParseResult parsed = ParseLine(SampleLine.Words(line));
        SampleLine.Problems(parsed).Should().BeEmpty();
        return CommandLine.Read(parsed);
    }
}
