using System.Globalization;

namespace Liveness.Benchmarks;

/// <summary>The kernel's count of TCP segments sent, of this whole network namespace.</summary>
internal static class TcpSegments
{
    private const string Source = "/proc/net/snmp";

    /// <returns>NaN where the system does not say.</returns>
    public static double Sent()
    {
        string[] lines = File.Exists(Source) ? [.. File.ReadLines(Source).Where(line => line.StartsWith("Tcp:", StringComparison.Ordinal))] : [];
        if (lines is not [string names, string values])
        {
            return double.NaN;
        }

        int column = Array.IndexOf(names.Split(' '), "OutSegs");
        return column < 0 ? double.NaN : double.Parse(values.Split(' ')[column], CultureInfo.InvariantCulture);
    }
}
