using System.Globalization;
using System.Text.RegularExpressions;
using Liveness.Tests.Support;

namespace Liveness.Tests.InBand;

/// <summary>Which code goes with which loss: the page, the function, and what a session says.</summary>
public sealed class FarewellTests
{
    private static readonly LossKind[] s_ofTheSideChannel = [LossKind.SideConnectionSilent, LossKind.PeerDenied];

    private static readonly string[][] s_rows = ProtocolPage.Section("### 9.1")
        .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && (line.EndsWith("| RST |", StringComparison.Ordinal) || line.EndsWith("| FIN |", StringComparison.Ordinal)))
        .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries))
        .ToArray();

    [Fact]
    public void The_page_has_the_code_of_every_loss()
    {
        foreach (LossKind kind in Enum.GetValues<LossKind>().Except(s_ofTheSideChannel))
        {
            string name = Regex.Replace(kind.ToString(), "(?<!^)([A-Z])", "_$1").ToLowerInvariant();
            string[][] rows = s_rows.Where(row => row[0].Contains($"`{name}`", StringComparison.Ordinal)).ToArray();

            GoodbyeCode? ours = Farewells.Of(kind, judgedHere: true);
            string[] codes = ours is { } code ? [Number(code)] : ["-"];
            rows.Select(row => row[1]).Where(said => said != "-").Should().BeEquivalentTo(codes.Where(said => said != "-"), "of {0}", kind);
            rows.Should().NotBeEmpty("of {0}", kind).And.OnlyContain(row => row[2] == "RST", "every loss is cut off");
        }
    }

    [Fact]
    public void Who_is_told_by_the_transport_says_nothing()
    {
        foreach (LossKind kind in Enum.GetValues<LossKind>())
        {
            Farewells.Of(kind, judgedHere: false).Should().BeNull("of {0}", kind);
        }
    }

    [Fact]
    public void A_close_that_got_nowhere_says_so_and_one_that_only_misses_the_answer_is_not_reset()
    {
        s_rows.Should().ContainSingle(row => row[0].StartsWith("a close", StringComparison.Ordinal))
            .Which[1..].Should().Equal(Number(Farewells.OfClose(allTaken: false)!.Value), "RST");
        s_rows.Should().ContainSingle(row => row[0].StartsWith("the same", StringComparison.Ordinal)).Which[1..].Should().Equal("-", "FIN");
        Farewells.OfClose(allTaken: true).Should().BeNull();
    }

    [Fact]
    public void Every_code_stands_in_the_table() => s_rows.SelectMany(row => row[1].Split(", "))
        .Where(code => code != "-").Distinct().Order().Should().Equal(Enum.GetValues<GoodbyeCode>().Select(Number));

    [Fact]
    public void Who_hears_the_peer_and_does_not_get_through_says_so()
    {
        SessionEnd end = new();
        end.Start(0);
        end.Receive(1, PeerFrames.Hello());
        end.Take(1);
        end.Receive(1, PeerFrames.Beat(7));
        for (uint i = 1; i < 20 && end.Loss is null; i++)
        {
            end.Receive(1 + (i * 500), PeerFrames.Beat(7 + i, heardAgo: i * 500));
            end.Take(1 + (i * 500));
        }

        end.Loss!.Kind.Should().Be(LossKind.OutboundDead);
        end.Session.Farewell.Should().Be(GoodbyeCode.OutboundDead);
    }

    private static string Number(GoodbyeCode code) => ((int)code).ToString(CultureInfo.InvariantCulture);
}
