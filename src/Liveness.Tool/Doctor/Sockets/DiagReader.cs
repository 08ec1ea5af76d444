using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using Liveness.KeepAlive;

namespace Liveness.Tool.Doctor;

/// <summary>
/// Reads what sock_diag answers: one datagram after the other, each with several messages (linux/netlink.h, linux/inet_diag.h). Pure. A
/// length that does not fit ends the datagram: nothing behind it can be trusted.
/// </summary>
internal sealed class DiagReader
{
    private const int HeaderSize = 16;
    private const int MessageSize = 72;
    private const int AttributeHeaderSize = 4;
    private const ushort Error = 2;
    private const ushort Done = 3;
    private const ushort SockDiagByFamily = 20;
    private const ushort Interrupted = 0x10;
    private const ushort InfoAttribute = 2;
    private const ushort MemoryAttribute = 7;
    private const byte FamilyV4 = 2;
    private const byte FamilyV6 = 10;

    private readonly List<SocketRecord> _sockets = [];

    public IReadOnlyList<SocketRecord> Sockets => _sockets;

    /// <summary>Everything has been told, or an error came.</summary>
    public bool IsDone { get; private set; }

    /// <summary>The kernel's error number (errno); zero = none.</summary>
    public int ErrorNumber { get; private set; }

    /// <summary>Sockets came and went meanwhile: one may be missing, or be there twice.</summary>
    public bool WasInterrupted { get; private set; }

    /// <summary>Something did not have the form that it must have.</summary>
    public bool WasMalformed { get; private set; }

    public void Read(ReadOnlySpan<byte> datagram)
    {
        while (!IsDone && datagram.Length > 0)
        {
            if (datagram.Length < HeaderSize || U32(datagram) is var length && (length < HeaderSize || length > datagram.Length))
            {
                WasMalformed = true;
                return;
            }

            ReadMessage(U16(datagram[4..]), U16(datagram[6..]), datagram[HeaderSize..(int)length]);
            datagram = datagram[Math.Min(Aligned((int)length), datagram.Length)..];
        }
    }

    private void ReadMessage(ushort type, ushort flags, ReadOnlySpan<byte> body)
    {
        WasInterrupted |= (flags & Interrupted) != 0;
        if (type is Error or Done)
        {
            IsDone = true;
            ErrorNumber = body.Length >= sizeof(int) ? Math.Abs(MemoryMarshal.Read<int>(body)) : 0;
        }
        else if (type == SockDiagByFamily)
        {
            ReadSocket(body);
        }
    }

    private void ReadSocket(ReadOnlySpan<byte> body)
    {
        if (body.Length < MessageSize || body[0] is not (FamilyV4 or FamilyV6))
        {
            WasMalformed = true;
            return;
        }

        ReadOnlySpan<byte> info = Attribute(body[MessageSize..], InfoAttribute);
        ReadOnlySpan<byte> memory = Attribute(body[MessageSize..], MemoryAttribute);
        int addressSize = body[0] == FamilyV4 ? 4 : 16;
        _sockets.Add(new SocketRecord
        {
            State = LinuxTcpInfo.StateOf(body[1]),
            Timer = (SocketTimer)body[2],
            TimerCount = body[3],
            Local = EndPoint(body[4..], body.Slice(8, addressSize)),
            Remote = EndPoint(body[6..], body.Slice(24, addressSize)),
            TimerDue = TimeSpan.FromMilliseconds(U32(body[52..])),
            ReceiveQueue = U32(body[56..]),
            SendQueue = U32(body[60..]),
            UserId = U32(body[64..]),
            Inode = U32(body[68..]),
            Info = LinuxTcpInfo.TryParse(info, out TcpInfoSnapshot snapshot) ? snapshot : null,
            ReceiveBuffer = memory.Length >= 8 ? U32(memory[4..]) : null,
        });
    }

    /// <returns>Empty where it is not there.</returns>
    private ReadOnlySpan<byte> Attribute(ReadOnlySpan<byte> attributes, ushort wanted)
    {
        while (attributes.Length >= AttributeHeaderSize)
        {
            int length = U16(attributes);
            if (length < AttributeHeaderSize || length > attributes.Length)
            {
                WasMalformed = true;
                break;
            }

            if (U16(attributes[2..]) == wanted)
            {
                return attributes[AttributeHeaderSize..length];
            }

            attributes = attributes[Math.Min(Aligned(length), attributes.Length)..];
        }

        return [];
    }

    /// <summary>IPv4 on an IPv6 socket is shown as IPv4.</summary>
    private static IPEndPoint EndPoint(ReadOnlySpan<byte> port, ReadOnlySpan<byte> address)
    {
        IPAddress ip = new(address);
        return new IPEndPoint(ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip, BinaryPrimitives.ReadUInt16BigEndian(port));
    }

    private static int Aligned(int length) => (length + 3) & ~3;

    private static ushort U16(ReadOnlySpan<byte> at) => MemoryMarshal.Read<ushort>(at);

    private static uint U32(ReadOnlySpan<byte> at) => MemoryMarshal.Read<uint>(at);
}
