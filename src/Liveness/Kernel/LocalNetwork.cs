using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Liveness.Kernel;

/// <summary>
/// Whether the interface that carries a connection's own address is up. Reads the system's list of interfaces: milliseconds, never on the
/// scheduler's thread.
/// </summary>
internal static class LocalNetwork
{
    private const int Attempts = 3;

    private static readonly TimeSpan s_reuse = TimeSpan.FromMilliseconds(250);
    private static readonly KnownAddresses s_known = new();
    private static readonly Lock s_gate = new();
    private static Dictionary<IPAddress, bool> s_isUp = [];
    private static long s_readAt;
    private static bool s_wasRead;

    /// <summary>While a connection is known to work.</summary>
    public static void Remember(Socket socket)
    {
        try
        {
            if (SocketName.Read(socket, ofPeer: false) is { } local)
            {
                Remember(local.ToAddress());
            }
        }
        catch (ObjectDisposedException)
        {
            // Over already: nobody will ask.
            return;
        }
    }

    /// <inheritdoc cref="Remember(Socket)"/>
    public static void Remember(IPAddress local)
    {
        if (!IPAddress.IsLoopback(local))
        {
            _ = WasThere(local);
        }
    }

    /// <returns>True = down or gone, false = up, null = it can't be told.</returns>
    public static bool? IsDown(Socket socket)
    {
        try
        {
            return SocketName.Read(socket, ofPeer: false)?.ToAddress() is { } local && !IPAddress.IsLoopback(local) && WasThere(local)
                ? IsDown(local, ReadShared)
                : null;
        }
        catch (ObjectDisposedException)
        {
            return null;
        }
    }

    private static bool WasThere(IPAddress address) => s_known.WasThere(Plain(address), static own => IsDown(own, ReadShared));

    /// <param name="address">Our own end of a connection.</param>
    /// <param name="read">Asks the system.</param>
    public static bool? IsDown(IPAddress address, Func<IReadOnlyDictionary<IPAddress, bool>> read)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            try
            {
                return IsDown(address, read());
            }
            catch (Exception)
            {
                // Where an interface goes away while it is listed, .NET 10 throws what it does not document (ArgumentException, seen on
                // Linux): just when we ask.
                continue;
            }
        }

        return null;
    }

    /// <param name="address">Our own end of a connection.</param>
    /// <param name="isUp">Every address of every interface, without scope ids.</param>
    public static bool? IsDown(IPAddress address, IReadOnlyDictionary<IPAddress, bool> isUp)
    {
        if (IPAddress.IsLoopback(address) || isUp.Count == 0)
        {
            return null;
        }

        return !(isUp.TryGetValue(Plain(address), out bool up) && up);
    }

    /// <summary>When a host dies, all its connections ask at once: one look serves them.</summary>
    private static Dictionary<IPAddress, bool> ReadShared()
    {
        lock (s_gate)
        {
            if (!s_wasRead || TimeProvider.System.GetElapsedTime(s_readAt) > s_reuse)
            {
                s_isUp = Read();
                s_readAt = TimeProvider.System.GetTimestamp();
                s_wasRead = true;
            }

            return s_isUp;
        }
    }

    private static Dictionary<IPAddress, bool> Read()
    {
        Dictionary<IPAddress, bool> isUp = [];
        foreach (NetworkInterface card in NetworkInterface.GetAllNetworkInterfaces())
        {
            bool up = card.OperationalStatus is not (
                OperationalStatus.Down or OperationalStatus.LowerLayerDown or OperationalStatus.NotPresent);
            foreach (UnicastIPAddressInformation own in card.GetIPProperties().UnicastAddresses)
            {
                IPAddress address = Plain(own.Address);
                isUp[address] = up || (isUp.TryGetValue(address, out bool other) && other);
            }
        }

        return isUp;
    }

    private static IPAddress Plain(IPAddress address) =>
        address is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false }
            ? new IPAddress(address.GetAddressBytes())
            : RemoteName.Unmapped(address);
}
