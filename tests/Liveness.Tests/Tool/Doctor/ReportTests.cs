using System.Net;
using System.Net.NetworkInformation;
using System.Text.Json;
using Liveness.Tool;
using Liveness.Tool.Doctor;

namespace Liveness.Tests.Tool.Doctor;

public sealed class ReportTests
{
    private static readonly Finding s_vain = new(FindingKind.RetransmittingInVain, Severity.Problem, "retransmitting in vain for 41 s", TimeSpan.FromSeconds(41));
    private static readonly Finding s_bare = new(FindingKind.NoKeepAlive, Severity.Risk, "no keepalive", TimeSpan.FromSeconds(60));

    [Fact]
    public void People_read_each_problem_and_one_example_of_each_risk()
    {
        TextReport.Write(Survey, all: false).Should().Be("""
            redis-server (4711)
              PROBLEM 192.0.2.1:6379 - 192.0.2.2:50000 ESTABLISHED: retransmitting in vain for 41 s
              risk    192.0.2.1:6379 - 192.0.2.2:50001 ESTABLISHED: no keepalive
                      and 1 more like it (--all lists them)

            3 connections, 1 problem, 2 risks; the look took 12 ms
            not seen: 3 other network namespaces (containers): add --all-namespaces, as root

            """.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void All_risks_are_listed_on_demand()
    {
        TextReport.Write(Survey, all: true).Should().Contain(":50001 ESTABLISHED: no keepalive").And.Contain(":50002 ESTABLISHED: no keepalive");
    }

    [Fact]
    public void A_process_whose_name_is_no_plain_text_does_not_reach_the_terminal()
    {
        SurveyedSocket one = Survey.Connections[0] with { Process = new ProcessName(1, "a\u001b[31mb\nc") };

        TextReport.ProcessOf(one).Should().Be("a?[31mb?c (1)");
    }

    [Fact]
    public void Programs_read_one_line_of_JSON()
    {
        string line = JsonReport.Write(Survey);

        line.Should().NotContain("\n");
        JsonElement document = JsonDocument.Parse(line).RootElement;
        document.GetProperty("version").GetInt32().Should().Be(1);
        document.GetProperty("connections").GetInt32().Should().Be(3);
        document.GetProperty("problems").GetInt32().Should().Be(1);
        document.GetProperty("unseen").GetArrayLength().Should().Be(1);
        document.GetProperty("isPartial").GetBoolean().Should().BeFalse();
        JsonElement socket = document.GetProperty("sockets")[0];
        socket.GetProperty("processId").GetInt32().Should().Be(4711);
        socket.GetProperty("remote").GetString().Should().Be("192.0.2.2:50000");
        JsonElement finding = socket.GetProperty("findings")[0];
        finding.GetProperty("kind").GetString().Should().Be("RetransmittingInVain");
        finding.GetProperty("severity").GetString().Should().Be("Problem");
        finding.GetProperty("seconds").GetDouble().Should().Be(41);
    }

    [Fact]
    public void A_watch_tells_what_comes_and_what_goes_once()
    {
        WatchReport report = new();
        DateTimeOffset noon = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

        report.Write(Survey, noon).Split('\n').Should().HaveCount(5).And.Contain("12:00:00 not seen: 3 other network namespaces (containers): add --all-namespaces, as root");
        report.Write(Survey with { Unseen = ["4 other network namespaces (containers): add --all-namespaces, as root"] }, noon.AddSeconds(1)).Should().BeEmpty();
        report.Write(Survey with { Connections = [.. Survey.Connections.Skip(1)] }, noon.AddSeconds(2))
            .Should().Be("12:00:02 over    redis-server (4711) 192.0.2.1:6379 - 192.0.2.2:50000 ESTABLISHED: RetransmittingInVain\n");
    }

    [Theory]
    [InlineData(0.04, "0.0 s")]
    [InlineData(1.96, "2.0 s")]
    [InlineData(41.9, "41 s")]
    [InlineData(119.9, "119 s")]
    [InlineData(7199, "119 min")]
    [InlineData(10_800, "3 h")]
    [InlineData(172_800, "2 days")]
    public void A_duration_is_told_in_the_largest_unit_of_which_there_are_two(double seconds, string told)
    {
        Words.Duration(TimeSpan.FromSeconds(seconds)).Should().Be(told);
    }

    [Theory]
    [InlineData("socket:[4711]", true, 4711)]
    [InlineData("socket:[4711", false, 0)]
    [InlineData("socket:[47x1]", false, 0)]
    [InlineData("socket:[]", false, 0)]
    [InlineData("/dev/null", false, 0)]
    [InlineData("socket:[99999999999]", false, 0)]
    public void A_link_to_a_socket_has_its_inode(string link, bool isSocket, uint inode)
    {
        SocketLink.TryParse(System.Text.Encoding.UTF8.GetBytes(link), out uint found).Should().Be(isSocket);
        if (isSocket)
        {
            found.Should().Be(inode);
        }
    }

    private static Survey Survey => new([Socket(50_000, s_vain), Socket(50_001, s_bare), Socket(50_002, s_bare)],
        ["3 other network namespaces (containers): add --all-namespaces, as root"], IsPartial: false, TimeSpan.FromMilliseconds(12.4));

    private static SurveyedSocket Socket(int port, Finding finding) => new(
        new SocketRecord { State = TcpState.Established, Local = new IPEndPoint(IPAddress.Parse("192.0.2.1"), 6379), Remote = new IPEndPoint(IPAddress.Parse("192.0.2.2"), port) },
        new ProcessName(4711, "redis-server"),
        Namespace: null,
        [finding]);
}
