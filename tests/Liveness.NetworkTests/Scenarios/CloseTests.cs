using System.Diagnostics;
using System.Globalization;
using Liveness.NetworkTests.Peer;

namespace Liveness.NetworkTests.Scenarios;

public sealed class CloseTests(ITestOutputHelper output)
{
    private const long Bytes = 300_007;

    [NetworkFact]
    public async Task Every_byte_and_the_goodbye_arrive_when_a_connection_is_closed_right_behind_300_KB()
    {
        await using Scenario scenario = await Scenario.PrepareAsync(output, "close right behind 300 KB");
        await scenario.Lab.LimitAsync("1mbit", TimeSpan.FromSeconds(1));
        await scenario.ConnectAsync();
        await scenario.PassAsync(TimeSpan.FromSeconds(1));
        await scenario.Client.TellAsync($"send {Bytes}", scenario.Limit);
        await scenario.Client.WaitAsync(PeerEventKind.Sent, 1, scenario.Limit);
        long closing = Stopwatch.GetTimestamp();
        ConnectionStatus before = (await scenario.Server.StatusAsync(scenario.Limit)).Single();
        await scenario.Client.TellAsync("close", scenario.Limit);
        PeerEvent end = (await scenario.Server.WaitAsync(PeerEventKind.End, 1, scenario.Limit)).Single();
        await scenario.Client.WaitAsync(PeerEventKind.Disposed, 1, scenario.Limit);
        await scenario.Server.WaitAsync(happened => happened.Text?.StartsWith(nameof(LivenessState.Closed), StringComparison.Ordinal) == true, 1, "Closed", scenario.Limit);
        scenario.Print(string.Create(CultureInfo.InvariantCulture, $"{Bytes - before.BytesReceived} bytes were under way at the close; the last came {Stopwatch.GetElapsedTime(closing, end.At).TotalSeconds:0.00} s after"));
        end.Status!.BytesReceived.Should().Be(Bytes);
        end.Status.IsCorrupt.Should().BeFalse();
        scenario.Client.LossText.Should().BeEmpty();
        scenario.Server.LossText.Should().BeEmpty();
    }
}
