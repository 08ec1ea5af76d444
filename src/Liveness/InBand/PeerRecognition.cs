using System.Net.Security;
using System.Security.Authentication;

namespace Liveness;

/// <summary>Finds out at an accepting end which kind of peer it has, before a byte is said to it.</summary>
/// <remarks>What is said, and when, decides: <see cref="FirstBytes"/>. This brings the bytes and the time. What the source has taken out by
/// then is in <see cref="FirstBytesSource.Taken"/>, or comes with a read that is still under way.</remarks>
internal static class PeerRecognition
{
    private static readonly TimeSpan s_shortest = TimeSpan.FromMilliseconds(1);

    /// <summary>So late is no timer of a process that runs.</summary>
    private static readonly TimeSpan s_ownPause = TimeSpan.FromMilliseconds(100);

    /// <summary>What TLS says of it before the first byte.</summary>
    /// <param name="stream">Null = there is no TLS.</param>
    /// <param name="negotiated">What the owner of the connection says that TLS has agreed on; null = nothing.</param>
    /// <returns>Null = its bytes decide.</returns>
    public static RecognizedPeer? ByProtocol(Stream? stream, SslApplicationProtocol? negotiated)
    {
        SslStream? tls = stream as SslStream;
        if ((negotiated ?? Negotiated(tls)) == LivenessProtocol.Alpn)
        {
            return RecognizedPeer.OfLiveness;
        }

        // A client speaks first: it can't wait for what the server says.
        return tls is { IsAuthenticated: true, IsServer: false } ? RecognizedPeer.OfPlain(PlainSign.Alpn) : null;
    }

    /// <param name="source">Claimed by the caller until this is over.</param>
    /// <param name="plan">By which the peer is waited for.</param>
    /// <param name="timeProvider">Guarded.</param>
    /// <param name="cancellationToken">Ends the waiting; what has arrived by then still decides.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static async Task<RecognizedPeer> ByBytesAsync(
        FirstBytesSource source, HeartbeatPlan plan, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        FirstBytes bytes = new(Instant.Now(timeProvider), plan.PlainPeerAfter, plan.HandshakeTimeout);
        Memory<byte> buffer = new byte[FirstBytes.Needed];
        int known = 0;
        while (bytes.Kind == PeerKind.Undecided)
        {
            int? count;
            try
            {
                TimeSpan left = bytes.DueAt - Instant.Now(timeProvider);
                count = await ReceiveAsync(source, buffer[known..], left, timeProvider, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                // Whoever goes on with the connection meets the same, and tells it as its end.
                return RecognizedPeer.Failed(source);
            }

            if (count is null)
            {
                // Where nothing shows what has arrived, a timer that comes late says that we were away.
                Instant now = Instant.Now(timeProvider);
                bytes.Tick(now, source.MayHoldMore ?? (now - bytes.DueAt >= s_ownPause));
            }
            else if (count == 0)
            {
                bytes.End();
            }
            else if (bytes.Take(buffer.Span.Slice(known, count.Value)) == PeerKind.Undecided)
            {
                source.Keep(buffer.Span.Slice(known, count.Value));
                known += count.Value;
            }
        }

        return new RecognizedPeer(bytes.Kind, bytes.Sign, source);
    }

    /// <returns>Null = its time is up; 0 = the peer says nothing more.</returns>
    private static async Task<int?> ReceiveAsync(
        FirstBytesSource source, Memory<byte> buffer, TimeSpan left, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        using CancellationTokenSource timeIsUp = new(Durations.Longer(left, s_shortest), timeProvider);
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(timeIsUp.Token, cancellationToken);
        try
        {
            return await source.ReceiveAsync(buffer, over.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // The thread pool may be behind: what the peer said in time is here then, or behind this in the pool's queue.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            int? count = await source.LookAsync(buffer).ConfigureAwait(false);
            if (count is null)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            return count;
        }
    }

    private static SslApplicationProtocol? Negotiated(SslStream? tls)
    {
        try
        {
            return tls is { IsAuthenticated: true } ? tls.NegotiatedApplicationProtocol : null;
        }
        catch (Exception failure) when (failure is InvalidOperationException or AuthenticationException)
        {
            // It has ended meanwhile; whoever reads it is told.
            return null;
        }
    }
}
