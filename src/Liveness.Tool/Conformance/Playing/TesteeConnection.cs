using System.Net.Sockets;

namespace Liveness.Tool.Conformance;

/// <summary>A connection to the testee.</summary>
/// <param name="socket">Is closed with it.</param>
/// <param name="process">Whose it is; null where it is not ours.</param>
/// <param name="onClosed">Called behind that; null = nothing.</param>
internal sealed class TesteeConnection(Socket socket, ITesteeProcess? process, Action? onClosed) : IDisposable
{
    public Socket Socket { get; } = socket;

    /// <summary>Where it serves plain connections; null = it does not, or nobody said.</summary>
    public int? DataPort { get; init; }

    public ITesteeProcess? Process { get; } = process;

    public void Dispose()
    {
        Socket.Dispose();
        onClosed?.Invoke();
    }
}
