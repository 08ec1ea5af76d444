using System.Net;
using System.Net.Sockets;

namespace Liveness.Tool.IdleLimit;

/// <summary>One call of <c>liveness idle-limit</c>: reaches the server, searches, reports.</summary>
internal sealed class IdleLimitJob(IdleLimitRequest request, TimeProvider timeProvider, TextWriter output, TextWriter errors)
{
    /// <summary>Of the first connection: a path that does not answer now says nothing later. Keepalive has no shorter time.</summary>
    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(1);

    /// <returns>The exit code.</returns>
    /// <exception cref="ToolException">The server can't be reached, or does not let a connection be idle.</exception>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new ToolException("liveness idle-limit runs on Linux only: it needs the kernel's TCP_INFO.", ExitCodes.NotHere);
        }

        (TcpIdlePath path, IPEndPoint server, Trial first) = await ReachAsync(stop).ConfigureAwait(false);
        path.Pause = ProbePause.For(first.RoundTrip);
        SearchBounds bounds = new(request.MaxIdle, request.Connections, path.Patience);
        SearchProgress progress = new(errors);
        progress.TellPlan(HostAndPort.Of(request.Server), server.Address, bounds, request.Message.Length);
        progress.Tell(first, next: null);
        IdleSearch search = new(bounds, first);
        long begun = timeProvider.GetTimestamp();
        await new SearchRun(search, path, timeProvider, progress).PlayAsync(stop).ConfigureAwait(false);
        IdleLimitReport report = new(request, server, search.Result(), search.Trials, timeProvider.GetElapsedTime(begun));
        await output.WriteAsync(request.Json ? IdleLimitJson.Write(report) + "\n" : IdleLimitText.Write(report)).ConfigureAwait(false);
        return report.Result.ExitCode;
    }

    private async Task<(TcpIdlePath Path, IPEndPoint Server, Trial First)> ReachAsync(CancellationToken stop)
    {
        string? why = null;
        foreach (IPAddress address in await ResolveAsync(stop).ConfigureAwait(false))
        {
            IPEndPoint server = new(address, request.Server.Port);
            TcpIdlePath path = new(server, request.Message, timeProvider);
            Trial first = await path.TryAsync(s_first, stop).ConfigureAwait(false);
            if (first.Outcome == TrialOutcome.Alive)
            {
                return (path, server, first);
            }

            why = FirstTrial.WhyUseless(first, server, !request.Message.IsEmpty);
            if (first.Outcome != TrialOutcome.NotConnected)
            {
                break;
            }
        }

        throw new ToolException(why ?? $"\"{request.Server.Host}\" has no address.", ExitCodes.NoSuchTarget);
    }

    private async Task<IPAddress[]> ResolveAsync(CancellationToken stop)
    {
        try
        {
            return IPAddress.TryParse(request.Server.Host, out IPAddress? literal)
                ? [literal]
                : await Dns.GetHostAddressesAsync(request.Server.Host, stop).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            throw new ToolException($"\"{request.Server.Host}\" can't be resolved: {exception.Message}", ExitCodes.NoSuchTarget);
        }
    }
}
