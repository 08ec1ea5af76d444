using System.Globalization;
using System.Runtime.InteropServices;

namespace Liveness.KeepAlive;

/// <summary>Windows' SIO_KEEPALIVE_VALS: switch, idle time and interval, as three 32-bit numbers (struct tcp_keepalive).</summary>
internal readonly record struct KeepAliveIoctl(int Code, uint OnOff, uint IdleMilliseconds, uint IntervalMilliseconds)
{
    public byte[] Bytes()
    {
        uint[] numbers = [OnOff, IdleMilliseconds, IntervalMilliseconds];
        return MemoryMarshal.AsBytes(numbers.AsSpan()).ToArray();
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"WSAIoctl(0x{Code:X8}, {{{OnOff}, {IdleMilliseconds}, {IntervalMilliseconds}}})");
}
