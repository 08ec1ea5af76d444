using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Liveness;

/// <summary>The options of a real socket.</summary>
internal sealed class SystemSocketOptions(Socket socket) : ISocketOptions
{
    public bool IsTcp => socket.SocketType == SocketType.Stream && socket.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6;

    public bool IsConnected => socket.Connected;

    /// <summary>By number where there is one: the kernel's own value, never one that .NET remembers. Reading by number has no side effect.</summary>
    public int Get(KernelOption option)
    {
        if (option is { Level: KernelOption.NoNumber, Managed: { } name })
        {
            return (int)socket.GetSocketOption(option.ManagedLevel, name)!;
        }

        Span<byte> value = stackalloc byte[sizeof(int)];
        value.Clear();
        socket.GetRawSocketOption(option.Level, option.Name, value);
        return MemoryMarshal.Read<int>(value);
    }

    public void Set(KernelOption option, int value)
    {
        if (option.Managed is { } name)
        {
            socket.SetSocketOption(option.ManagedLevel, name, value);
            return;
        }

        Span<byte> bytes = stackalloc byte[sizeof(int)];
        MemoryMarshal.Write(bytes, in value);
        socket.SetRawSocketOption(option.Level, option.Name, bytes);
    }

    public void Control(int code, byte[] input) => socket.IOControl(code, input, null);
}
