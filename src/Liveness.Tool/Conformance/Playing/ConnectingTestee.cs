using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Liveness.Tool.Conformance;

/// <summary>A testee that connects: started anew for each case.</summary>
/// <param name="command">With HOST and PORT where they belong.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class ConnectingTestee(IReadOnlyList<string> command, TimeProvider timeProvider) : ITestee
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    public int MostAtOnce => 4;

    public async Task<TesteeConnection> OpenAsync(CancellationToken cancellationToken)
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        string port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        TesteeProcess process = TesteeProcess.Start([.. command.Select(InPlace)]);
        using CancellationTokenSource longest = new(s_patience, timeProvider);
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, longest.Token);
        try
        {
            Task<Socket> accepting = listener.AcceptSocketAsync(limit.Token).AsTask();
            await Task.WhenAny(accepting, process.ExitAsync(limit.Token)).ConfigureAwait(false);
            if (!accepting.IsCompletedSuccessfully && process.HasExited)
            {
                throw process.ExitCode == TesteeProcess.Unsupported
                    ? new UnsupportedException()
                    : new ToolException(
                        $"The testee ended before it connected, with exit code {process.ExitCode}: {process.Said}", ExitCodes.NoSuchTarget);
            }

            return new TesteeConnection(await accepting.ConfigureAwait(false), process);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await process.DisposeAsync().ConfigureAwait(false);
            throw new ToolException(
                $"The testee did not connect within {s_patience.TotalSeconds:0} s: {process.Said}", ExitCodes.NoSuchTarget);
        }
        catch
        {
            await process.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        string InPlace(string word) =>
            word.Replace("HOST", "127.0.0.1", StringComparison.Ordinal).Replace("PORT", port, StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
