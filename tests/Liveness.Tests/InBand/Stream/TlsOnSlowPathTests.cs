namespace Liveness.Tests.InBand;

/// <summary>A long write over TLS on a path of 30 kB/s: nobody may be taken for dead because its beats wait behind data.</summary>
public sealed class TlsOnSlowPathTests
{
    private const int BytesPerSecond = 30_000;
    private const int Window = 4 * 1024 * 1024;

    [Fact]
    public void Beats_come_in_time_behind_a_write_that_takes_a_minute_and_a_half()
    {
        // In the test itself: where xunit has made its context, continuations of SslStream leave this thread.
        using TlsRig rig = new(linkBuffer: 4 * 1024 * 1024);

        // With room for all of it a frame may be long, and one of 64 KiB takes longer than the bound: its records surface one by one.
        (HeartbeatStream client, HeartbeatStream server) = rig.Open(() => new HeartbeatOptions
        {
            DetectWithin = StreamFixture.T,
            ReceiveWindow = Window,
            MaxReceiveWindow = Window,
        });
        rig.Fixture.Link.ToServer.BytesPerSecond = BytesPerSecond;
        rig.Fixture.Link.ToServer.BufferSize = 8 * 1024;
        long received = 0;
        Task writing = client.WriteAsync(new byte[90 * BytesPerSecond]).AsTask();
        _ = ReadAsync();

        for (int second = 0; second < 60; second++)
        {
            rig.Fixture.Advance(TimeSpan.FromSeconds(1));
            client.Monitor.State.Should().Be(LivenessState.Alive, "second {0}", second);
            server.Monitor.State.Should().Be(LivenessState.Alive, "second {0}", second);
        }

        writing.IsCompleted.Should().BeFalse();
        received.Should().BeInRange(55 * BytesPerSecond, 62 * BytesPerSecond, "the path is used as well");

        async Task ReadAsync()
        {
            byte[] buffer = new byte[10_000];
            while (!writing.IsCompleted)
            {
                received += await server.ReadAsync(buffer).ConfigureAwait(false);
            }
        }
    }
}
