using System.Globalization;
using Liveness.NetworkTests.Lab;
using Liveness.WorksWithHttp.Tests.Ends;

namespace Liveness.WorksWithHttp.Tests.Rounds;

/// <summary>The cable between clients and their servers is cut, and put back, as often as is wished.</summary>
internal sealed class CutRounds(NetworkLab lab, IReadOnlyList<EndProcess> clients, ITestOutputHelper output)
{
    /// <summary>Until an end is ready: a machine may be busy with others.</summary>
    public static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(120);

    /// <summary>So long nothing is the matter before each cut.</summary>
    private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(1.5);

    private static readonly TimeSpan s_backLimit = TimeSpan.FromSeconds(30);

    private readonly List<Sighting> _sightings = [];

    /// <summary>How often: a switch, and once without it.</summary>
    public static int Wanted => int.TryParse(Environment.GetEnvironmentVariable("LIVENESS_WORKS_WITH_RUNS"), NumberStyles.None, CultureInfo.InvariantCulture, out int runs) ? runs : 1;

    /// <summary>What every round saw of every subject.</summary>
    /// <param name="runs">How many rounds.</param>
    /// <param name="patience">So long after the cut somebody may still be told.</param>
    /// <param name="isWatched">A monitor tells; else only the client library may.</param>
    public async Task<IReadOnlyList<Sighting>> RunAsync(int runs, TimeSpan patience, bool isWatched)
    {
        for (int run = 0; run < runs; run++)
        {
            await RoundAsync(patience, isWatched);
        }

        return _sightings;
    }

    /// <summary>A line for each subject.</summary>
    public void Print(Func<string, TimeSpan> boundOf, TimeSpan patience)
    {
        foreach (IGrouping<string, Sighting> subject in _sightings.GroupBy(static sighting => sighting.Subject))
        {
            TimeSpan bound = boundOf(subject.Key);
            TimeSpan?[] monitor = [.. subject.Select(static sighting => sighting.Told)];
            string told = monitor.All(static after => after is null)
                ? ""
                : $" told within {Text(bound, patience)} and {Text(Sighting.Slack, patience)} {subject.Count(sighting => sighting.IsWithin(bound))} of {subject.Count()}, median {Text(Median(monitor), patience)}, longest {Text(monitor.Max(), patience)};";
            TimeSpan pauses = subject.Max(static sighting => sighting.Pauses);
            told += pauses > TimeSpan.Zero ? $" (our own pauses: up to {Text(pauses, patience)});" : "";
            string library = subject.All(static sighting => !sighting.Waits) ? "" : $" the library after {Text(Median([.. subject.Select(static sighting => sighting.Failed)]), patience)};";
            output.WriteLine($"RESULT works-with {subject.Key}:{told}{library} back {Text(Median([.. subject.Select(static sighting => sighting.Back)]), patience)} after the cable");
            if (subject.Last().Text is { } text)
            {
                output.WriteLine($"  {text}");
            }
        }
    }

    private static TimeSpan? Median(TimeSpan?[] times)
    {
        TimeSpan[] sorted = [.. times.Select(static time => time ?? TimeSpan.MaxValue).Order()];
        return sorted[sorted.Length / 2] is { } median && median < TimeSpan.MaxValue ? median : null;
    }

    private static string Text(TimeSpan? time, TimeSpan patience) =>
        time is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known.TotalSeconds:0.00} s") : string.Create(CultureInfo.InvariantCulture, $"more than {patience.TotalSeconds:0} s");

    private async Task RoundAsync(TimeSpan patience, bool isWatched)
    {
        int[] before = [.. clients.Select(static client => client.Events.Length)];
        using CancellationTokenSource starting = new(StartLimit);
        foreach (EndProcess client in clients)
        {
            await client.TellAsync("open");
        }

        List<EndEvent[]> opened = [];
        for (int i = 0; i < clients.Count; i++)
        {
            opened.Add(await OpenedAsync(clients[i], before[i], starting.Token));
        }

        await Task.Delay(s_quiet);
        long cut = await lab.CutAsync();
        using CancellationTokenSource telling = new(patience);
        await Task.WhenAll(clients.Select((client, i) => ToldAsync(client, before[i], opened[i], isWatched, telling.Token)));
        long healed = await lab.HealAsync();
        using CancellationTokenSource recovering = new(s_backLimit);
        for (int i = 0; i < clients.Count; i++)
        {
            await clients[i].TellAsync("recover");
        }

        for (int i = 0; i < clients.Count; i++)
        {
            int from = before[i];
            EndProcess client = clients[i];
            await client.WaitAsync(happened => happened.Kind == EndEventKind.Used && Index(client, happened) >= from, opened[i].Length, "back", recovering.Token);
            _sightings.AddRange(opened[i].Select(subject => Sighting.Of(subject, client.Events[from..], cut, healed)));
        }
    }

    /// <summary>Every subject of that client.</summary>
    private static async Task<EndEvent[]> OpenedAsync(EndProcess client, int from, CancellationToken cancellationToken)
    {
        EndEvent all = (await client.WaitAsync(happened => happened.Kind == EndEventKind.AllOpened && Index(client, happened) >= from, 1, "all opened", cancellationToken))[0];
        return [.. client.Events[from..].TakeWhile(happened => !ReferenceEquals(happened, all)).Where(static happened => happened.Kind == EndEventKind.Opened)];
    }

    /// <summary>When everybody has been told, or when nobody waits any longer: what is missing then shows in the sightings.</summary>
    private static async Task ToldAsync(EndProcess client, int from, EndEvent[] opened, bool isWatched, CancellationToken cancellationToken)
    {
        bool IsTold(EndEvent subject)
        {
            EndEvent[] said = [.. client.Events[from..].Where(happened => happened.Subject == subject.Subject)];
            return (!isWatched || said.Any(static happened => happened.Kind == EndEventKind.Lost))
                && (subject.Text != "waits" || said.Any(static happened => happened.Kind == EndEventKind.Failed));
        }

        while (!opened.All(IsTold) && !cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(50, CancellationToken.None);
        }
    }

    private static int Index(EndProcess client, EndEvent happened) => Array.FindIndex(client.Events, one => ReferenceEquals(one, happened));
}
