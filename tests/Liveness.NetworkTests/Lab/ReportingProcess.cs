using System.Globalization;
using Liveness.NetworkTests.Peer;

namespace Liveness.NetworkTests.Lab;

/// <summary>This program, started as one end of something: a process that obeys and reports.</summary>
internal abstract class ReportingProcess : LabProcess
{
    private readonly string _name;
    private readonly Lock _lock = new();
    private readonly List<PeerEvent> _events = [];
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _hasEnded;

    /// <param name="inNamespace">Where.</param>
    /// <param name="name">For messages.</param>
    /// <param name="arguments">Of this program.</param>
    protected ReportingProcess(string inNamespace, string name, params string[] arguments)
        : base(inNamespace, Dotnet, [typeof(ReportingProcess).Assembly.Location, .. arguments])
    {
        _name = name;
        _ = ReadEventsAsync();
    }

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
                    throw new InvalidOperationException($"The {_name} ended before it had said {what} {count} times: {Errors}\n{Transcript}");
                }

                news = _news.Task;
            }

            try
            {
                await news.WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"The {_name} has not said {what} {count} times: {Errors}\n{Transcript}");
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
