using System.Net;
using System.Net.Sockets;
using System.Text;
using Liveness.Tool;
using Liveness.Tool.Advise;

namespace Liveness.Tests.Tool.Advise;

/// <summary>What is told, and with which exit code.</summary>
public sealed class AdviseRunTests
{
    private const string Advised = """
        {"version":1,"advice":[{"name":"dev\u001bices","mode":"InBand","boundSeconds":3,"detectWithinSeconds":1.2,"atMostOneInSeconds":865240,
        "leastBoundSeconds":0.9,"watchedSeconds":2592000,"lossesBySilence":2,"shorter":[
        {"detectWithinSeconds":0.96,"falseAlarms":0,"atMostOneInSeconds":865240},{"detectWithinSeconds":0.24,"falseAlarms":43200,"atMostOneInSeconds":59}]}]}
        """;

    [Fact]
    public async Task A_person_gets_a_table_for_each_name_without_anything_that_a_terminal_obeys()
    {
        (int code, string output) = await RunAsync(Advised);

        code.Should().Be(ExitCodes.Ok);
        output.Should().Be("""
            -
              dev ices (InBand), 3 s in force
                in 30 days a bound of 900 ms would have been enough
                DetectWithin  false alarms so far  at most one in (95 %)
                1.2 s         0                    10 days               advised
                960 ms        0                    10 days
                240 ms        43,200 at most       0.9 min
                2 losses by silence are not counted: if one was false, the bound in force is too short


            """.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task A_program_gets_the_same_in_the_names_of_the_status_page()
    {
        (int code, string output) = await RunAsync(Advised, json: true);

        code.Should().Be(ExitCodes.Ok);
        output.Should().StartWith("""{"version":1,"sources":[{"source":"-","advice":[{"name":"dev\u001Bices","mode":"InBand","boundSeconds":3,"detectWithinSeconds":1.2,""");
    }

    [Fact]
    public async Task A_bound_in_force_that_is_shorter_is_an_exit_code_of_its_own()
    {
        (int code, string output) = await RunAsync(Advised.Replace("\"boundSeconds\":3", "\"boundSeconds\":0.8"));

        code.Should().Be(ExitCodes.Found);
        output.Should().Contain("\n    the bound in force is shorter than what was needed\n");
    }

    [Fact]
    public async Task Nothing_to_advise_yet_is_said()
    {
        (int code, string output) = await RunAsync("""{"version":1,"advice":[]}""");

        code.Should().Be(ExitCodes.Partial);
        output.Should().Contain("nothing to advise yet");
    }

    [Fact]
    public async Task A_file_that_is_not_there_and_a_port_that_nobody_listens_on_are_named()
    {
        Func<Task> noFile = () => RunAsync("", source: "/no/such/file");
        Func<Task> nobody = () => RunAsync("", source: "http://127.0.0.1:1/liveness");

        (await noFile.Should().ThrowAsync<ToolException>()).Which.Message.Should().StartWith("/no/such/file can't be read: ");
        (await nobody.Should().ThrowAsync<ToolException>()).Which.Message.Should().StartWith("http://127.0.0.1:1/liveness can't be read: ");
    }

    [Fact]
    public async Task A_page_is_asked_for_in_brief_and_what_is_no_page_is_told_with_its_answer()
    {
        (string asked, int code) = await AskServerAsync("/liveness", "200 OK", Advised);
        asked.Should().StartWith("GET /liveness?format=json&rows=1 ");
        code.Should().Be(ExitCodes.Ok);

        (asked, code) = await AskServerAsync("/metrics?name[]=x", "404 Not Found", "");
        asked.Should().StartWith("GET /metrics?name[]=x ");
        code.Should().Be(ExitCodes.NoSuchTarget);
    }

    private static async Task<(int Code, string Output)> RunAsync(string text, bool json = false, string source = AdviceFetcher.StandardInput)
    {
        using StringReader input = new(text);
        using StringWriter output = new();
        int code = await new AdviseRun([source], json, input, output).RunAsync(CancellationToken.None);
        return (code, output.ToString());
    }

    private static async Task<(string Asked, int Code)> AskServerAsync(string path, string status, string body)
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Task<int> running = CodeOfAsync($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}{path}");
        using TcpClient accepted = await listener.AcceptTcpClientAsync();
        await using NetworkStream stream = accepted.GetStream();
        using StreamReader reader = new(stream, Encoding.ASCII, leaveOpen: true);
        string asked = await reader.ReadLineAsync() ?? "";
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
        return (asked, await running);
    }

    private static async Task<int> CodeOfAsync(string source)
    {
        try
        {
            return (await RunAsync("", source: source)).Code;
        }
        catch (ToolException exception)
        {
            return exception.ExitCode;
        }
    }
}
