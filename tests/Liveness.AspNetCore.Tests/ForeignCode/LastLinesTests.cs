namespace Liveness.AspNetCore.Tests.ForeignCode;

public sealed class LastLinesTests
{
    [Theory]
    [InlineData(LastAct.Returns)]
    [InlineData(LastAct.Exits)]
    [InlineData(LastAct.Disposes)]
    public async Task A_program_that_ends_right_after_a_loss_has_its_line_written(LastAct act)
    {
        (string said, string complained, int exitCode) = await OwnProcess.RunAsync(EndAfterALoss.Command, act.ToString());

        (exitCode, complained).Should().Be((0, ""));
        said.Should().StartWith("ConnectionLost: Connection lost: ");
    }

    [Fact]
    public async Task A_program_that_ends_in_a_storm_has_its_summary_written()
    {
        (string said, string complained, int exitCode) = await OwnProcess.RunAsync(EndAfterALoss.Command, nameof(LastAct.ReturnsInAStorm));

        (exitCode, complained).Should().Be((0, ""));
        said.Should().Contain("ConnectionsLost: 12 connections lost within ");
    }
}
