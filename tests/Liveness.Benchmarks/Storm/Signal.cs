using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Liveness.Benchmarks;

/// <summary>Stops, continues and kills another process, by the system call: to start a program for it takes time on a busy machine.</summary>
internal static class Signal
{
    public const int Kill = 9;

    /// <summary>Linux', on the processors that .NET runs on.</summary>
    public const int Continue = 18;

    /// <inheritdoc cref="Continue"/>
    public const int Stop = 19;

    /// <exception cref="Win32Exception">It was not sent.</exception>
    public static void Send(int signal, string process)
    {
        if (SendSignal(int.Parse(process, CultureInfo.InvariantCulture), signal) != 0)
        {
            throw new Win32Exception();
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int SendSignal(int process, int signal);
}
