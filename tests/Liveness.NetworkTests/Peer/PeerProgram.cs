namespace Liveness.NetworkTests.Peer;

/// <summary>One end: carries out the commands that come on standard input, a line each, and reports events on standard output.</summary>
internal static class PeerProgram
{
    public static async Task RunAsync(PeerOptions options)
    {
        Reporter reporter = new();
        PeerConnections connections = new(options, reporter);
        TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        if (options.Mode == PeerMode.Heartbeat)
        {
            await Rehearsal.RunAsync();
        }

        connections.Start();
        new Thread(() => Obey(connections.Obey, reporter, ended)) { IsBackground = true, Name = "commands" }.Start();
        reporter.Report(new PeerEvent(PeerEventKind.Ready));
        await ended.Task;
        reporter.Complete();

        // Whatever the connections still do, nobody looks at them any more.
        Environment.Exit(0);
    }

    /// <summary>Whatever becomes of the test, the end of standard input ends this process: it is never left behind.</summary>
    public static void Obey(Action<string[]> obey, Reporter reporter, TaskCompletionSource ended)
    {
        using StreamReader input = new(Console.OpenStandardInput());
        while (input.ReadLine() is { } line && line != "exit")
        {
            obey(line.Split(' '));
            reporter.Report(new PeerEvent(PeerEventKind.Done) { Text = line });
        }

        ended.TrySetResult();
    }
}
