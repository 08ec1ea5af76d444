using System.Net.Sockets;

namespace Liveness.KeepAlive;

/// <summary>
/// The table of platforms: which option carries which value, in which unit and range. Numbers from each system's own headers.
/// </summary>
/// <remarks>Run: Linux only. Ranges of Linux measured on 6.18; macOS from xnu (a 32-bit count of milliseconds, and 0 means the default
/// there, so that 1 is the least); Windows documents a limit for the count only, so that its times get the range of its older
/// ioctl.</remarks>
internal static class KeepAlivePlatforms
{
    private const int Tcp = 6;
    private const int LinuxSocketLevel = 1;
    private const int OtherSocketLevel = 0xFFFF;
    private const int LinuxMostSeconds = 32_767;

    /// <summary>2^32 - 1 milliseconds.</summary>
    private const long MostSeconds = 4_294_967;

    public static readonly KeepAlivePlatform Linux = new(
        "Linux", KeepAliveKernel.Linux, new KernelOption(LinuxSocketLevel, 9, SocketOptionName.KeepAlive))
    {
        Idle = new KeepAliveSlot(1, LinuxMostSeconds, new KernelOption(Tcp, 4, SocketOptionName.TcpKeepAliveTime)),
        Interval = new KeepAliveSlot(1, LinuxMostSeconds, new KernelOption(Tcp, 5, SocketOptionName.TcpKeepAliveInterval)),
        ProbeCount = new KeepAliveSlot(1, 127, new KernelOption(Tcp, 6, SocketOptionName.TcpKeepAliveRetryCount)),
        UserTimeout = new KeepAliveSlot(1, int.MaxValue, new KernelOption(Tcp, 18)) { InMilliseconds = true, Off = 0 },
        NumbersOnlyOnceConnected = true,
        DefaultProbeCount = 9,
    };

    public static readonly KeepAlivePlatform Android = Linux with { Name = "Android" };

    /// <summary>
    /// Windows 10 version 1709, Server 2019 and later. TCP_MAXRT is the user timeout; its -1 means for ever, and nothing means "your own
    /// limit again", hence no value for off.
    /// </summary>
    public static readonly KeepAlivePlatform Windows1709 = new("Windows", KeepAliveKernel.Windows, new KernelOption(OtherSocketLevel, 8))
    {
        Idle = new KeepAliveSlot(1, MostSeconds, new KernelOption(Tcp, 3)),
        Interval = new KeepAliveSlot(1, MostSeconds, new KernelOption(Tcp, 17)),
        ProbeCount = new KeepAliveSlot(1, 255, new KernelOption(Tcp, 16)),
        UserTimeout = new KeepAliveSlot(1, int.MaxValue, new KernelOption(Tcp, 5)) { NegativeIsOff = true },
        DefaultInterval = TimeSpan.FromSeconds(1),
        DefaultProbeCount = 10,
    };

    /// <summary>
    /// Windows before version 1709: SIO_KEEPALIVE_VALS sets switch, idle time and interval at once, and none of it can be read back but the
    /// switch.
    /// </summary>
    public static readonly KeepAlivePlatform WindowsOlder = Windows1709 with
    {
        Name = "Windows before version 1709",
        Idle = new KeepAliveSlot(1, MostSeconds),
        Interval = new KeepAliveSlot(1, MostSeconds),
        ProbeCount = null,
        FixedProbeCount = 10,
        KeepAliveIoctl = unchecked((int)0x98000004),
    };

    /// <summary>
    /// The user timeout is two options here: one for data that is not acknowledged (TCP_RXT_CONNDROPTIME), one for a closed window
    /// (PERSIST_TIMEOUT).
    /// </summary>
    public static readonly KeepAlivePlatform MacOS = new(
        "macOS", KeepAliveKernel.MacOS, new KernelOption(OtherSocketLevel, 8, SocketOptionName.KeepAlive))
    {
        Idle = new KeepAliveSlot(1, MostSeconds, new KernelOption(Tcp, 0x10, SocketOptionName.TcpKeepAliveTime)),
        Interval = new KeepAliveSlot(1, MostSeconds, new KernelOption(Tcp, 0x101, SocketOptionName.TcpKeepAliveInterval)),
        ProbeCount = new KeepAliveSlot(1, int.MaxValue, new KernelOption(Tcp, 0x102, SocketOptionName.TcpKeepAliveRetryCount)),
        UserTimeout = new KeepAliveSlot(1, MostSeconds, new KernelOption(Tcp, 0x80), new KernelOption(Tcp, 0x40)) { Off = 0 },
        NumbersOnlyOnceConnected = true,
    };

    /// <summary>TCP_MAXUNACKTIME exists since FreeBSD 14.</summary>
    public static readonly KeepAlivePlatform FreeBsd = new(
        "FreeBSD", KeepAliveKernel.FreeBsd, new KernelOption(OtherSocketLevel, 8, SocketOptionName.KeepAlive))
    {
        Idle = new KeepAliveSlot(1, MostSeconds, new KernelOption(Tcp, 256, SocketOptionName.TcpKeepAliveTime)),
        Interval = new KeepAliveSlot(1, MostSeconds, new KernelOption(Tcp, 512, SocketOptionName.TcpKeepAliveInterval)),
        ProbeCount = new KeepAliveSlot(1, int.MaxValue, new KernelOption(Tcp, 1024, SocketOptionName.TcpKeepAliveRetryCount)),
        UserTimeout = new KeepAliveSlot(1, MostSeconds, new KernelOption(Tcp, 68)) { Off = 0 },
        NumbersOnlyOnceConnected = true,
    };

    /// <summary>A system that is not in the table: the switch, and nothing else.</summary>
    public static readonly KeepAlivePlatform Unknown =
        new(
            "an unknown system",
            KeepAliveKernel.Unknown,
            new KernelOption(KernelOption.NoNumber, KernelOption.NoNumber, SocketOptionName.KeepAlive));

    private static readonly Lazy<KeepAlivePlatform> s_current = new(KeepAlivePlatformProbe.Probe);

    /// <summary>The platform that this process runs on, less what it turned out not to have. Probed once.</summary>
    public static KeepAlivePlatform Current => s_current.Value;
}
