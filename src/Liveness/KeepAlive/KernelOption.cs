using System.Net.Sockets;

namespace Liveness.KeepAlive;

/// <summary>One socket option as the kernel knows it, and as .NET knows it where it does.</summary>
/// <param name="Level">The kernel's number; <see cref="NoNumber"/> = reached by its .NET name only.</param>
/// <param name="Name">The kernel's number.</param>
/// <param name="Managed">The .NET name that means the same. Setting by it does not keep a Unix socket from trying a second address; setting
/// by number does.</param>
internal readonly record struct KernelOption(int Level, int Name, SocketOptionName? Managed = null)
{
    public const int NoNumber = -1;

    public SocketOptionLevel ManagedLevel => Managed == SocketOptionName.KeepAlive ? SocketOptionLevel.Socket : SocketOptionLevel.Tcp;
}
