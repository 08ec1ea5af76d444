namespace Liveness.KeepAlive;

/// <summary>
/// A setting could not be put in force under <see cref="TcpKeepAlivePolicy.Require"/>. The socket has the settings that it had before.
/// </summary>
/// <remarks>The inner exception, where there is one, is the kernel's <see cref="System.Net.Sockets.SocketException"/>.</remarks>
public sealed class TcpKeepAliveException : IOException
{
    internal TcpKeepAliveException(string message, TcpKeepAliveResult result, Exception? cause)
        : base(message, cause) => Result = result;

    /// <summary>
    /// What became of every setting, and what is in force now. A setting that could not even be put back is
    /// <see cref="TcpKeepAliveStatus.Failed"/>, and says so.
    /// </summary>
    public TcpKeepAliveResult Result { get; }
}
