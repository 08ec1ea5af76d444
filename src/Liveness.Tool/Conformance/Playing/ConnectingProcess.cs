using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Liveness.Tool.Conformance;

/// <summary>A process that connects, and the port of ours that it connects to.</summary>
internal sealed class ConnectingProcess : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TesteeProcess _process;

    /// <exception cref="ToolException">There is no such program, or it can't be run.</exception>
    public ConnectingProcess(IReadOnlyList<string> command)
    {
        _listener.Start();
        string port = ((IPEndPoint)_listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        try
        {
            _process = TesteeProcess.Start([.. command.Select(InPlace)]);
        }
        catch
        {
            _listener.Dispose();
            throw;
        }

        string InPlace(string word) =>
            word.Replace("HOST", "127.0.0.1", StringComparison.Ordinal).Replace("PORT", port, StringComparison.Ordinal);
    }

    /// <summary>The last lines that it printed.</summary>
    public string Said => _process.Said;

    /// <summary>Null = it runs.</summary>
    public int? ExitCode => _process.HasExited ? _process.ExitCode : null;

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
