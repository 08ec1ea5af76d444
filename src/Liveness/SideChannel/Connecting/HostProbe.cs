using System.Net;
using System.Net.Sockets;

namespace Liveness.SideChannel;

/// <summary>Finds out, by connecting, whether a host answers at all.</summary>
/// <param name="endPoint">Of the peer's listener.</param>
/// <param name="options">T bounds an attempt.</param>
/// <param name="set">Told how it came out.</param>
/// <param name="session">Whose host it is.</param>
/// <param name="disposed">Ends the attempts.</param>
internal sealed class HostProbe(
    EndPoint endPoint, SideChannelClientOptions options, WatchSet set, SideSession session, CancellationToken disposed)
{
    /// <summary>Any answer of the host will do, also a refusal: it says that the host lives.</summary>
    /// <param name="example">A connection that it is about. The side port counts, too, where it is at the same address.</param>
    public async Task RunAsync(SideWatch example)
    {
        ConnectionTuple about = example.Entry.Tuple;
        IPEndPoint? dataEndPoint = example.Socket is null ? null : new IPEndPoint(about.RemoteAddress, about.RemotePort);
        bool isElsewhere = set.Read(session, static known => known.Remote) is { } side
            && ConnectionTuple.AddressOf(side.Address) != about.Remote;
        Task<bool>[] probes = dataEndPoint is null ? [AnswersAsync(endPoint)]
            : isElsewhere ? [AnswersAsync(dataEndPoint)]
            : [AnswersAsync(endPoint), AnswersAsync(dataEndPoint)];
        bool answered = false;
        await foreach (Task<bool> probe in Task.WhenEach(probes).ConfigureAwait(false))
        {
            answered |= await probe.ConfigureAwait(false);
            if (answered)
            {
                break;
            }
        }

        set.Change(session, known => known.EndProbe(about.Remote, answered));
    }

    private async Task<bool> AnswersAsync(EndPoint target)
    {
        using TimeLimit tooLate = new(options.EffectiveDetectWithin, set.Scheduling.TimeProvider);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(disposed, tooLate.Token);
        try
        {
            using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(target, either.Token).ConfigureAwait(false);
            return true;
        }
        catch (SocketException failure)
        {
            // Without a handle or a port of our own nothing was asked: that is no evidence against the host.
            return failure.SocketErrorCode is SocketError.ConnectionRefused or SocketError.ConnectionReset
                or SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable or SocketError.AddressAlreadyInUse
                    or SocketError.AddressNotAvailable;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
