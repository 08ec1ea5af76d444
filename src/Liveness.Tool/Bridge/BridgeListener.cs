using System.Net.Sockets;

namespace Liveness.Tool.Bridge;

/// <summary>Accepts connections until it is told to end, and then waits for the last of them.</summary>
internal sealed class BridgeListener(Socket socket, BridgeRequest request, TimeProvider timeProvider, BridgeReport report)
{
    private static readonly TimeSpan s_pauseAfterFailure = TimeSpan.FromMilliseconds(100);

    private readonly TaskCompletionSource _everythingEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The connections, and one for the listener itself.</summary>
    private int _open = 1;

    public async Task RunAsync(CancellationToken stop)
    {
        for (int number = 1; await AcceptAsync(stop).ConfigureAwait(false) is { } accepted; number++)
        {
            Interlocked.Increment(ref _open);
            _ = ServeAsync(accepted, number, stop);
        }

        socket.Dispose();
        LeaveOne();
        await _everythingEnded.Task.ConfigureAwait(false);
    }

    /// <returns>Null = told to end.</returns>
    private async Task<Socket?> AcceptAsync(CancellationToken stop)
    {
        while (true)
        {
            try
            {
                try
                {
                    return await socket.AcceptAsync(stop).ConfigureAwait(false);
                }
                catch (SocketException exception)
                {
                    // Out of file handles, say: what is open goes on.
                    report.Write($"can't accept: {exception.Message}");
                    await Task.Delay(s_pauseAfterFailure, timeProvider, stop).ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException)
            {
                return null;
            }
        }
    }

    private async Task ServeAsync(Socket accepted, int number, CancellationToken stop)
    {
        try
        {
            BridgedConnection connection = new(accepted, number, request, timeProvider, report);
            await using (connection.ConfigureAwait(false))
            {
                await connection.RunAsync(stop).ConfigureAwait(false);
            }
        }
        finally
        {
            LeaveOne();
        }
    }

    private void LeaveOne()
    {
        if (Interlocked.Decrement(ref _open) == 0)
        {
            _everythingEnded.SetResult();
        }
    }
}
