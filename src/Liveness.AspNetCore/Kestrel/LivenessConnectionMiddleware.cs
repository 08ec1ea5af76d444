using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;

namespace Liveness.AspNetCore;

/// <summary>Attaches one connection, lets the application have it, and lets go of it.</summary>
internal sealed class LivenessConnectionMiddleware(
    ConnectionDelegate next, ILivenessFactory factory, string? name, Func<ConnectionContext, string?>? ownId, ILogger logger)
{
    private const string NameTag = "liveness.connection.name";
    private const string LossTag = "liveness.loss";

    /// <summary>
    /// So long Kestrel has for the last bytes of a connection whose application has failed: a client that takes nothing holds it up no
    /// longer.
    /// </summary>
    private static readonly TimeSpan s_lastWord = TimeSpan.FromSeconds(1);

    private static readonly StreamPipeReaderOptions s_readerOptions = new(
        bufferSize: 16 * 1024, minimumReadSize: 4096, leaveOpen: true, useZeroByteReads: true);

    public async Task OnConnectionAsync(ConnectionContext context)
    {
        TransportStream stream = new(context.Transport);
        if (await AttachAsync(context, stream).ConfigureAwait(false) is not { } connection)
        {
            return;
        }

        stream.LocallyAborted = () => _ = AbortAsync(connection);
        context.Features.Set<ILivenessConnectionFeature>(new LivenessConnectionFeature(connection));
        ICollection<KeyValuePair<string, object?>>? tags = context.Features.Get<IConnectionMetricsTagsFeature>()?.Tags;
        tags?.Add(new KeyValuePair<string, object?>(NameTag, connection.Name));
        Exception? met = null;
        try
        {
            await RunAsync(context, stream, connection).ConfigureAwait(false);
        }
        catch (ConnectionLostException lost) when (ReferenceEquals(lost.Loss, connection.Monitor.Loss))
        {
            // The library has logged it; that the application met it is no failure of its own.
            met = lost;
        }
        catch (ConnectionAbortedException aborted) when (stream.WasAborted || IsClosedHere(connection))
        {
            // Whoever ended it here knows: the server that stops, a drain, or the application itself.
            met = aborted;
        }
        catch (Exception) when (connection.Mode == LivenessMode.InBand && !IsClosedHere(connection))
        {
            // Of any type: a dispose would tell the peer that all is well. Where the connection has ended already, that end stays; and
            // where this end closes it, as a drain does, that is what the application has met, and an abort would cut the goodbye short.
            stream.IsEndedByApplication = true;
            await connection.AbortAsync("the application failed").ConfigureAwait(false);
            throw;
        }
        finally
        {
            if (connection.Mode == LivenessMode.InBand)
            {
                await connection.DisposeAsync().ConfigureAwait(false);
            }
            else
            {
                // Kestrel may still send the end of an answer, and closes the socket of a plain peer behind that.
                await connection.DetachAsync().ConfigureAwait(false);
            }

            if (connection.Monitor.Loss is { } loss)
            {
                tags?.Add(new KeyValuePair<string, object?>(LossTag, loss.ErrorType));
            }
        }

        LogMet(context.ConnectionId, connection, met);
    }

    /// <summary>Last: a logger may block.</summary>
    private void LogMet(string kestrelId, LivenessConnection connection, Exception? met)
    {
        if (met is ConnectionLostException lost)
        {
            Log.ApplicationMetLoss(logger, kestrelId, lost.Loss, connection);
        }
        else if (met is not null)
        {
            Log.ApplicationMetAbort(logger, kestrelId, connection);
        }
    }

    /// <summary>Somebody at this end has begun to close it: from then on nothing can be read.</summary>
    private static bool IsClosedHere(LivenessConnection connection) => !connection.Stream.CanRead;

    /// <summary>An end of our own, and no loss: said before the read that meets it fails.</summary>
    private static async Task AbortAsync(LivenessConnection connection)
    {
        if (connection.Mode == LivenessMode.InBand)
        {
            await connection.AbortAsync("the server has aborted the connection").ConfigureAwait(false);
        }

        await connection.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// An abort of Kestrel's overtakes what was written last, and an application that has failed has Kestrel close the connection anyway:
    /// behind the word to the client.
    /// </summary>
    private static void Abort(ConnectionContext context, TransportStream stream)
    {
        if (stream.IsEndedByApplication)
        {
            _ = AbortLaterAsync(context);
        }
        else
        {
            context.Abort();
        }
    }

    private static async Task AbortLaterAsync(ConnectionContext context)
    {
        CancellationToken isClosed = context.ConnectionClosed;
        await Task.Delay(s_lastWord, TimeProvider.System, isClosed).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!isClosed.IsCancellationRequested)
        {
            context.Abort();
        }
    }

    /// <returns>Null = it did not come about, and is to be closed.</returns>
    private async Task<LivenessConnection?> AttachAsync(ConnectionContext context, TransportStream stream)
    {
        string? remote = Plain(context.RemoteEndPoint)?.ToString();
        AttachTarget target = Target(context, stream, remote);
        try
        {
            return await factory.AttachAsync(target, name, context.ConnectionClosed).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
        {
            // Strangers knock on every open port: none of this is an error of ours. A loss is an IOException.
            string reason = failure is ConnectionLostException lost ? lost.Loss.ToString() : ForeignText.Of(failure);
            Log.ConnectionNotAttached(logger, context.ConnectionId, reason, remote, name, target.OwnId);
            return null;
        }
    }

    /// <summary>The id comes from the application, and perhaps from its client: neither costs the connection.</summary>
    private AttachTarget Target(ConnectionContext context, TransportStream stream, string? remote)
    {
        try
        {
            return Target(context, stream, remote, ownId?.Invoke(context));
        }
        catch (Exception failure)
        {
            Log.OwnIdRefused(logger, context.ConnectionId, ForeignText.Of(failure), remote, name);
            return Target(context, stream, remote, id: null);
        }
    }

    private static AttachTarget Target(ConnectionContext context, TransportStream stream, string? remote, string? id) =>
        new(stream, context.Features.Get<IConnectionSocketFeature>()?.Socket)
        {
            AbortTransport = () => Abort(context, stream),
            Description = remote,
            OwnId = id,
            NegotiatedProtocol = context.Features.Get<ITlsApplicationProtocolFeature>() is { ApplicationProtocol.IsEmpty: false } tls
                ? new SslApplicationProtocol(tls.ApplicationProtocol.ToArray())
                : null,
        };

    /// <summary>A socket for both families shows an IPv4 address in the dress of IPv6.</summary>
    private static EndPoint? Plain(EndPoint? remote) =>
        remote is IPEndPoint { Address.IsIPv4MappedToIPv6: true } mapped ? new IPEndPoint(mapped.Address.MapToIPv4(), mapped.Port) : remote;

    private Task RunAsync(ConnectionContext context, TransportStream stream, LivenessConnection connection) =>
        connection.Mode == LivenessMode.InBand ? RunInsideAsync(context, connection)
        : stream.HoldsBytes ? RunBehindPeekAsync(context, connection)
        : next(context);

    /// <summary>A plain peer that began like Liveness: what it has said so far is no longer in the transport.</summary>
    private async Task RunBehindPeekAsync(ConnectionContext context, LivenessConnection connection)
    {
        IDuplexPipe transport = context.Transport;
        PipeReader input = PipeReader.Create(new ApplicationReadStream(connection.Stream), s_readerOptions);
        context.Transport = new ApplicationPipe(input, transport.Output);
        try
        {
            await next(context).ConfigureAwait(false);
        }
        finally
        {
            context.Transport = transport;
            await input.CompleteAsync().ConfigureAwait(false);
        }
    }

    private async Task RunInsideAsync(ConnectionContext context, LivenessConnection connection)
    {
        IDuplexPipe transport = context.Transport;
        PipeReader input = PipeReader.Create(new ApplicationReadStream(connection.Stream), s_readerOptions);
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(
            context.ConnectionClosed, connection.Monitor.EndedToken);
        ApplicationOutput output = new(connection.Stream, over.Token);
        context.Transport = new ApplicationPipe(input, output.Writer);
        try
        {
            await next(context).ConfigureAwait(false);
            await output.FinishAsync().ConfigureAwait(false);
        }
        finally
        {
            context.Transport = transport;
            output.Discard();
            await input.CompleteAsync().ConfigureAwait(false);
        }
    }
}
