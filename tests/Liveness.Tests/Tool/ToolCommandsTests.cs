using Liveness.Tool;

namespace Liveness.Tests.Tool;

public sealed class ToolCommandsTests
{
    [Theory]
    [InlineData("--help")]
    [InlineData("doctor --help")]
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
