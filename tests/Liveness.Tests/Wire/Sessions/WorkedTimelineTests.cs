using System.Globalization;

namespace Liveness.Tests.Wire.Sessions;

/// <summary>
/// The timeline of the protocol page, run: what each row says that an end hands over, it hands over then, and nothing else but regular
/// beats.
/// </summary>
public sealed class WorkedTimelineTests
{
    [Fact]
    public void From_HELLO_by_suspicion_to_a_loss()
    {
        DelayedPair pair = new();
        pair.Start();
        pair.Run(10_000);
        double cutAt = pair.LastHeard;
        pair.IsCut = true;
        pair.Run(cutAt + 3_000);

        pair.LastHeard.Should().BeLessThan(10_050, "what was under way arrived, and nothing after it");
        IEnumerable<(double, string, string)> handedOver = pair.Log.Where(entry => entry.At <= 20 || (entry.End == "A" && entry.Frames != "BEAT 0" && entry.At > pair.LastHeard))
            .Select(entry => (Math.Round(entry.At <= 20 ? entry.At : entry.At - pair.LastHeard, 1), entry.End, entry.Frames));
        handedOver.Should().Equal(Rows("### 14.1"));
        foreach (string end in (string[])["A", "B"])
        {
            double[] beats = [.. pair.Log.Where(entry => entry.End == end && entry.Frames == "BEAT 0").Select(entry => entry.At)];
            beats.Zip(beats.Skip(1), (before, after) => after - before).Should().OnlyContain(gap => gap >= 562.4 && gap <= 750.1);
        }

        pair.A.Loss!.Kind.Should().Be(LossKind.HeartbeatTimedOut);
        pair.A.Loss.Evidence.MissedBeats.Should().Be(3);
        pair.A.Loss.Evidence.UnansweredProbes.Should().Be(10);
        pair.A.Loss.Bound.Should().Be(TimeSpan.FromSeconds(3));
    }

    [Fact]
    public void An_orderly_close()
    {
        DelayedPair pair = new();
        pair.Start();
        pair.Run(10_000);
        int before = pair.Log.Count;
        pair.A.Write(1, 2, 3);
        pair.A.Close(10_000);
        pair.Send();
        pair.Run(10_040);

        pair.Log.Skip(before).Where(entry => entry.Frames != "BEAT 0").Select(entry => (entry.At - 10_000, entry.End, entry.Frames)).Should().Equal(Rows("### 14.2"));
        pair.A.Session.CloseIsDone.Should().BeTrue();
        pair.A.Session.Outcome.Should().Be(CloseOutcome.Confirmed);
        pair.B.Read(out byte[] data);
        data.Should().Equal(1, 2, 3);
    }

    /// <summary>The rows in which somebody hands something over at a certain time.</summary>
    private static IEnumerable<(double At, string End, string Frames)> Rows(string heading) => ProtocolPage.Section(heading)
        .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
        .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries))
        .Where(cells => cells[2] is not ("-" or "hands over" or "---") && cells[0] != "...")
        .Select(cells => (double.Parse(cells[0].TrimStart('+'), NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture), cells[1], cells[2]));
}
