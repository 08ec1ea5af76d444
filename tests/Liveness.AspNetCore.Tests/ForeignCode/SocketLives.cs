using System.Net;
using Liveness.Kernel;
using Liveness.ProtocolPing;
using Liveness.SideChannel;
using Liveness.Testing;
using Microsoft.Extensions.Logging;
using static Liveness.AspNetCore.Tests.ForeignCode.LivesUnderThrowingLoggers;

namespace Liveness.AspNetCore.Tests.ForeignCode;

/// <summary>Connections whose bytes are left alone.</summary>
internal static class SocketLives
{
    private const string Secret = "0123456789abcdef";

    public static async Task KernelOnlyAsync(ThrowingLoggers loggers)
    {
        using TcpPair pair = await TcpPair.ConnectAsync();
        using TcpPair other = await TcpPair.ConnectAsync();
        SocketWatcherOptions options = new() { Logger = loggers.CreateLogger("Liveness") };
        await using SocketWatcher lost = SocketWatcher.Start(pair.Client, options);
        await using SocketWatcher closed = SocketWatcher.Start(other.Client, options);
        loggers.Dispose();
        ConnectionLoss loss = await LossAsync(lost.Monitor, pair.Reset);
        Expect(loss is ConnectionReset, $"it was reset, and not: {loss}");
        other.Server.Dispose();
        other.Client.Dispose();
        Expect(await closed.Monitor.Completion is null, "the other was closed");
    }

    public static async Task SideChannelAsync(ThrowingLoggers loggers)
    {
        ILogger logger = loggers.CreateLogger("Liveness");
        SideChannelListenerOptions atListener = new() { DetectWithin = StreamLives.T, SharedSecret = Secret, Logger = logger };
        await using SideChannelListener listener = SideChannelListener.Start(new IPEndPoint(IPAddress.Loopback, 0), atListener);
        await using LoopbackRelay side = LoopbackRelay.Start(listener.LocalEndPoint);
        SideChannelClientOptions options = new() { DetectWithin = StreamLives.T, SharedSecret = Secret, Logger = logger };
        await RefusedAsync(listener, logger);
        await using SideChannelClient client = await SideChannelClient.ConnectAsync(side.EndPoint, options);
        int batches = 0;
        client.PeerLost += (_, e) => Interlocked.Increment(ref batches);
        client.PeerLost += static (_, _) => throw new InvalidOperationException("a handler throws, too");
        using TcpPair pair = await TcpPair.ConnectAsync();
        await using SideWatch atServer = listener.Watch(pair.Server);
        await using SideWatch atClient = client.Watch(pair.Client);
        await UntilAsync(() => atClient.Monitor.Conditions == ConnectionConditions.None, "both ends vouch for it");
        loggers.Dispose();

        // The side connection falls silent, and is built again; nobody is lost by that.
        side.Cut();
        await UntilAsync(() => !client.IsAlive, "the side connection broke");
        (side.ToServer.IsCut, side.ToClient.IsCut) = (false, false);
        await UntilAsync(() => client.IsAlive && atClient.Monitor.Conditions == ConnectionConditions.None, "it came again");
        ConnectionLoss loss = await LossAsync(atClient.Monitor, pair.Reset);
        Expect(loss is ConnectionReset, $"it was reset, and not: {loss}");
        await UntilAsync(() => batches == 1, "the handler of the batch was called");
    }

    public static async Task ProtocolHeartbeatAsync(ThrowingLoggers loggers)
    {
        using TcpPair pair = await TcpPair.ConnectAsync();
        int pings = 0;
        await using ProtocolHeartbeat heartbeat = ProtocolHeartbeat.Start(
            pair.Client,
            _ => Interlocked.Increment(ref pings) > 1 ? throw new IOException("a ping fails") : ValueTask.CompletedTask,
            new ProtocolHeartbeatOptions { DetectWithin = StreamLives.T, Logger = loggers.CreateLogger("Liveness") });
        loggers.Dispose();
        ConnectionLoss loss = await LossAsync(heartbeat.Monitor, static () => { });
        Expect(loss is TransportFailed or HeartbeatTimedOut, $"the ping failed, and not: {loss}");
    }

    private static async Task RefusedAsync(SideChannelListener listener, ILogger logger)
    {
        try
        {
            SideChannelClientOptions wrong = new() { DetectWithin = StreamLives.T, SharedSecret = "fedcba9876543210", Logger = logger };
            await using SideChannelClient stranger = await SideChannelClient.ConnectAsync(listener.LocalEndPoint, wrong);
        }
        catch (Exception refused) when (refused is System.Security.Authentication.AuthenticationException or ConnectionLostException)
        {
            return;
        }

        throw new InvalidOperationException("A stranger got in.");
    }
}
