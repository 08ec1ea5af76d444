using System.Diagnostics;

namespace Liveness.AspNetCore.Tests.ForeignCode;

public sealed class ThrowingLoggerTests(ITestOutputHelper output)
{
    /// <summary>In a process of its own: what a logger throws on a thread of the pool, or of the library, would end it.</summary>
    [Fact]
    public async Task No_mode_and_no_phase_of_its_life_minds_a_logger_that_always_throws()
    {
        string[] arguments = ["exec", typeof(ThrowingLoggerTests).Assembly.Location, LivesUnderThrowingLoggers.Command];
        ProcessStartInfo start = new(Environment.ProcessPath!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> saying = process.StandardOutput.ReadToEndAsync();
        Task<string> complaining = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TestServer.Limit);
        string said = await saying;
        output.WriteLine(said);
        output.WriteLine(await complaining);

        IEnumerable<string> lives = Enum.GetValues<LoggerFault>()
            .SelectMany(static fault => LivesUnderThrowingLoggers.Lives.Keys.Select(life => LivesUnderThrowingLoggers.Line(life, fault)));
        string[] expected = [.. lives, LivesUnderThrowingLoggers.AllIsWell];
        said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().BeEquivalentTo(expected);
        process.ExitCode.Should().Be(0);
    }
}
