using System.Globalization;
using Liveness.NetworkTests.Peer;

namespace Liveness.NetworkTests.Lab;

/// <summary>One end of the connections, in a process of its own: this program, started as a peer.</summary>
internal sealed class PeerProcess : LabProcess
{
    private readonly Lock _lock = new();
    private readonly List<PeerEvent> _events = [];
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _hasEnded;

    private PeerProcess(string inNamespace, PeerOptions options)
        : base(inNamespace, Dotnet, typeof(PeerProcess).Assembly.Location, "peer", options.ToArgument())
    {
        Options = options;
        _ = ReadEventsAsync();
    }

    public PeerOptions Options { get; }

    /// <summary>All that it has said so far.</summary>
    public PeerEvent[] Events
    {
        get
        {
            lock (_lock)
            {
                return [.. _events];
            }
        }
    }

    /// <summary>What it has lost, for the message of a test that expects nothing lost.</summary>
    public string LossText => string.Join('\n', Events.Where(happened => happened.Kind == PeerEventKind.Lost).Select(happened => $"{happened.Loss!.Text} [{happened.Loss.Kernel}]"));

    private static string Dotnet => Environment.ProcessPath is { } path && Path.GetFileName(path) == "dotnet" ? path : "dotnet";

    public static async Task<PeerProcess> StartAsync(NetworkLab lab, string inNamespace, PeerOptions options, CancellationToken cancellationToken)
    {
        PeerProcess process = lab.Own(new PeerProcess(inNamespace, options));
        await process.WaitAsync(PeerEventKind.Ready, 1, cancellationToken);
        return process;
    }

    /// <summary>Waits until it has happened that often, and returns those events.</summary>
    /// <exception cref="InvalidOperationException">The process ended first.</exception>
    public Task<PeerEvent[]> WaitAsync(PeerEventKind kind, int count, CancellationToken cancellationToken) =>
        WaitAsync(happened => happened.Kind == kind, count, kind.ToString(), cancellationToken);

    /// <inheritdoc cref="WaitAsync(PeerEventKind, int, CancellationToken)"/>
    public async Task<PeerEvent[]> WaitAsync(Func<PeerEvent, bool> isIt, int count, string what, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task news;
            lock (_lock)
            {
                PeerEvent[] found = [.. _events.Where(isIt)];
                if (found.Length >= count)
                {
                    return found;
                }

                if (_hasEnded)
                {
                    throw new InvalidOperationException($"The {Options.Role} ended before it had said {what} {count} times: {Errors}\n{Transcript}");
                }

                news = _news.Task;
            }

            try
            {
                await news.WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"The {Options.Role} has not said {what} {count} times: {Errors}\n{Transcript}");
            }
        }
    }

    /// <summary>Tells it to do something, and returns when every connection has been told.</summary>
    public async Task TellAsync(string command, CancellationToken cancellationToken)
    {
        bool IsAnswer(PeerEvent happened) => happened.Kind == PeerEventKind.Done && happened.Text == command;
        int before = Events.Count(IsAnswer);
        await SendAsync(command);
        await WaitAsync(IsAnswer, before + 1, $"done \"{command}\"", cancellationToken);
    }

    /// <summary>Writes a command; it need not be able to answer.</summary>
    public async Task SendAsync(string command)
    {
        await Input.WriteLineAsync(command);
        await Input.FlushAsync();
    }

    /// <summary>How its connections fare now, in their order.</summary>
    public async Task<ConnectionStatus[]> StatusAsync(CancellationToken cancellationToken)
    {
        int before = Events.Count(happened => happened.Kind == PeerEventKind.Status);
        await TellAsync("status", cancellationToken);
        return [.. Events.Where(happened => happened.Kind == PeerEventKind.Status).Skip(before).Select(happened => happened.Status!)];
    }

    private string Transcript => string.Join('\n', Events.TakeLast(30).Select(happened => string.Create(CultureInfo.InvariantCulture, $"{happened.At / 1e9:0.000} {happened.ToLine()}")));

    private async Task ReadEventsAsync()
    {
        try
        {
            while (await Output.ReadLineAsync() is { } line)
            {
                Add(PeerEvent.Parse(line));
            }
        }
        finally
        {
            Add(null);
        }
    }

    private void Add(PeerEvent? happened)
    {
        TaskCompletionSource news;
        lock (_lock)
        {
            if (happened is null)
            {
                _hasEnded = true;
            }
            else
            {
                _events.Add(happened);
            }

            news = _news;
            _news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        news.TrySetResult();
    }
}
