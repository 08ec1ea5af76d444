using System.Net.Sockets;

namespace Liveness.KeepAlive;

/// <summary>
/// Finds out what this system really has by trying it on a socket of its own: versions, containers and compatibility layers all lie.
/// </summary>
internal static class KeepAlivePlatformProbe
{
    public static KeepAlivePlatform Probe()
    {
        KeepAlivePlatform nominal = Nominal();
        using Socket? scratch = Scratch(AddressFamily.InterNetwork) ?? Scratch(AddressFamily.InterNetworkV6);
        return scratch is null ? nominal : Probe(nominal, new SystemSocketOptions(scratch));
    }

    /// <param name="nominal">What a system of this kind should have.</param>
    /// <param name="scratch">A new, unconnected TCP socket.</param>
    public static KeepAlivePlatform Probe(KeepAlivePlatform nominal, ISocketOptions scratch)
    {
        KeepAlivePlatform found = nominal with
        {
            Idle = Existing(nominal.Idle, scratch),
            Interval = Existing(nominal.Interval, scratch),
            ProbeCount = Existing(nominal.ProbeCount, scratch),
            UserTimeout = Existing(nominal.UserTimeout, scratch),
        };
        if (nominal.Kernel != KeepAliveKernel.Windows || (found.Idle is not null && found.Interval is not null))
        {
            return found;
        }

        // Between 1703 and 1709 the count could be set by itself, idle time and interval by the ioctl only.
        return KeepAlivePlatforms.WindowsOlder with
        {
            ProbeCount = found.ProbeCount,
            FixedProbeCount = found.ProbeCount is null ? KeepAlivePlatforms.WindowsOlder.FixedProbeCount : null,
            UserTimeout = found.UserTimeout,
        };
    }

    private static KeepAlivePlatform Nominal()
    {
        return OperatingSystem.IsAndroid() ? KeepAlivePlatforms.Android
            : OperatingSystem.IsLinux() ? KeepAlivePlatforms.Linux
            : OperatingSystem.IsWindows() ? KeepAlivePlatforms.Windows1709
            : OperatingSystem.IsMacOS() || OperatingSystem.IsIOS() || OperatingSystem.IsTvOS() ? KeepAlivePlatforms.MacOS
            : OperatingSystem.IsFreeBSD() ? KeepAlivePlatforms.FreeBsd
            : KeepAlivePlatforms.Unknown;
    }

    private static KeepAliveSlot? Existing(KeepAliveSlot? slot, ISocketOptions scratch)
    {
        if (slot is null || slot.Options.Length == 0)
        {
            return slot;
        }

        KernelOption[] existing = [.. slot.Options.Where(option => Exists(option, slot, scratch))];
        return existing.Length == 0 ? null : slot with { Options = existing };
    }

    /// <summary>Reading alone proves nothing: there was a system that let the count be read, but not set.</summary>
    private static bool Exists(KernelOption option, KeepAliveSlot slot, ISocketOptions scratch)
    {
        try
        {
            int value = scratch.Get(option);
            scratch.Set(option, value >= slot.Least || value == slot.Off ? value : (int)slot.Least);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static Socket? Scratch(AddressFamily family)
    {
        try
        {
            return new Socket(family, SocketType.Stream, ProtocolType.Tcp);
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
