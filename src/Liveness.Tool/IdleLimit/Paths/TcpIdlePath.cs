using System.Net;
using System.Net.Sockets;

namespace Liveness.Tool.IdleLimit;

/// <summary>To one address.</summary>
/// <param name="server">Where the server listens.</param>
/// <param name="message">What is said first and instead of a probe; empty = nothing.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class TcpIdlePath(IPEndPoint server, ReadOnlyMemory<byte> message, TimeProvider timeProvider) : IIdlePath
{
    private static readonly TimeSpan s_patienceWithConnecting = TimeSpan.FromSeconds(10);

    /// <summary>Between the probe and its repetitions. A slow path takes longer.</summary>
    public TimeSpan Pause { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long an answer may take.</summary>
    public TimeSpan Patience => Pause * IdleConnection.Probes;

    public async Task<Trial> TryAsync(TimeSpan idle, CancellationToken cancellationToken)
    {
        using Socket socket = new(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (await ConnectAsync(socket, cancellationToken).ConfigureAwait(false) is { } failure)
        {
            return new Trial(TimeSpan.Zero, TrialOutcome.NotConnected) { Why = failure };
        }

        IdleConnection connection = new(socket, message, Pause, timeProvider);
        bool isAlive = false;
        try
        {
            Trial trial = await connection.TryAsync(idle, cancellationToken).ConfigureAwait(false);
            isAlive = !trial.IsForgotten;
            return trial;
        }
        finally
        {
            // Nobody acknowledges the close of a forgotten connection: the kernel would repeat it for minutes. A reset is sent once.
            if (!isAlive)
            {
                socket.LingerState = new LingerOption(enable: true, seconds: 0);
            }

            socket.Dispose();
            await connection.EndAsync().ConfigureAwait(false);
        }
    }

    /// <returns>Why not; null = it is connected.</returns>
    private async Task<string?> ConnectAsync(Socket socket, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = new(s_patienceWithConnecting, timeProvider);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await socket.ConnectAsync(server, either.Token).ConfigureAwait(false);
            return null;
        }
        catch (SocketException exception)
        {
            return exception.Message;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"no answer within {Words.Number((long)s_patienceWithConnecting.TotalSeconds)} s";
        }
    }
}
