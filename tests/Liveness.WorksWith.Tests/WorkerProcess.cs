using System.Globalization;
using Liveness.NetworkTests.Lab;
using Liveness.WorksWith.Tests.Worker;

namespace Liveness.WorksWith.Tests;

/// <summary>A client in the client's namespace.</summary>
internal sealed class WorkerProcess : LabProcess
{
    private readonly Lock _lock = new();
    private readonly List<Said> _said = [];

    private WorkerProcess(NetworkLab lab, string kind, Way way, bool isBusy)
        : base(lab.Client, "dotnet", typeof(WorkerProcess).Assembly.Location, "worker", kind, NetworkLab.ServerAddress, $"{way}", $"{isBusy}")
    {
        Way = way;
        IsBusy = isBusy;
        _ = ReadAsync();
    }

    public Way Way { get; }

    public bool IsBusy { get; }

    public TimeSpan Bound => Way == Way.InBand ? WorkerProgram.InBandBound : WorkerProgram.Bound;

    public static WorkerProcess Start(NetworkLab lab, string kind, Way way, bool isBusy) => lab.Own(new WorkerProcess(lab, kind, way, isBusy));

    /// <summary>What it has said with that word since then.</summary>
    public Said[] Since(long since, string word)
    {
        lock (_lock)
        {
            return [.. _said.Where(one => one.Word == word && one.At >= since)];
        }
    }

    /// <summary>Null = it has not said so in time.</summary>
    public async Task<Said?> FirstAsync(long since, string word, TimeSpan patience)
    {
        using CancellationTokenSource tooLate = new(patience > TimeSpan.Zero ? patience : TimeSpan.Zero);
        while (!tooLate.IsCancellationRequested)
        {
            if (Since(since, word) is [Said first, ..])
            {
                return first;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), CancellationToken.None);
        }

        return null;
    }

    public async Task AskAsync(string command)
    {
        await Input.WriteLineAsync(command);
        await Input.FlushAsync();
    }

    private async Task ReadAsync()
    {
        while (await Output.ReadLineAsync() is { } line)
        {
            string[] parts = line.Split(' ', 3);
            if (parts.Length == 3 && long.TryParse(parts[1], CultureInfo.InvariantCulture, out long at))
            {
                lock (_lock)
                {
                    _said.Add(new Said(parts[0], at, parts[2]));
                }
            }
        }
    }
}
