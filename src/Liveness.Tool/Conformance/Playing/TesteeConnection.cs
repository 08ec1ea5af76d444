using System.Net.Sockets;

namespace Liveness.Tool.Conformance;

/// <summary>A connection to the testee, and the process that made it, where it is one of its own.</summary>
internal sealed class TesteeConnection(Socket socket, TesteeProcess? process) : IAsyncDisposable
{
    public Socket Socket { get; } = socket;

    public async ValueTask DisposeAsync()
    {
        Socket.Dispose();
        if (process is not null)
        {
            await process.DisposeAsync().ConfigureAwait(false);
        }
    }
}
