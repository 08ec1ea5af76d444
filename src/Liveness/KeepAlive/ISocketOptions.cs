namespace Liveness.KeepAlive;

/// <summary>The system calls that keepalive is made of: the one edge of this folder, so that every failure can be tried.</summary>
/// <remarks>
/// Failures of the kernel are <see cref="System.Net.Sockets.SocketException"/>, use after disposal <see cref="ObjectDisposedException"/>.
/// </remarks>
internal interface ISocketOptions
{
    /// <summary>Other kinds of socket take SO_KEEPALIVE without a word, and do nothing.</summary>
    bool IsTcp { get; }

    bool IsConnected { get; }

    int Get(KernelOption option);

    void Set(KernelOption option, int value);

    void Control(int code, byte[] input);
}
