using System.Net.Sockets;

namespace Liveness.Tool.Conformance;

/// <summary>A connection to the testee.</summary>
/// <param name="socket">Is closed with it.</param>
/// <param name="onClosed">Called behind that; null = nothing.</param>
internal sealed class TesteeConnection(Socket socket, Action? onClosed) : IDisposable
{
    public Socket Socket { get; } = socket;

    public void Dispose()
    {
        Socket.Dispose();
        onClosed?.Invoke();
    }
}
