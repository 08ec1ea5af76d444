using CableLab;
using PullTheCable;

namespace Liveness.Tests.Samples;

/// <summary>The pure part of samples/PullTheCable, compiled in: its command line.</summary>
public sealed class PullTheCableArgumentsTests
{
    public static TheoryData<string> FaultNames => [.. Fault.All.Select(fault => fault.Name)];

    [Fact]
    public void Without_arguments_a_relay_is_cut_both_ways()
    {
        Arguments arguments = Parse("");

        arguments.IsReal.Should().BeFalse();
        arguments.Cable.Should().BeNull();
        arguments.Fault.Should().BeSameAs(Fault.All[0]);
        arguments.Fault.Name.Should().Be("cut");
        arguments.DetectWithin.Should().Be(TimeSpan.FromSeconds(3));
        arguments.Seed.Should().Be(1);
    }

    [Theory]
    [MemberData(nameof(FaultNames))]
    public void A_real_cable_takes_every_fault_in_either_order(string name)
    {
        foreach (string line in (string[])[$"--real --fault {name}", $"--fault {name} --real"])
        {
            Arguments arguments = Parse(line);

            arguments.IsReal.Should().BeTrue();
            arguments.Cable.Should().BeNull("it is not laid yet");
            arguments.Fault.Should().BeSameAs(Fault.AllReal.Single(fault => fault.Name == name));
        }

        Parse($"--fault {name}").Fault.Should().BeSameAs(Fault.All.Single(fault => fault.Name == name));
    }

    [Fact]
    public void On_a_real_cable_the_diagnosis_is_checked_too()
    {
        Fault.All.Should().OnlyContain(fault => fault.Client.Diagnosis == null && fault.Server.Diagnosis == null);
        Real("cut").Should().Be((LossDiagnosis.PeerHostOrPathDead, LossDiagnosis.PeerHostOrPathDead));
        Real("cut-out").Should().Be((LossDiagnosis.PathDeadOutbound, LossDiagnosis.PeerHostOrPathDead));
        Real("cut-in").Should().Be((LossDiagnosis.PeerHostOrPathDead, LossDiagnosis.PathDeadOutbound));
        Real("freeze").Should().Be((LossDiagnosis.PeerUnresponsive, LossDiagnosis.WePaused));
    }

    [Fact]
    public void What_is_started_at_either_end_of_the_cable_knows_all_that_this_process_knows()
    {
        const string Line = "--real --fault cut-in --detect-within 2500ms --seed -7";

        Arguments client = Read(Parse(Line).ForClient(new Cable(42)));
        Arguments server = Read(client.ForServer());

        client.Cable.Should().Be(new Cable(42));
        client.Should().Be(Parse($"{Line} --on-cable 42"));
        server.Should().Be(Parse($"{Line} --on-cable 42 --as-server"));
    }

    [Fact]
    public void The_server_behind_a_relay_is_told_of_no_cable()
    {
        const string Line = "--fault freeze --detect-within 00:00:02 --seed 5";

        Read(Parse(Line).ForServer()).Should().Be(Parse($"{Line} --as-server"));
    }

    [Theory]
    [InlineData("--unplug", "Unrecognized command or argument '--unplug'.")]
    [InlineData("--real --fault", "Required argument missing for option: '--fault'.")]
    [InlineData("--seed 1 --seed 2", "Option '--seed' expects a single argument but 2 were provided.")]
    [InlineData("--real --fault unplug", "Unknown fault \"unplug\": use one of cut, cut-out, cut-in, reset, close, freeze, slow-reader.")]
    [InlineData("--real --detect-within 3", "\"3\" is no duration: use 3s, 500ms or 00:00:03.")]
    [InlineData("--detect-within -1s", "\"-1s\" is no duration: use 3s, 500ms or 00:00:03.")]
    [InlineData("--seed x", "\"x\" is no seed: use a whole number.")]
    public void What_is_wrong_is_named(string line, string problem)
    {
        SampleLine.Problems(CommandLine.Parse(SampleLine.Words(line))).Should().Equal(problem);
    }

    [Theory]
    [InlineData("1ms", "DetectWithin is 00:00:00.0010000, but must be at least 00:00:00.1000000 and less than 1.00:00:00.")]
    [InlineData("2.00:00:00", "DetectWithin is 2.00:00:00, but must be at least 00:00:00.1000000 and less than 1.00:00:00.")]
    public void A_duration_that_the_library_would_refuse_is_refused_in_its_words(string duration, string problem)
    {
        SampleLine.Problems(CommandLine.Parse(["--detect-within", duration])).Should().ContainSingle().Which.Should().StartWith(problem);
    }

    [Fact]
    public void The_help_tells_of_every_fault_of_the_last_line_and_of_the_exit_codes_and_of_no_hidden_role()
    {
        string help = SampleLine.Help(CommandLine.Parse);

        help.Should().ContainAll(Fault.All.Select(fault => fault.Story));
        help.Should().Contain("RESULT fault=").And.Contain("exit code: 0 the right outcome, 1 a wrong one, 2 bad arguments");
        help.Should().NotContain("--as-server").And.NotContain("--on-cable");
    }

    private static Arguments Parse(string line) => Read(SampleLine.Words(line));

    private static Arguments Read(IReadOnlyList<string> words)
    {
        System.CommandLine.ParseResult parsed = CommandLine.Parse(words);
        SampleLine.Problems(parsed).Should().BeEmpty();
        return CommandLine.Read(parsed);
    }

    private static (LossDiagnosis?, LossDiagnosis?) Real(string name)
    {
        Fault fault = Parse($"--real --fault {name}").Fault;
        return (fault.Client.Diagnosis, fault.Server.Diagnosis);
    }
}
