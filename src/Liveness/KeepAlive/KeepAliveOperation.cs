using System.Globalization;
using System.Runtime.InteropServices;

namespace Liveness.KeepAlive;

/// <summary>One system call of a plan: a socket option of four bytes, or the ioctl that sets three things at once.</summary>
/// <param name="Setting">What it sets; the ioctl sets <see cref="TcpKeepAliveSetting.Idle"/> and <see cref="TcpKeepAliveSetting.Interval"/>
/// too.</param>
/// <param name="Option">Which option.</param>
/// <param name="Value">Its value.</param>
/// <param name="Ioctl">Where set, this is the ioctl, and option and value do not apply.</param>
internal readonly record struct KeepAliveOperation(
    TcpKeepAliveSetting Setting, KernelOption Option, int Value, KeepAliveIoctl? Ioctl = null)
{
    public bool Sets(TcpKeepAliveSetting setting)
    {
        return setting == Setting || (Ioctl is not null && setting is TcpKeepAliveSetting.Idle or TcpKeepAliveSetting.Interval);
    }

    /// <summary>What the kernel is given, in this machine's byte order.</summary>
    public byte[] Bytes()
    {
        if (Ioctl is { } ioctl)
        {
            return ioctl.Bytes();
        }

        byte[] bytes = new byte[sizeof(int)];
        int value = Value;
        MemoryMarshal.Write(bytes, in value);
        return bytes;
    }

    public override string ToString() => Ioctl is { } ioctl
        ? ioctl.ToString()
        : Option.Level == KernelOption.NoNumber
            ? string.Create(CultureInfo.InvariantCulture, $"{Option.Managed} = {Value}")
            : string.Create(CultureInfo.InvariantCulture, $"setsockopt({Number(Option.Level)}, {Number(Option.Name)}, {Value})");

    private static string Number(int number) =>
        number < 0x20 ? number.ToString(CultureInfo.InvariantCulture) : "0x" + number.ToString("X", CultureInfo.InvariantCulture);
}
