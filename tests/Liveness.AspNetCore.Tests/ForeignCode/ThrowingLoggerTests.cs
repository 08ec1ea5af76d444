namespace Liveness.AspNetCore.Tests.ForeignCode;

public sealed class ThrowingLoggerTests(ITestOutputHelper output)
{
    /// <summary>In a process of its own: what a logger throws on a thread of the pool, or of the library, would end it.</summary>
    [Fact]
    public async Task No_mode_and_no_phase_of_its_life_minds_a_logger_that_always_throws()
    {
        (string said, string complained, int exitCode) = await OwnProcess.RunAsync(LivesUnderThrowingLoggers.Command);
        output.WriteLine(said);
        output.WriteLine(complained);

        IEnumerable<string> lives = Enum.GetValues<LoggerFault>()
            .SelectMany(static fault => LivesUnderThrowingLoggers.Lives.Keys.Select(life => LivesUnderThrowingLoggers.Line(life, fault)));
        string[] expected = [.. lives, LivesUnderThrowingLoggers.AllIsWell];
        said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().BeEquivalentTo(expected);
        exitCode.Should().Be(0);
    }
}
