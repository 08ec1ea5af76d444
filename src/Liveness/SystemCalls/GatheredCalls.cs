using System.Diagnostics;
using System.Net.Sockets;

namespace Liveness;

/// <summary>sendmsg and recvmsg on a connected socket, for more parts than .NET hands over without allocating (eight).</summary>
/// <remarks>Linux only: elsewhere the same structures are laid out otherwise. The parts lie in two arrays by turns, so that two are pinned
/// however many parts there are. Never waits, and raises no signal.</remarks>
internal static unsafe class GatheredCalls
{
    public const int MostParts = 64;

    /// <summary>MSG_DONTWAIT and MSG_NOSIGNAL (bits/socket.h).</summary>
    private const int Flags = 0x40 | 0x4000;

    public static bool IsAvailable => OperatingSystem.IsLinux();

    /// <returns>How many bytes were taken, in the order of the parts; 0 where it failed.</returns>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public static int Send(Socket socket, List<ArraySegment<byte>> parts, out SocketError error) =>
        Call(socket, parts, sends: true, out error);

    /// <returns>How many bytes came; 0 = the end, or it failed.</returns>
    /// <inheritdoc cref="Send"/>
    public static int Receive(Socket socket, List<ArraySegment<byte>> parts, out SocketError error) =>
        Call(socket, parts, sends: false, out error);

    private static int Call(Socket socket, List<ArraySegment<byte>> parts, bool sends, out SocketError error)
    {
        IoVector* vectors = stackalloc IoVector[MostParts];
        fixed (byte* even = parts[0].Array, odd = parts[1].Array)
        {
            Message message = new() { Vectors = vectors, Count = Fill(vectors, parts, even, odd) };
            nint count;
            do
            {
                count = sends
                    ? UnixSocketCalls.SendMessage(socket.SafeHandle, &message, Flags)
                    : UnixSocketCalls.ReceiveMessage(socket.SafeHandle, &message, Flags);
                error = UnixSocketCalls.LastErrorUnless(count >= 0);
            }
            while (error == SocketError.Interrupted);
            return (int)Math.Max(count, 0);
        }
    }

    private static nuint Fill(IoVector* vectors, List<ArraySegment<byte>> parts, byte* even, byte* odd)
    {
        Debug.Assert(parts.Count is >= 2 and <= MostParts);
        for (int i = 0; i < parts.Count; i++)
        {
            ArraySegment<byte> part = parts[i];
            Debug.Assert(ReferenceEquals(part.Array, parts[i % 2].Array));
            vectors[i] = new IoVector { Base = ((i % 2) == 0 ? even : odd) + part.Offset, Length = (nuint)part.Count };
        }

        return (nuint)parts.Count;
    }

    /// <summary>struct iovec.</summary>
    internal struct IoVector
    {
        public byte* Base;
        public nuint Length;
    }

    /// <summary>struct msghdr, without an address and without ancillary data. musl counts in 32 bits where glibc and the kernel count in
    /// 64, and leaves the other half as padding: of small counts the bytes are the same on a little-endian machine.</summary>
    internal struct Message
    {
        public void* Name;
        public uint NameLength;
        public IoVector* Vectors;
        public nuint Count;
        public void* Control;
        public nuint ControlLength;
        public int ReturnedFlags;
    }
}
