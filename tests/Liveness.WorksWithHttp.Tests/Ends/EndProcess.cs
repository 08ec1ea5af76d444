using Liveness.NetworkTests.Lab;

namespace Liveness.WorksWithHttp.Tests.Ends;

/// <summary>This program, started as one end: a process that obeys and reports.</summary>
internal sealed class EndProcess : LabProcess
{
    private readonly Lock _lock = new();
    private readonly List<EndEvent> _events = [];
    private readonly string _name;
    private TaskCompletionSource _news = New();
    private bool _hasEnded;

    private EndProcess(string inNamespace, string[] arguments)
        : base(inNamespace, Dotnet, [typeof(EndProcess).Assembly.Location, .. arguments])
    {
        _name = string.Join(' ', arguments);
        _ = ReadAsync();
    }

    public EndEvent[] Events
    {
        get
        {
            lock (_lock)
            {
                return [.. _events];
            }
        }
    }

    private static string Dotnet => Environment.ProcessPath is { } path && Path.GetFileName(path) == "dotnet" ? path : "dotnet";

    /// <returns>When it is ready.</returns>
    public static async Task<EndProcess> StartAsync(NetworkLab lab, string inNamespace, CancellationToken cancellationToken, params string[] arguments)
    {
        EndProcess process = lab.Own(new EndProcess(inNamespace, arguments));
        await process.WaitAsync(happened => happened.Kind == EndEventKind.Ready, 1, "ready", cancellationToken);
        return process;
    }

    public async Task TellAsync(string command)
    {
        await Input.WriteLineAsync(command);
        await Input.FlushAsync();
    }

    /// <summary>Waits until it has happened that often, and returns those events.</summary>
    public async Task<EndEvent[]> WaitAsync(Func<EndEvent, bool> isIt, int count, string what, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task news;
            lock (_lock)
            {
                EndEvent[] found = [.. _events.Where(isIt)];
                if (found.Length >= count)
                {
                    return found;
                }

                if (_hasEnded || _events.Exists(static happened => happened.Kind == EndEventKind.Broken))
                {
                    throw new InvalidOperationException($"\"{_name}\" ended before {what}: {Transcript()}");
                }

                news = _news.Task;
            }

            try
            {
                await news.WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"\"{_name}\" has not said {what} {count} times: {Transcript()}");
            }
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private string Transcript() => $"{string.Join('\n', Events.TakeLast(40).Select(static happened => happened.ToLine()))}\n{Errors}";

    private async Task ReadAsync()
    {
        while (await Output.ReadLineAsync() is { } line)
        {
            if (EndEvent.TryParse(line) is { } happened)
            {
                Add(happened);
            }
        }

        Add(null);
    }

    private void Add(EndEvent? happened)
    {
        TaskCompletionSource news;
        lock (_lock)
        {
            _hasEnded |= happened is null;
            if (happened is not null)
            {
                _events.Add(happened);
            }

            news = _news;
            _news = New();
        }

        news.TrySetResult();
    }
}
