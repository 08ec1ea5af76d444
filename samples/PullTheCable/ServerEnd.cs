using System.Net;
using System.Net.Sockets;
using CableLab;
using Liveness;

namespace PullTheCable;

/// <summary>The child process: accepts one connection, serves it, and tells the parent over stdout what it sees.</summary>
internal static class ServerEnd
{
    public const string ReadCommand = "read";

    private static readonly TaskCompletionSource s_mayRead = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static async Task RunAsync(Arguments arguments)
    {
        new Thread(ObeyParent) { IsBackground = true }.Start();
        await Rehearsal.RunAsync();
        using TcpListener listener = new(arguments.Cable is null ? IPAddress.Loopback : Cable.ServerAddress, 0);
        listener.Start();
        IPEndPoint own = (IPEndPoint)listener.LocalEndpoint;
        Report(EndEvent.Now(
            EndEventKind.Listening,
            FormattableString.Invariant($"process {Environment.ProcessId} listens on {own}"),
            FormattableString.Invariant($"{own.Port}")));

        Socket socket = await listener.AcceptSocketAsync();
        await using (HeartbeatStream stream = new(socket, arguments.ToOptions()))
        {
            EndReporter.Attach(stream, socket, Report);
            try
            {
                // Right after accept: the peer's time for the handshake is running.
                await stream.StartAsync();
                Report(EndEvent.Now(EndEventKind.Note, "accepted, handshake complete"));
                await ServeAsync(stream, arguments.Fault.Kind);
            }
            catch (ConnectionLostException)
            {
                Report(EndEvent.Now(EndEventKind.Note, "the pending read failed with ConnectionLostException: nothing hangs"));
            }
        }

        Report(EndEvent.Now(EndEventKind.Done, ""));
    }

    private static async Task ServeAsync(HeartbeatStream stream, FaultKind fault)
    {
        if (fault != FaultKind.SlowReader)
        {
            await Conversation.AnswerAsync(stream);
            return;
        }

        await s_mayRead.Task;
        Report(EndEvent.Now(EndEventKind.Note, "the application reads on"));
        string received = await Conversation.DrainAsync(stream);
        Report(EndEvent.Now(EndEventKind.Transferred, $"received {received}: nothing is missing", received));
    }

    /// <summary>Whatever becomes of the parent, the end of stdin ends this process: it is never left behind.</summary>
    private static void ObeyParent()
    {
        using StreamReader commands = new(Console.OpenStandardInput());
        while (commands.ReadLine() is { } command)
        {
            if (command == ReadCommand)
            {
                s_mayRead.TrySetResult();
            }
        }

        Environment.Exit(ExitCodes.Right);
    }

    private static void Report(EndEvent e) => Console.WriteLine(e.ToLine());
}
