using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Liveness.Tool.Doctor;

/// <summary>All TCP sockets of one network namespace, as its kernel tells them.</summary>
/// <param name="WasMalformed">Something did not have the form that it must have: sockets are missing.</param>
/// <param name="WasInterrupted">Sockets came and went, each time that they were asked for: one may be missing, or be there twice.</param>
internal sealed record SocketTable(IReadOnlyList<SocketRecord> Sockets, bool WasMalformed, bool WasInterrupted)
{
    /// <summary>A list that changed while it was read is asked for again.</summary>
    public const int Tries = 3;

    private const int NetworkNamespace = 0x40000000;

    private static readonly SocketTable s_empty = new([], WasMalformed: false, WasInterrupted: false);

    /// <summary>
    /// Connections that can't be judged. Of a listener and of what the kernel ends by itself (FIN-WAIT-2) there are none on any kernel.
    /// </summary>
    public int WithoutNumbers => Sockets.Count(one => one.Info is null && one.State is TcpState.Established or TcpState.CloseWait);

    /// <summary>Of the own namespace.</summary>
    public static SocketTable Read()
    {
        using NetlinkSocket socket = new();
        uint sequence = 0;
        SocketTable v4 = Of(() => socket.Dump(AddressFamily.InterNetwork, ++sequence));
        SocketTable v6 = Of(() => socket.Dump(AddressFamily.InterNetworkV6, ++sequence));
        return new SocketTable(
            [.. v4.Sockets, .. v6.Sockets], v4.WasMalformed || v6.WasMalformed, v4.WasInterrupted || v6.WasInterrupted);
    }

    /// <param name="dump">Asks once.</param>
    internal static SocketTable Of(Func<DiagReader> dump)
    {
        DiagReader reader = dump();
        for (int tries = 1; reader.WasInterrupted && tries < Tries; tries++)
        {
            reader = dump();
        }

        return new SocketTable(reader.Sockets, reader.WasMalformed, reader.WasInterrupted);
    }

    /// <summary>Of another namespace: a thread of its own goes there, for a thread of the pool would never come back.</summary>
    /// <param name="path">As /proc/4711/ns/net.</param>
    /// <exception cref="ToolException">It may not be entered, or is gone.</exception>
    public static SocketTable Read(string path)
    {
        SocketTable found = s_empty;
        ToolException? failure = null;
        Thread visitor = new(Visit) { IsBackground = true, Name = "Liveness namespace" };
        visitor.Start();
        visitor.Join();
        return failure is null ? found : throw failure;

        void Visit()
        {
            try
            {
                using SafeFileHandle there = File.OpenHandle(path);
                found = LinuxCalls.EnterNamespace(there, NetworkNamespace) == 0
                    ? Read()
                    : throw new ToolException($"The network namespace {path} can't be entered: that needs root.", ExitCodes.NoSuchTarget);
            }
            catch (ToolException exception)
            {
                failure = exception;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                failure = new ToolException($"The network namespace {path} can't be entered: {exception.Message}", ExitCodes.NoSuchTarget);
            }
        }
    }
}
