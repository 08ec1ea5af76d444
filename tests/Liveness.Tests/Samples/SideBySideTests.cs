using CableLab;
using SideBySide;

namespace Liveness.Tests.Samples;

/// <summary>The pure part of samples/SideBySide, compiled in: its command line and its judge.</summary>
public sealed class SideBySideTests
{
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(4);

    [Fact]
    public void Without_arguments_the_side_connection_of_five_is_cut()
    {
        Arguments arguments = Parse("");

        (arguments.IsReal, arguments.Ports, arguments.Cable).Should().Be((false, null, null));
        (arguments.Fault.Name, arguments.Connections, arguments.DetectWithin).Should().Be(("side-cut", 5, TimeSpan.FromSeconds(3)));
    }

    [Theory]
    [InlineData("cut", true)]
    [InlineData("data-cut", true)]
    [InlineData("side-cut", false)]
    [InlineData("restart", false)]
    [InlineData("freeze", false)]
    [InlineData("close", false)]
    public void A_path_of_data_can_only_be_cut_where_nobody_acknowledges(string name, bool needsCable)
    {
        Parse($"--fault {name}").Fault.NeedsCable.Should().Be(needsCable);
        Parse($"--fault {name} --real").IsReal.Should().BeTrue();
    }

    [Fact]
    public void On_a_cable_only_the_side_channel_can_tell_of_a_restart()
    {
        Parse("--fault restart").Fault.Types.Should().Equal("ConnectionReset", "PeerDenied");
        foreach (string line in (string[])["--fault restart --real", "--real --fault restart"])
        {
            Parse(line).Fault.Types.Should().Equal("PeerDenied");
            Parse(line).Fault.Diagnoses.Should().Equal(LossDiagnosis.PeerRestarted);
        }
    }

    [Fact]
    public void What_is_started_at_either_end_knows_all_that_this_process_knows()
    {
        const string Line = "--real --fault data-cut --detect-within 2500ms --connections 7";

        Arguments client = Read(Parse(Line).ForClient(new Cable(42)));
        Arguments server = Read(client.ForServer("1,2"));

        client.Should().Be(Parse($"{Line} --on-cable 42") with { });
        (server.Cable, server.Ports, server.Connections, server.DetectWithin, server.Fault.Name).Should().Be(
            (new Cable(42), "1,2", 7, TimeSpan.FromSeconds(2.5), "data-cut"));
    }

    [Theory]
    [InlineData("--connections 0", "\"0\" is no number of connections: use 1 to 1000.")]
    [InlineData("--connections 1001", "\"1001\" is no number of connections: use 1 to 1000.")]
    [InlineData("--connections", "Required argument missing for option: '--connections'.")]
    [InlineData("--fault unplug", "Unknown fault \"unplug\": use one of side-cut, cut, data-cut, restart, freeze, close.")]
    [InlineData("--detect-within 3", "\"3\" is no duration: use 3s, 500ms or 00:00:03.")]
    [InlineData("--seed", "Unrecognized command or argument '--seed'.")]
    public void What_is_wrong_is_named(string line, string problem)
    {
        SampleLine.Problems(CommandLine.Parse(SampleLine.Words(line))).Should().Equal(problem);
    }

    [Theory]
    [InlineData("1ms", "DetectWithin is 00:00:00.0010000, but must be at least 00:00:00.1000000 and less than 1.00:00:00.")]
    [InlineData("700s", "HandshakeTimeout is 00:11:40, but must be between 00:00:00.1000000 and 00:10:00.")]
    public void A_duration_that_the_side_channel_would_refuse_is_refused_before_anything_starts(string duration, string problem)
    {
        SampleLine.Problems(CommandLine.Parse(["--detect-within", duration])).Should().ContainSingle().Which.Should().Contain(problem);
    }

    [Fact]
    public void The_help_tells_of_every_fault_of_the_last_line_and_of_the_exit_codes_and_of_no_hidden_role()
    {
        string help = SampleLine.Help(CommandLine.Parse);

        help.Should().ContainAll(Fault.All.Select(fault => fault.Story));
        help.Should().Contain("RESULT fault=").And.Contain("4 the fault needs --real");
        help.Should().NotContain("--as-server").And.NotContain("--on-cable");
    }

    [Theory]
    [InlineData("close", 0, 2, 0.0, true)]
    [InlineData("close", 1, 1, 1.0, false)]
    [InlineData("side-cut", 0, 1, 0.0, false)]
    [InlineData("cut", 2, 0, 4.0, true)]
    [InlineData("cut", 2, 0, 4.1, false)]
    [InlineData("cut", 1, 1, 1.0, false)]
    public void Every_connection_counts_at_both_ends(string name, int lost, int closed, double seconds, bool isRight)
    {
        EndSums end = Sums(lost, closed, "SideConnectionSilent", LossDiagnosis.PeerHostOrPathDead);
        TimeSpan? detected = lost == 0 ? null : TimeSpan.FromSeconds(seconds);
        Outcome outcome = new(Parse($"--fault {name}").Fault, 2, s_bound, end, detected, end, detected);

        outcome.Complaints().Should().HaveCount(isRight ? 0 : 2);
        outcome.ToString().Should().EndWith($" bound=4.000 lost={lost}");
    }

    [Fact]
    public void The_type_and_the_clients_diagnosis_must_be_right()
    {
        Fault fault = Parse("--fault data-cut").Fault;
        EndSums right = Sums(2, 0, "KeepAliveTimedOut", LossDiagnosis.PathDeadInbound);
        EndSums unsure = Sums(2, 0, "KeepAliveTimedOut", LossDiagnosis.PeerHostOrPathDead);
        EndSums wrong = Sums(2, 0, "SideConnectionSilent", LossDiagnosis.PathDeadInbound);

        Judge(right, unsure).Should().BeEmpty();
        Judge(unsure, right).Should().ContainSingle().Which.Should().Contain("the diagnosis was PeerHostOrPathDead");
        Judge(right, wrong).Should().Equal("the server should have reported KeepAliveTimedOut or PeerDenied, but reported SideConnectionSilent");

        IReadOnlyList<string> Judge(EndSums client, EndSums server) => new Outcome(fault, 2, s_bound, client, s_bound, server, s_bound).Complaints();
    }

    private static EndSums Sums(int lost, int closed, string type, LossDiagnosis diagnosis)
    {
        EndEvent loss = EndEvent.Now(EndEventKind.Lost, "", type) with { Diagnosis = diagnosis };
        IEnumerable<EndEvent> events = [.. Enumerable.Repeat(loss, lost), .. Enumerable.Repeat(EndEvent.Now(EndEventKind.Closed, ""), closed)];
        return events.Aggregate(new EndSums(), (sums, e) => sums.After(e));
    }

    private static Arguments Parse(string line) => Read(SampleLine.Words(line));

    private static Arguments Read(IReadOnlyList<string> words)
    {
        System.CommandLine.ParseResult parsed = CommandLine.Parse(words);
        SampleLine.Problems(parsed).Should().BeEmpty();
        return CommandLine.Read(parsed);
    }
}
