using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Liveness;

/// <summary>getsockopt, setsockopt and WSAIoctl on a connected socket, with the kernel's own answer.</summary>
/// <remarks>.NET's wrappers take most refusals for the end of the connection: <see cref="Socket.Connected"/> is false from then on, and no
/// NetworkStream can be made.
/// A sandbox that refuses a question has not ended anything. Nothing here throws but <see cref="ObjectDisposedException"/>.
/// The handle counts as exposed afterwards, so that an unconnected socket of several addresses could not try the second: for connected ones
/// only.</remarks>
internal static class SocketCalls
{
    /// <param name="length">Of what was answered; zero where it was refused.</param>
    /// <returns><see cref="SocketError.Success"/>, or why not.</returns>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public static unsafe SocketError Get(Socket socket, int level, int name, Span<byte> value, out int length)
    {
        int size = value.Length;
        SocketError error;
        fixed (byte* bytes = value)
        {
            error = OperatingSystem.IsWindows()
                ? (SocketError)WindowsSocketCalls.LastErrorUnless(
                    WindowsSocketCalls.GetOption(socket.SafeHandle, level, name, bytes, ref size) == 0)
                : UnixSocketCalls.LastErrorUnless(UnixSocketCalls.GetOption(socket.SafeHandle, level, name, bytes, ref size) == 0);
        }

        length = error == SocketError.Success ? Math.Clamp(size, 0, value.Length) : 0;
        return error;
    }

    /// <inheritdoc cref="Get"/>
    public static unsafe SocketError Set(Socket socket, int level, int name, ReadOnlySpan<byte> value)
    {
        fixed (byte* bytes = value)
        {
            return OperatingSystem.IsWindows()
                ? (SocketError)WindowsSocketCalls.LastErrorUnless(
                    WindowsSocketCalls.SetOption(socket.SafeHandle, level, name, bytes, value.Length) == 0)
                : UnixSocketCalls.LastErrorUnless(UnixSocketCalls.SetOption(socket.SafeHandle, level, name, bytes, value.Length) == 0);
        }
    }

    /// <summary>
    /// One of the two addresses of a connection. .NET's properties keep what they have answered for as long as the socket lives: an
    /// endpoint and an address each.
    /// </summary>
    /// <param name="socket">Connected.</param>
    /// <param name="ofPeer">The remote one, else the local one.</param>
    /// <param name="address">A sockaddr (ip(7), ipv6(7)).</param>
    /// <param name="length">Of what was answered; zero where it was refused.</param>
    /// <inheritdoc cref="Get"/>
    public static unsafe SocketError GetAddress(Socket socket, bool ofPeer, Span<byte> address, out int length)
    {
        int size = address.Length;
        bool succeeded;
        SafeHandle handle = socket.SafeHandle;
        fixed (byte* bytes = address)
        {
            succeeded = 0 == (OperatingSystem.IsWindows()
                ? ofPeer ? WindowsSocketCalls.GetPeerName(handle, bytes, ref size) : WindowsSocketCalls.GetName(handle, bytes, ref size)
                : ofPeer ? UnixSocketCalls.GetPeerName(handle, bytes, ref size) : UnixSocketCalls.GetName(handle, bytes, ref size));
        }

        length = succeeded ? Math.Clamp(size, 0, address.Length) : 0;
        return succeeded ? SocketError.Success
            : OperatingSystem.IsWindows() ? (SocketError)WindowsSocketCalls.LastErrorUnless(succeeded)
            : UnixSocketCalls.LastErrorUnless(succeeded);
    }

    /// <summary>Windows only.</summary>
    /// <inheritdoc cref="Get"/>
    public static unsafe SocketError Control(Socket socket, int code, ReadOnlySpan<byte> input, Span<byte> output, out int length)
    {
        int returned = 0;
        SocketError error;
        fixed (byte* given = input)
        fixed (byte* taken = output)
        {
            error = (SocketError)WindowsSocketCalls.LastErrorUnless(
                WindowsSocketCalls.Control(socket.SafeHandle, code, given, input.Length, taken, output.Length, ref returned, 0, 0) == 0);
        }

        length = error == SocketError.Success ? Math.Clamp(returned, 0, output.Length) : 0;
        return error;
    }

    /// <summary>
    /// Windows only: whether a reset has come, or the kernel has given the connection up. It stays so, also when somebody has met the
    /// error. The peer's FIN counts as hung up (POLLHUP) and is no error.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public static bool HasFailed(Socket socket)
    {
        const short normalData = 0x0100;
        const short error = 0x0001;
        SafeHandle handle = socket.SafeHandle;
        bool isHeld = false;
        try
        {
            handle.DangerousAddRef(ref isHeld);
            WindowsSocketCalls.PolledSocket polled = new() { Handle = handle.DangerousGetHandle(), Asked = normalData };
            return WindowsSocketCalls.Poll(ref polled, count: 1, milliseconds: 0) > 0 && (polled.Told & error) != 0;
        }
        finally
        {
            if (isHeld)
            {
                handle.DangerousRelease();
            }
        }
    }

    /// <summary>The descriptor is no longer a socket's: its owner has closed it beneath the object that we hold.</summary>
    public static bool IsGone(SocketError error) => error is SocketError.NotSocket or SocketError.OperationAborted;
}
