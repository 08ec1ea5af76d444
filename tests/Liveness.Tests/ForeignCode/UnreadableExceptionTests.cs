using Liveness.ProtocolPing;
using Liveness.Testing;

namespace Liveness.Tests.ForeignCode;

/// <summary>What a stream, or a ping, of somebody else throws may be of any type.</summary>
public sealed class UnreadableExceptionTests
{
    private static readonly TimeSpan s_safety = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_stream_whose_reads_fail_with_an_exception_that_has_no_text_is_lost_with_it()
    {
        using InMemoryLink link = InMemoryLink.Create(TimeProvider.System);
        TaskCompletionSource failing = new(TaskCreationOptions.RunContinuationsAsynchronously);
        HookedStream inner = new(link.Client) { BeforeRead = failing.Task };
        await using HeartbeatStream client = new(inner, new HeartbeatOptions { DetectWithin = TimeSpan.FromSeconds(10) });
        _ = client.StartAsync();

        failing.SetException(new UnreadableException());

        ConnectionLoss? loss = await client.Monitor.Completion.WaitAsync(s_safety);
        loss.Should().BeOfType<TransportFailed>().Which.ToString().Should().Contain("whose message can't be read");
    }

    [Fact]
    public async Task A_ping_that_fails_with_an_exception_that_has_no_text_is_a_loss_with_it()
    {
        ManualWorkQueue queue = new();
        ManualTimeProvider clock = new() { WorkQueue = queue };
        ProtocolHeartbeat heartbeat = ProtocolHeartbeat.Start(
            static _ => throw new UnreadableException(), new ProtocolHeartbeatOptions { DetectWithin = TimeSpan.FromSeconds(3), TimeProvider = clock });
        for (int step = 0; heartbeat.Monitor.Loss is null && step < 60; step++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(50));
            queue.RunAll();
        }

        Task disposed = heartbeat.DisposeAsync().AsTask();
        queue.RunAll();
        await disposed.WaitAsync(s_safety);
        heartbeat.Monitor.Loss.Should().BeOfType<TransportFailed>().Which.Exception.Should().BeOfType<UnreadableException>();
    }
}
