using Liveness.Tool;

namespace Liveness.Tests.Tool;

public sealed class ToolCommandsTests
{
    [Theory]
    [InlineData("--help")]
    [InlineData("doctor --help")]
    [InlineData("idle-limit --help")]
    [InlineData("bridge --help")]
    [InlineData("conformance --help")]
    [InlineData("echo --help")]
    [InlineData("advise --help")]
    public async Task Help_is_no_mistake(string line)
    {
        (int code, string output, string errors) = await RunAsync(line);

        code.Should().Be(ExitCodes.Ok);
        output.Should().Contain("Usage:");
        errors.Should().BeEmpty();
    }

    [Theory]
    [InlineData("", "Required command")]
    [InlineData("docter", "docter")]
    [InlineData("doctor --watch 5", "\"5\" is no duration: use 100ms to 30d, such as 500ms, 5s, 10min or 2h.")]
    [InlineData("doctor --watch 1ms", "\"1ms\" is no duration")]
    [InlineData("doctor --idle-limit soon", "\"soon\" is no duration")]
    [InlineData("doctor redis nginx", "nginx")]
    [InlineData("idle-limit", "Required argument 'host:port' missing")]
    [InlineData("idle-limit localhost", "\"localhost\" is no host:port, such as 127.0.0.1:7000 or [::1]:7000.")]
    [InlineData("idle-limit ::1:7000", "\"::1:7000\" is no host:port")]
    [InlineData("idle-limit localhost:7000 --max-idle 1s", "--max-idle is \"1s\"; allowed are 2s to 24h, such as 90s, 15min or 2h.")]
    [InlineData("idle-limit localhost:7000 --max-idle 25h", "--max-idle is \"25h\"; allowed are")]
    [InlineData("idle-limit localhost:7000 --max-idle 60", "--max-idle is \"60\"; allowed are")]
    [InlineData("idle-limit localhost:7000 --connections 1", "--connections is 1; allowed are 2 to 64.")]
    [InlineData("idle-limit localhost:7000 --connections 65", "--connections is 65; allowed are 2 to 64.")]
    [InlineData("idle-limit localhost:7000 --send \\q", "--send is \"\\q\"; allowed are 1 to 1000 bytes of text")]
    [InlineData("conformance --peer localhost", "\"localhost\" is no host:port, such as 127.0.0.1:7000 or [::1]:7000.")]
    public async Task A_mistake_is_told_on_the_error_stream_with_exit_code_2(string line, string told)
    {
        (int code, string output, string errors) = await RunAsync(line);

        code.Should().Be(ExitCodes.BadArguments);
        output.Should().BeEmpty();
        errors.Should().Contain(told);
    }

    [Fact]
    public async Task The_help_of_each_command_names_its_exit_codes()
    {
        foreach (string name in ToolCommands.Create().Subcommands.Select(command => command.Name))
        {
            (_, string output, _) = await RunAsync($"{name} --help");
            output.Should().Contain("exit code", $"of {name}");
        }
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(string line)
    {
        using StringWriter output = new();
        using StringWriter errors = new();
        int code = await ToolCommands.RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), output, errors);
        return (code, output.ToString(), errors.ToString());
    }
}
