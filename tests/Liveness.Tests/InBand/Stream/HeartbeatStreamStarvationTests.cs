using System.Net.Sockets;
using Liveness.Testing;

namespace Liveness.Tests.InBand;

/// <summary>The scheduler's thread keeps beating while nothing on the thread pool runs.</summary>
public sealed class HeartbeatStreamStarvationTests
{
    [Fact]
    public async Task Over_a_socket_beats_leave_while_the_pool_runs_nothing()
    {
        ManualWorkQueue pool = new();
        ManualTimeProvider clock = new() { WorkQueue = pool };
        using SocketPair sockets = SocketPair.OverTcp();
        HeartbeatStream stream = new(sockets.Client, new HeartbeatOptions { DetectWithin = TimeSpan.FromSeconds(2), TimeProvider = clock });
        Task opening = stream.StartAsync();
        byte[] hello = new byte[WireLimits.HeaderSize + WireLimits.HelloPayload];
        FrameWriter.WriteHello(hello, new HelloFrame(1, 1, 0, 11, 22, new WireIntervals(500, 20, 20), WireLimits.MaxDataPayload, 65_536));
        await sockets.Server.SendAsync(hello);
        for (int turns = 0; !opening.IsCompleted && turns < 100_000_000; turns++)
        {
            pool.RunAll();
        }

        await opening;
        int before = BeatsArrived(sockets.Server);

        // From here on the pool runs nothing: two seconds hold at least four beats of at most 500 ms.
        for (int i = 0; i < 180; i++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(10));
        }

        BeatsArrived(sockets.Server).Should().BeGreaterThanOrEqualTo(3, "{0} came before", before);
    }

    private static int BeatsArrived(Socket socket)
    {
        int beats = 0;
        byte[] bytes = new byte[64 * 1024];
        socket.Blocking = false;
        int length = socket.Receive(bytes, SocketFlags.None, out SocketError error);
        if (error != SocketError.Success)
        {
            return 0;
        }

        for (int i = 0; i + 1 < length; i++)
        {
            beats += bytes[i] == (byte)FrameType.Beat && bytes[i + 1] == 0 && i + 4 <= length && bytes[i + 3] == WireLimits.BeatPayload ? 1 : 0;
        }

        return beats;
    }
}
