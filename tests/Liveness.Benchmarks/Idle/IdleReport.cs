using System.Globalization;

namespace Liveness.Benchmarks;

/// <summary>What one number of idle connections costs each stack.</summary>
internal sealed class IdleReport(int connections, List<IdleResult> results, ResultFile file)
{
    public void WriteTo(TextWriter writer)
    {
        IdleResult raw = results.Single(result => result.Stack == IdleStacks.Raw);
        IdleResult webSocket = results.Single(result => result.Stack == IdleStacks.WebSocket);
        IdleResult heartbeat = results.Single(result => result.Stack == IdleStacks.Heartbeat);
        Table table = new(
            string.Create(CultureInfo.InvariantCulture, $"{connections} connections"),
            "managed B each beyond raw, server + client", "working set MB, server", "CPU % of a core, server + client", "segments/s beyond raw",
            "collections, server + client", "B allocated/s, server", "B allocated per beat, server + client", "lost");
        foreach (IdleResult result in results)
        {
            bool counts = result.Server.Beats > 0 && result.Client.Beats > 0;
            table.Add(
                result.Stack,
                $"{Numbers.Text(BeyondRaw(result.Server, raw.Server), "0")} + {Numbers.Text(BeyondRaw(result.Client, raw.Client), "0")}",
                Numbers.Text(result.Server.WorkingSet / 1e6, "0"),
                $"{Numbers.Text(result.Server.CpuPerSecond * 100, "0.0")} + {Numbers.Text(result.Client.CpuPerSecond * 100, "0.0")}",
                Numbers.Text(result.SegmentsPerSecond - raw.SegmentsPerSecond, "0"),
                $"{Numbers.Text(result.Server.Collections, "0")} + {Numbers.Text(result.Client.Collections, "0")}",
                Numbers.Text(result.Server.AllocatedBytes / result.Server.Seconds, "0"),
                counts ? $"{Numbers.Text(result.Server.AllocatedPerBeat, "0.0")} + {Numbers.Text(result.Client.AllocatedPerBeat, "0.0")}" : "-",
                Numbers.Text(Math.Max(result.Server.Lost, result.Client.Lost), "0"));
        }

        writer.WriteLine();
        table.WriteTo(writer);
        Table budgets = new(string.Create(CultureInfo.InvariantCulture, $"HeartbeatStream, {connections} connections"), "figure", "budget");
        Add("managed B each beyond a bare stream, server", "B", BeyondRaw(heartbeat.Server, raw.Server), "0", Budgets.IdleMemory);
        Add("managed B each beyond a bare stream, client", "B", BeyondRaw(heartbeat.Client, raw.Client), "0", Budgets.IdleMemory);
        Add("CPU of both processes, HeartbeatStream to WebSocket", "ratio", heartbeat.CpuPerSecond / webSocket.CpuPerSecond, "0.00", Budgets.IdleCpu);
        Add("segments a second and pair", "segments", (heartbeat.SegmentsPerSecond - raw.SegmentsPerSecond) / connections, "0.00", Budgets.IdleSegments);
        Add("beats a second and end", "beats", heartbeat.Server.Beats / heartbeat.Server.Seconds / connections, "0.00", null);
        Add("allocated a beat, server", "B", Math.Floor(heartbeat.Server.AllocatedPerBeat), "0", Budgets.BeatAllocation);
        Add("allocated a beat, client", "B", Math.Floor(heartbeat.Client.AllocatedPerBeat), "0", Budgets.BeatAllocation);
        Add("lost", "connections", Math.Max(heartbeat.Server.Lost, heartbeat.Client.Lost), "0", Budgets.None);
        foreach (IdleResult result in results)
        {
            file.Add($"idle, {connections}: CPU of a core, both ends, {result.Stack}", "%", result.CpuPerSecond * 100);
        }

        file.Add($"idle, {connections}: managed B each beyond a bare stream, WebSocket, server", "B", BeyondRaw(webSocket.Server, raw.Server));
        file.Add($"idle, {connections}: managed B each beyond a bare stream, WebSocket, client", "B", BeyondRaw(webSocket.Client, raw.Client));
        budgets.WriteTo(writer);

        void Add(string what, string unit, double figure, string format, Budget? budget)
        {
            budgets.Add(what, Numbers.Text(figure, format), budget?.Judge(figure, format) ?? "-");
            file.Add($"idle, {connections}: {what}", unit, figure, budget);
        }
    }

    private double BeyondRaw(IdleCost cost, IdleCost raw) => (cost.ManagedBytes - raw.ManagedBytes) / connections;
}
