using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Liveness.Tool.Doctor;

/// <summary>All TCP sockets of one network namespace, as its kernel tells them.</summary>
internal static class SocketTable
{
    private const int NetworkNamespace = 0x40000000;

    /// <summary>Of the own namespace.</summary>
    public static IReadOnlyList<SocketRecord> Read()
    {
        using NetlinkSocket socket = new();
        IReadOnlyList<SocketRecord> v4 = socket.Dump(AddressFamily.InterNetwork, sequence: 1).Sockets;
        IReadOnlyList<SocketRecord> v6 = socket.Dump(AddressFamily.InterNetworkV6, sequence: 2).Sockets;
        return [.. v4, .. v6];
    }

    /// <summary>Of another namespace: a thread of its own goes there, for a thread of the pool would never come back.</summary>
    /// <param name="path">As /proc/4711/ns/net.</param>
    /// <exception cref="ToolException">It may not be entered, or is gone.</exception>
    public static IReadOnlyList<SocketRecord> Read(string path)
    {
        IReadOnlyList<SocketRecord> found = [];
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
