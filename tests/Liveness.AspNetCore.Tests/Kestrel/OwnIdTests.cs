using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Liveness.AspNetCore.Tests.Kestrel;

/// <summary>A connection of Kestrel's is called what the application calls it.</summary>
public sealed class OwnIdTests
{
    [Fact]
    public async Task The_id_of_a_connection_is_there_before_its_handler_and_the_handler_may_change_it()
    {
        TaskCompletionSource<(string? Before, LivenessConnection Connection)> seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestServer server = await StartAsync(
            context => $"door {context.LocalEndPoint}",
            connection =>
            {
                string? before = connection.OwnId;
                connection.OwnId = "meter 4711";
                seen.SetResult((before, connection));
            });
        await using LivenessConnection client = await server.AttachAsync();

        (string? before, LivenessConnection there) = await seen.Task.WaitAsync(TestServer.Limit);
        before.Should().Be($"door {server.EndPoint}");
        there.OwnId.Should().Be("meter 4711");
        there.Monitor.OwnId.Should().Be("meter 4711");
    }

    [Theory]
    [InlineData("throws")]
    [InlineData("two\nlines")]
    [InlineData("")]
    public async Task An_id_that_is_none_costs_a_warning_and_no_connection(string id)
    {
        TaskCompletionSource<LivenessConnection> seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestServer server = await StartAsync(
            _ => id == "throws" ? throw new InvalidOperationException("no such device") : id, seen.SetResult);
        await using LivenessConnection client = await server.AttachAsync();

        (await seen.Task.WaitAsync(TestServer.Limit)).OwnId.Should().BeNull();
        await server.Logs.FirstAsync("OwnIdRefused").WaitAsync(TestServer.Limit);
        RecordedLogs.Entry warning = server.Logs.Entries.Single(entry => entry.EventName == "OwnIdRefused");
        warning.Level.Should().Be(LogLevel.Warning);
        warning.Text.Should().Contain(id == "throws" ? "no such device" : "1 to 128 characters").And.Contain("127.0.0.1");
    }

    private static Task<TestServer> StartAsync(Func<ConnectionContext, string?> ownId, Action<LivenessConnection> seen) =>
        TestServer.StartAsync(listen =>
        {
            listen.UseLiveness("server", ownId);
            listen.Run(async context =>
            {
                seen(context.Features.Get<ILivenessConnectionFeature>()!.Connection);
                System.IO.Pipelines.ReadResult read = await context.Transport.Input.ReadAsync();
                context.Transport.Input.AdvanceTo(read.Buffer.End);
            });
        });
}
