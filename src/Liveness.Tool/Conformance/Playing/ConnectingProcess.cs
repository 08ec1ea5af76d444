using System.Net;
using System.Net.Sockets;

namespace Liveness.Tool.Conformance;

/// <summary>A process that connects, and the port of ours that it connects to.</summary>
internal sealed class ConnectingProcess : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TesteeProcess _process;

    /// <exception cref="ToolException">There is no such program, or it can't be run.</exception>
    public ConnectingProcess(IReadOnlyList<string> command, TimeProvider timeProvider)
    {
        _listener.Start();
        int port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        try
        {
            _process = TesteeProcess.Start(Placeholders.Fill(command, "127.0.0.1", port), isToStay: false, timeProvider);
        }
        catch
        {
            _listener.Dispose();
            throw;
        }
    }

    public ITesteeProcess Process => _process;

    /// <summary>The last lines that it printed.</summary>
    public string Said => _process.Said;

    /// <returns>Null where it has ended without.</returns>
    public async Task<Socket?> AcceptAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<Socket> accepting = _listener.AcceptSocketAsync(over.Token).AsTask();
        await Task.WhenAny(accepting, _process.ExitAsync(over.Token)).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        try
        {
            return await accepting.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Turns away whoever has connected already: on such a connection time has passed that no case knows of.</summary>
    public void TurnAway()
    {
        while (_listener.Pending())
        {
            _listener.AcceptSocket().Close(timeout: 0);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _process.DisposeAsync().ConfigureAwait(false);
    }
}
