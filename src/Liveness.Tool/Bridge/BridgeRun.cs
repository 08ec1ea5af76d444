using System.Net;
using System.Net.Sockets;

namespace Liveness.Tool.Bridge;

/// <summary>One call of <c>liveness bridge</c>: it ends when it is told to.</summary>
internal sealed class BridgeRun(BridgeRequest request, TimeProvider timeProvider, TextWriter output)
{
    /// <param name="stop">Ctrl+C or SIGTERM.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="ToolException">It can't listen there.</exception>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        BridgeReport report = new(timeProvider, output);
        using Socket socket = Listen();
        Side listening = request.Listen with { Port = ((IPEndPoint)socket.LocalEndPoint!).Port };
        report.Write($"listening on {listening}, connecting to {request.Connect}");
        await new BridgeListener(socket, request, timeProvider, report).RunAsync(stop).ConfigureAwait(false);
        report.Write("ended");
        return ExitCodes.Ok;
    }

    private Socket Listen()
    {
        try
        {
            return BridgeSockets.Listen(request.Listen);
        }
        catch (SocketException exception)
        {
            throw new ToolException($"Can't listen on {request.Listen}: {exception.Message}", ExitCodes.NoSuchTarget);
        }
    }
}
