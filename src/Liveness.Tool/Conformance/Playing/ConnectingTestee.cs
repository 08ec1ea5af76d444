using System.Collections.Concurrent;

namespace Liveness.Tool.Conformance;

/// <summary>
/// A testee that connects. One that connects again by itself when its connection has ended plays case after case; one that ends then is
/// started anew for each.
/// </summary>
/// <param name="command">With HOST and PORT where they belong.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class ConnectingTestee(IReadOnlyList<string> command, TimeProvider timeProvider) : ITestee
{
    /// <summary>To start, and to connect for the first time.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <summary>To end, or to connect again.</summary>
    private static readonly TimeSpan s_again = TimeSpan.FromSeconds(1);

    private readonly ConcurrentStack<ConnectingProcess> _idle = [];

    /// <summary>A start takes a processor for a while.</summary>
    private readonly SemaphoreSlim _starting = new(Environment.ProcessorCount);

    public int MostAtOnce => 16;

    public async Task<TesteeConnection> OpenAsync(CancellationToken cancellationToken) =>
        await OpenAgainAsync(cancellationToken).ConfigureAwait(false) ?? await OpenNewAsync(cancellationToken).ConfigureAwait(false);

    public async ValueTask DisposeAsync()
    {
        while (_idle.TryPop(out ConnectingProcess? process))
        {
            await process.DisposeAsync().ConfigureAwait(false);
        }

        _starting.Dispose();
    }

    /// <returns>Null where no process is there that connects again.</returns>
    private async Task<TesteeConnection?> OpenAgainAsync(CancellationToken cancellationToken)
    {
        if (!_idle.TryPop(out ConnectingProcess? process))
        {
            return null;
        }

        process.TurnAway();
        TesteeConnection? connection = await OpenAsync(process, s_again, cancellationToken).ConfigureAwait(false);
        if (connection is null)
        {
            await process.DisposeAsync().ConfigureAwait(false);
        }

        return connection;
    }

    private async Task<TesteeConnection> OpenNewAsync(CancellationToken cancellationToken)
    {
        await _starting.WaitAsync(cancellationToken).ConfigureAwait(false);
        ConnectingProcess process;
        try
        {
            process = new ConnectingProcess(command, timeProvider);
            if (await OpenAsync(process, s_patience, cancellationToken).ConfigureAwait(false) is { } connection)
            {
                return connection;
            }
        }
        finally
        {
            _starting.Release();
        }

        string said = process.Said;
        int? code = process.Process.Exit?.Code;
        await process.DisposeAsync().ConfigureAwait(false);
        throw code switch
        {
            TesteeProcess.Unsupported => new UnsupportedException(),
            { } ended => new ToolException($"The testee ended before it connected, with exit code {ended}: {said}", ExitCodes.NoSuchTarget),
            null => new ToolException(
                $"The testee did not connect within {s_patience.TotalSeconds:0} s: {said}", ExitCodes.NoSuchTarget),
        };
    }

    private async Task<TesteeConnection?> OpenAsync(ConnectingProcess process, TimeSpan patience, CancellationToken cancellationToken)
    {
        using CancellationTokenSource longest = new(patience, timeProvider);
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, longest.Token);
        try
        {
            return await process.AcceptAsync(limit.Token).ConfigureAwait(false) is { } socket
                ? new TesteeConnection(socket, process.Process, () => _idle.Push(process))
                : null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch
        {
            await process.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
