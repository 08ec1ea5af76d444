using System.Net.Sockets;
using Liveness.KeepAlive;

namespace Liveness;

/// <summary>Attaches one connection by the settings of its name: finds out which kind of peer it has where that is open, applies keepalive,
/// and begins to watch.</summary>
internal static class Attaching
{
    /// <param name="target">Whoever calls closes it, where this throws.</param>
    /// <param name="named">Whose settings.</param>
    /// <param name="settings">That are in force.</param>
    /// <param name="description">Empty = none.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public static async Task<AttachBegun> BeginAsync(
        AttachTarget target, NamedLiveness named, LivenessSettings settings, string description, CancellationToken cancellationToken)
    {
        CheckTarget(target, named.Name, settings);
        if (settings.Plain is not { } plain)
        {
            ApplyKeepAlive(target, named, settings, description);
            AttachedConnection attached = settings.Mode switch
            {
                LivenessMode.InBand =>
                    await InBandAttachment.StartAsync(target, settings, default, cancellationToken).ConfigureAwait(false),
                LivenessMode.KernelOnly => SocketAttachment.ByKernel(target, settings),
                _ => SocketAttachment.Watched(target, settings, () => named.Side.Watch(settings, target)),
            };
            return new AttachBegun(attached, settings, null);
        }

        RecognizedPeer peer = await RecognizeAsync(target, settings, cancellationToken).ConfigureAwait(false);
        if (!peer.IsPlain)
        {
            ApplyKeepAlive(target, named, settings, description);
            return new AttachBegun(
                await InBandAttachment.StartAsync(target, settings, peer.Taken, cancellationToken).ConfigureAwait(false), settings, null);
        }

        ApplyKeepAlive(target, named, plain, description);
        return new AttachBegun(SocketAttachment.Plain(target, plain, peer), plain, peer.Sign);
    }

    private static async Task<RecognizedPeer> RecognizeAsync(
        AttachTarget target, LivenessSettings settings, CancellationToken cancellationToken)
    {
        if (PeerRecognition.ByProtocol(target.Stream, target.NegotiatedProtocol) is { } known)
        {
            return known;
        }

        LivenessScheduler scheduler = LivenessScheduler.For(settings.Heartbeat.TimeProvider);
        FirstBytesSource source = FirstBytesSource.Of(target.Stream, target.Socket, scheduler);
        TransportClaims.Take(source.Claimed, source);
        try
        {
            HeartbeatPlan plan = HeartbeatPlan.Create(settings.Heartbeat);
            return await PeerRecognition.ByBytesAsync(source, plan, scheduler.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch when (target.LeaveOpen)
        {
            // Its owner may read it now.
            await source.LeaveAsync(scheduler.TimeProvider).ConfigureAwait(false);
            throw;
        }
        finally
        {
            TransportClaims.Release(source.Claimed, source);
        }
    }

    private static void ApplyKeepAlive(AttachTarget target, NamedLiveness named, LivenessSettings settings, string description)
    {
        if (settings.KeepAlive is { } keepAlive && target.Socket is { ProtocolType: ProtocolType.Tcp } tcp)
        {
            ConnectionLabel label = new(description, null, named.Name.Length == 0 ? null : named.Name, target.OwnId);
            named.NoteKeepAlive(tcp.ApplyTcpKeepAlive(keepAlive), label);
        }
    }

    private static void CheckTarget(AttachTarget target, string name, LivenessSettings settings)
    {
        LivenessMode mode = settings.Mode;
        if (target.Socket is null && mode != LivenessMode.InBand)
        {
            throw new ArgumentException(
                $"Mode {mode} of \"{name}\" needs the socket, and none can be found beneath a {target.Stream!.GetType().Name}. "
                + "Attach the Socket or the TcpClient, or new AttachTarget(stream, socket), or use Mode InBand.",
                nameof(target));
        }

        if ((mode != LivenessMode.InBand || settings.Plain is not null) && target is { Stream: null, Socket.Blocking: false })
        {
            string what = mode == LivenessMode.InBand ? "PlainPeers Serve" : $"Mode {mode}";
            throw new ArgumentException(
                $"{what} of \"{name}\" reads and writes a socket by a NetworkStream, which needs it to be blocking. "
                + "Set Socket.Blocking, which leaves asynchronous operations as they are.",
                nameof(target));
        }
    }
}
