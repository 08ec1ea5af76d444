using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Liveness.Tool.Doctor;

/// <summary>A socket to the kernel's sock_diag. It belongs to the network namespace of the thread that opened it.</summary>
internal sealed unsafe class NetlinkSocket : IDisposable
{
    private const int Netlink = 16;
    private const int RawCloseOnExec = 3 | 0x80000;
    private const int SockDiag = 4;
    private const int SocketLevel = 1;
    private const int ReceiveTimeout = 20;

    /// <summary>The kernel gives 16 KiB a datagram at first, and no more than 32 KiB.</summary>
    private const int BufferSize = 64 * 1024;

    /// <summary>A dump comes at once; a kernel that starts one and does not go on is not to hang us.</summary>
    private const int PatienceSeconds = 5;

    private const int OperationRefused = 1;
    private const int NoSuchEntry = 2;
    private const int TryAgain = 11;
    private const int PermissionDenied = 13;

    private readonly int _descriptor;
    private readonly byte[] _buffer = new byte[BufferSize];

    public NetlinkSocket()
    {
        _descriptor = LinuxCalls.OpenSocket(Netlink, RawCloseOnExec, SockDiag);
        if (_descriptor < 0)
        {
            throw Refused("opening a netlink socket", Marshal.GetLastPInvokeError());
        }

        nint* patience = stackalloc nint[] { PatienceSeconds, 0 };
        _ = LinuxCalls.SetOption(_descriptor, SocketLevel, ReceiveTimeout, (byte*)patience, 2 * sizeof(nint));
    }

    public void Dispose() => _ = LinuxCalls.Close(_descriptor);

    /// <exception cref="ToolException">The kernel refuses.</exception>
    public DiagReader Dump(AddressFamily family, uint sequence)
    {
        byte[] request = DiagRequest.Create(family, sequence);
        fixed (byte* data = request)
        {
            if (LinuxCalls.Send(_descriptor, data, request.Length, 0) != request.Length)
            {
                throw Refused("asking sock_diag", Marshal.GetLastPInvokeError());
            }
        }

        DiagReader reader = new();
        fixed (byte* data = _buffer)
        {
            while (!reader.IsDone)
            {
                nint count = LinuxCalls.Receive(_descriptor, data, _buffer.Length, 0);
                if (count <= 0)
                {
                    throw Refused("reading from sock_diag", Marshal.GetLastPInvokeError());
                }

                reader.Read(_buffer.AsSpan(0, (int)count));
            }
        }

        return reader.ErrorNumber == 0 || IsAbsent(family, reader.ErrorNumber) ? reader : throw Refused("sock_diag", reader.ErrorNumber);
    }

    /// <summary>A kernel without IPv6 has no such sockets, and says that it knows no such family.</summary>
    private static bool IsAbsent(AddressFamily family, int error) => family == AddressFamily.InterNetworkV6 && error == NoSuchEntry;

    private static ToolException Refused(string what, int error)
    {
        string why = error switch
        {
            OperationRefused or PermissionDenied => "it may not be used here, as in some sandboxes and containers",
            NoSuchEntry => "the kernel has no tcp_diag: try modprobe tcp_diag",
            TryAgain => $"no answer within {PatienceSeconds} s",
            _ => Marshal.GetPInvokeErrorMessage(error),
        };
        return new ToolException($"The kernel does not list its TCP sockets: {what} failed: {why} (errno {error}).", ExitCodes.NotHere);
    }
}
