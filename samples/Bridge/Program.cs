using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Liveness;

namespace Bridge;

/// <summary>Adds heartbeats to the TCP connections of programs that can't be changed.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        Arguments arguments = Arguments.Parse(args);
        if (arguments.Problem is { } problem)
        {
            return await RefuseAsync(problem);
        }

        if (arguments.Help)
        {
            Console.WriteLine(Arguments.Usage);
            return ExitCodes.Ended;
        }

        try
        {
            HeartbeatPlan.Create(arguments.ToOptions());
        }
        catch (ArgumentOutOfRangeException exception)
        {
            return await RefuseAsync(exception.Message);
        }

        try
        {
            using Socket socket = Sockets.Listen(arguments.Listen!);
            return await ServeAsync(socket, arguments);
        }
        catch (SocketException exception)
        {
            await Console.Error.WriteLineAsync($"Can't listen on {arguments.Listen}: {exception.Message}");
            return ExitCodes.CannotListen;
        }
    }

    private static async Task<int> ServeAsync(Socket socket, Arguments arguments)
    {
        using CancellationTokenSource stop = new();
        using PosixSignalRegistration interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using PosixSignalRegistration terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        Side listening = arguments.Listen! with { Port = ((IPEndPoint)socket.LocalEndPoint!).Port };
        Report.Write($"listening on {listening}, connecting to {arguments.Connect}");
        await new Listener(socket, arguments).RunAsync(stop.Token);
        Report.Write("ended");
        return ExitCodes.Ended;

        // The second signal ends the process, whatever it waits for.
        void End(PosixSignalContext signal)
        {
            signal.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        }
    }

    private static async Task<int> RefuseAsync(string problem)
    {
        await Console.Error.WriteLineAsync($"{problem}\n\n{Arguments.Usage}");
        return ExitCodes.BadArguments;
    }
}
