using System.Net.Sockets;

namespace Liveness.Testing;

/// <summary>The exceptions of <see cref="NetworkStream"/>: an IOException around the SocketException.</summary>
internal static class LinkErrors
{
    public static IOException Of(SocketError error)
    {
        SocketException inner = new((int)error);
        return new IOException(inner.Message, inner);
    }
}
