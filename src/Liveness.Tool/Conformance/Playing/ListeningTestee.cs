using System.Net;
using System.Net.Sockets;

namespace Liveness.Tool.Conformance;

/// <summary>A testee that listens: a process that we start, or one that runs already.</summary>
internal sealed class ListeningTestee : ITestee
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_again = TimeSpan.FromMilliseconds(50);

    private readonly DnsEndPoint _address;
    private readonly TesteeProcess? _process;
    private readonly TimeProvider _timeProvider;

    private ListeningTestee(DnsEndPoint address, TesteeProcess? process, TimeProvider timeProvider) =>
        (_address, _process, _timeProvider) = (address, process, timeProvider);

    public int MostAtOnce => 32;

    public static ListeningTestee At(DnsEndPoint address, TimeProvider timeProvider) => new(address, null, timeProvider);

    /// <param name="command">With PORT where the port belongs.</param>
    /// <param name="timeProvider">The clock.</param>
    public static ListeningTestee Start(IReadOnlyList<string> command, TimeProvider timeProvider)
    {
        int port = FreePort();
        string text = port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        TesteeProcess process = TesteeProcess.Start([.. command.Select(word => word.Replace("PORT", text, StringComparison.Ordinal))]);
        return new ListeningTestee(new DnsEndPoint("127.0.0.1", port), process, timeProvider);
    }

    public async Task<TesteeConnection> OpenAsync(CancellationToken cancellationToken)
    {
        long begun = _timeProvider.GetTimestamp();
        while (true)
        {
            Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(_address, cancellationToken).ConfigureAwait(false);
                return new TesteeConnection(socket, onClosed: null);
            }
            catch (SocketException exception)
            {
                socket.Dispose();
                if (_process is { HasExited: true })
                {
                    throw _process.ExitCode == TesteeProcess.Unsupported
                        ? new UnsupportedException()
                        : new ToolException(
                            $"The testee has ended, with exit code {_process.ExitCode}: {_process.Said}", ExitCodes.NoSuchTarget);
                }

                if (_process is null || _timeProvider.GetElapsedTime(begun) > s_patience)
                {
                    throw new ToolException(
                        $"Nobody listens at {_address.Host}:{_address.Port}: {exception.Message}. {_process?.Said}".TrimEnd(),
                        ExitCodes.NoSuchTarget);
                }
            }
            catch
            {
                socket.Dispose();
                throw;
            }

            await Task.Delay(s_again, _timeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    public ValueTask DisposeAsync() => _process?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
