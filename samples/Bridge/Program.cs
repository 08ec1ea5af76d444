using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Bridge;

/// <summary>Adds heartbeats to the TCP connections of programs that can't be changed.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        ParseResult parsed = CommandLine.Parse(args);
        if (parsed.Action is not null)
        {
            // --help; or what is wrong, and the help behind it on stderr, too.
            bool isWrong = parsed.Errors.Count > 0;
            int code = await parsed.InvokeAsync(new InvocationConfiguration { Output = isWrong ? Console.Error : Console.Out });
            return isWrong ? ExitCodes.BadArguments : code;
        }

        Arguments arguments = CommandLine.Read(parsed);
        try
        {
            using Socket socket = Sockets.Listen(arguments.Listen);
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
        Side listening = arguments.Listen with { Port = ((IPEndPoint)socket.LocalEndPoint!).Port };
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
}
