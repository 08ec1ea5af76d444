using System.Diagnostics;
using System.Globalization;
using Liveness.NetworkTests.Lab;
using Liveness.NetworkTests.Peer;

namespace Liveness.NetworkTests.Scenarios;

/// <summary>A large transfer over a thin link with a second of queue: slow is not dead.</summary>
internal static class ThinLink
{
    private static readonly TimeSpan s_queue = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_time = TimeSpan.FromSeconds(25);

    public static async Task TransferAsync(ITestOutputHelper output, string rate, long bitsPerSecond, bool upload)
    {
        TimeSpan detectWithin = Scenario.Defaults.DetectWithin;
        await using Scenario scenario = await Scenario.PrepareAsync(output, $"{rate} {(upload ? "upload" : "download")}");
        await scenario.Lab.LimitAsync(rate, s_queue);
        await scenario.ConnectAsync();
        PeerProcess sender = upload ? scenario.Client : scenario.Server;
        PeerProcess receiver = upload ? scenario.Server : scenario.Client;
        await sender.TellAsync("send 200000000", scenario.Limit);
        long begun = Stopwatch.GetTimestamp();
        await scenario.PassAsync(s_time);
        ConnectionStatus[] both = [.. await sender.StatusAsync(scenario.Limit), .. await receiver.StatusAsync(scenario.Limit)];
        double used = both[1].BytesReceived * 8 / Stopwatch.GetElapsedTime(begun).TotalSeconds / bitsPerSecond;
        scenario.Print(string.Create(CultureInfo.InvariantCulture, $"longest silence {both[0].LongestSilence.TotalSeconds:0.00} s at the sender, {both[1].LongestSilence.TotalSeconds:0.00} s at the receiver, of {detectWithin.TotalSeconds} s; {used:P0} of the link used"));
        both.Should().OnlyContain(status => status.State == LivenessState.Alive || status.State == LivenessState.Suspect);
        both.Should().OnlyContain(status => status.LongestSilence < detectWithin * 0.7);
        used.Should().BeGreaterThan(0.5, "a heartbeat does not take the link from the data");
    }
}
