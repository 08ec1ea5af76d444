using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Liveness.KeepAlive;

/// <summary>The options of a real socket.</summary>
/// <remarks>A connected socket is asked by system call, since .NET takes some refusals for the end of the connection. One that is not yet
/// connected is asked by .NET, whose handle may not be exposed then: it could no longer try a second address.</remarks>
internal sealed class SystemSocketOptions(Socket socket) : ISocketOptions
{
    public bool IsTcp =>
        socket.SocketType == SocketType.Stream && socket.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6;

    public bool IsConnected => socket.Connected;

    /// <summary>
    /// By number where there is one: the kernel's own value, never one that .NET remembers. Reading by number has no side effect.
    /// </summary>
    public int Get(KernelOption option)
    {
        if (option is { Level: KernelOption.NoNumber, Managed: { } name })
        {
            return (int)socket.GetSocketOption(option.ManagedLevel, name)!;
        }

        Span<byte> value = stackalloc byte[sizeof(int)];
        value.Clear();
        if (socket.Connected)
        {
            ThrowUnlessSucceeded(SocketCalls.Get(socket, option.Level, option.Name, value, out _));
        }
        else
        {
            socket.GetRawSocketOption(option.Level, option.Name, value);
        }

        return MemoryMarshal.Read<int>(value);
    }

    public void Set(KernelOption option, int value)
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in value));
        if (option.Level != KernelOption.NoNumber && socket.Connected)
        {
            ThrowUnlessSucceeded(SocketCalls.Set(socket, option.Level, option.Name, bytes));
        }
        else if (option.Managed is { } name)
        {
            socket.SetSocketOption(option.ManagedLevel, name, value);
        }
        else
        {
            socket.SetRawSocketOption(option.Level, option.Name, bytes);
        }
    }

    public void Control(int code, byte[] input)
    {
        if (socket.Connected && OperatingSystem.IsWindows())
        {
            ThrowUnlessSucceeded(SocketCalls.Control(socket, code, input, [], out _));
            return;
        }

#pragma warning disable RS0030 // There is no connection yet that a refusal could seem to end, and the handle must not be exposed.
        socket.IOControl(code, input, null);
#pragma warning restore RS0030
    }

    private static void ThrowUnlessSucceeded(SocketError error)
    {
        if (error != SocketError.Success)
        {
            throw new SocketException((int)error);
        }
    }
}
