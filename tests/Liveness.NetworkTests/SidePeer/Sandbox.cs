using System.Runtime.InteropServices;

namespace Liveness.NetworkTests.SidePeer;

/// <summary>What sandboxes do to a process: seccomp(2) lets the kernel refuse single questions, whoever asks them, and for good.</summary>
internal static partial class Sandbox
{
    private const int NoNewPrivileges = 38;
    private const long SetModeFilter = 1;
    private const ulong OnAllThreads = 1;
    private const ushort LoadWord = 0x20;
    private const ushort JumpIfEqual = 0x15;
    private const ushort Return = 0x06;
    private const uint Allow = 0x7FFF_0000;
    private const uint RefuseAsNotPermitted = 0x0005_0001;

    /// <summary>getsockopt(IPPROTO_TCP, TCP_INFO) fails with EPERM from now on.</summary>
    public static void RefuseTcpInfo()
    {
        (uint getOption, long seccomp) = RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => (55u, 317L),
            Architecture.Arm64 => (209u, 277L),
            Architecture other => throw new PlatformNotSupportedException($"The numbers of system calls on {other} are not known here."),
        };

        // Offsets in struct seccomp_data: the call at 0, its arguments from 16 on, eight bytes each, the low half first.
        Instruction[] program =
        [
            new(LoadWord, 0, 0, 0),
            new(JumpIfEqual, 0, 5, getOption),
            new(LoadWord, 0, 0, 24),
            new(JumpIfEqual, 0, 3, 6),
            new(LoadWord, 0, 0, 32),
            new(JumpIfEqual, 0, 1, 11),
            new(Return, 0, 0, RefuseAsNotPermitted),
            new(Return, 0, 0, Allow),
        ];
        GCHandle pinned = GCHandle.Alloc(program, GCHandleType.Pinned);
        try
        {
            Filter filter = new((ushort)program.Length, pinned.AddrOfPinnedObject());
            Demand(Prctl(NoNewPrivileges, 1, 0, 0, 0));
            Demand((int)SystemCall(seccomp, SetModeFilter, OnAllThreads, in filter));
        }
        finally
        {
            pinned.Free();
        }
    }

    private static void Demand(int result)
    {
        if (result != 0)
        {
            throw new InvalidOperationException($"There is no sandbox to be had here: {Marshal.GetLastPInvokeErrorMessage()}.");
        }
    }

    [DllImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static extern int Prctl(int option, nuint argument2, nuint argument3, nuint argument4, nuint argument5);

    [DllImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static extern long SystemCall(long number, long mode, ulong flags, in Filter filter);

    /// <summary>struct sock_filter.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Instruction(ushort Code, byte IfTrue, byte IfFalse, uint Value);

    /// <summary>struct sock_fprog.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Filter(ushort Length, nint Instructions);
}
