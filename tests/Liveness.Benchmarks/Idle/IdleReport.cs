using System.Globalization;

namespace Liveness.Benchmarks;

/// <summary>What one number of idle connections costs each stack.</summary>
internal sealed class IdleReport(int connections, List<IdleResult> results)
{
    private static readonly Budget s_memory = Budget.AtMost(1536);
    private static readonly Budget s_cpu = Budget.AtMost(0.5);

    public void WriteTo(TextWriter writer)
    {
        IdleResult raw = results.Single(result => result.Stack == IdleStacks.Raw);
        IdleResult webSocket = results.Single(result => result.Stack == IdleStacks.WebSocket);
        IdleResult heartbeat = results.Single(result => result.Stack == IdleStacks.Heartbeat);
        Table table = new(
            string.Create(CultureInfo.InvariantCulture, $"{connections} connections"),
            "managed B each beyond raw, server", "working set MB, server", "CPU % of a core, server + client", "segments/s beyond raw",
            "collections, server + client", "B allocated/s, server", "B allocated per beat, server + client", "lost");
        foreach (IdleResult result in results)
        {
            bool counts = result.Server.Beats > 0 && result.Client.Beats > 0;
            table.Add(
                result.Stack,
                Numbers.Text(BeyondRaw(result, raw), "0"),
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
        double memory = BeyondRaw(heartbeat, raw);
        double cpu = heartbeat.CpuPerSecond / webSocket.CpuPerSecond;
        double beats = heartbeat.Server.Beats / heartbeat.Server.Seconds / connections;
        writer.WriteLine($"- managed memory of a HeartbeatStream beyond the bare stream: {Numbers.Text(memory, "0")} B of {s_memory.Judge(memory, "0")}");
        writer.WriteLine($"- CPU of both processes, HeartbeatStream/WebSocket: {Numbers.Text(cpu, "0.00")} of {s_cpu.Judge(cpu)}; beats sent by each end a second: {Numbers.Text(beats, "0.00")}");
    }

    private double BeyondRaw(IdleResult result, IdleResult raw) => (result.Server.ManagedBytes - raw.Server.ManagedBytes) / connections;
}
