using System.Net;
using System.Net.Sockets;
using Liveness.Tool.Conformance;

namespace Liveness.Tests.Tool.Conformance;

/// <summary>A testee whose connections send what is written here, and then end or fall silent.</summary>
/// <param name="script">For each connection in its turn, the last one for all others; null bytes = nothing.</param>
/// <param name="ends">Closes behind it.</param>
internal sealed class ScriptedTestee(bool ends, params byte[][] script) : ITestee
{
    private readonly List<Socket> _sockets = [];
    private int _opened;

    public int Opened => _opened;

    /// <summary>What sending last failed with.</summary>
    public Exception? Refused { get; private set; }

    public ITesteeProcess? Process { init => ProcessOf = _ => value; }

    /// <summary>For each connection in its turn.</summary>
    public Func<int, ITesteeProcess?> ProcessOf { get; init; } = static _ => null;

    public int MostOpened { get; init; } = int.MaxValue;

    public int MostAtOnce => 1;

    public async Task<TesteeConnection> OpenAsync(CancellationToken cancellationToken)
    {
        if (_opened == MostOpened)
        {
            throw new Liveness.Tool.ToolException("nobody listens", exitCode: 4);
        }

        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Socket near = new(SocketType.Stream, ProtocolType.Tcp);
        await near.ConnectAsync(listener.LocalEndpoint, cancellationToken);
        Socket far = await listener.AcceptSocketAsync(cancellationToken);
        _sockets.Add(far);
        ITesteeProcess? process = ProcessOf(_opened);
        byte[] bytes = script[Math.Min(_opened++, script.Length - 1)];
        _ = Task.Run(() => Play(far, bytes), CancellationToken.None);
        return new TesteeConnection(near, process, onClosed: null);
    }

    public ValueTask DisposeAsync()
    {
        _sockets.ForEach(static socket => socket.Dispose());
        return ValueTask.CompletedTask;
    }

    private void Play(Socket far, byte[] bytes)
    {
        try
        {
            far.Send(bytes);
            if (ends)
            {
                far.Shutdown(SocketShutdown.Send);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The tester has seen enough.
            Refused = exception;
        }
    }
}
