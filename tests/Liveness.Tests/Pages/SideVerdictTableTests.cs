using Liveness.SideChannel;

namespace Liveness.Tests.Pages;

/// <summary>
/// The page's table of verdicts says, row by row, what the judge says of the same facts: just before its time, and then.
/// </summary>
public sealed class SideVerdictTableTests
{
    private const string Header = "| side connection | witness on the data socket | verdict |";

    private static readonly TimeSpan s_t = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_bound = new WitnessPlan(s_t).Bound;
    private static readonly SideFacts s_alive = new()
    {
        Side = SideState.Alive,
        Witness = WitnessState.Fresh,
        Answer = SideAnswer.Watched,
        AnswerIsFresh = true,
        WasConfirmed = true,
        BytesSilentFor = TimeSpan.FromHours(1),
        DetectWithin = s_t,
        WitnessBound = s_bound,
    };

    private static readonly SideFacts s_failed = s_alive with { Witness = WitnessState.Failed, WitnessFailedFor = s_bound };
    private static readonly SideFacts s_silent = s_alive with { Side = SideState.Silent, SideSilentFor = 3 * s_t };
    private static readonly SideFacts s_frozen = s_silent with { SideSilentFor = 2 * s_t, SideDiagnosis = LossDiagnosis.PeerUnresponsive, UngreetedFor = s_t };
    private static readonly SideFacts s_closed = s_alive with { Answer = SideAnswer.Closing, ClosingFor = s_t };

    /// <summary>
    /// In the order of the table: what it says of side connection and witness, the facts, and how they were just before; null = it is told
    /// at once, or not lost.
    /// </summary>
    private static readonly (string Side, string Witness, SideFacts[] Now, SideFacts? Before)[] s_rows =
    [
        ("alive", "fresh", [s_alive], null),
        ("alive", "failed", [s_failed, s_failed with { Answer = SideAnswer.Gone, WitnessFailedFor = TimeSpan.Zero }], s_failed with { WitnessFailedFor = Almost(s_bound) }),
        ("silent", "fresh", [s_silent, s_silent with { SideSilentFor = TimeSpan.FromDays(9) }], null),
        ("silent", "failed",
            [s_silent with { SideSilentFor = s_t, Witness = WitnessState.Failed, WitnessFailedFor = s_t }],
            s_silent with { SideSilentFor = Almost(s_t), Witness = WitnessState.Failed, WitnessFailedFor = Almost(s_t) }),
        ("silent, its kernel accepts, nobody completes the handshake (at the listener: nobody from there has come to rebuild it for a minute)", "fresh",
            [s_frozen, s_frozen with { IsAcceptingEnd = true, UngreetedFor = TimeSpan.Zero, SinceKnock = TimeSpan.FromMinutes(1) }],
            s_frozen with { SideSilentFor = Almost(2 * s_t) }),
        ("reports that the peer judged the connection lost", "any", [s_alive with { PeerGaveUp = true }, s_failed with { PeerGaveUp = true, WitnessFailedFor = TimeSpan.Zero }], null),
        ("reports that the peer closed its socket", "fresh", [s_closed], s_closed with { ClosingFor = Almost(s_t) }),
    ];

    [Fact]
    public void Every_row_says_what_the_judge_says()
    {
        string[] table = Table();

        table.Should().HaveCount(s_rows.Length, "each row is held to the code, and each rule has a row");
        for (int i = 0; i < table.Length; i++)
        {
            (string side, string witness, SideFacts[] now, SideFacts? before) = s_rows[i];
            table[i].Should().StartWith($"| {side} | {witness} | ");
            string said = table[i][$"| {side} | {witness} | ".Length..];
            HashSet<LossKind> kinds = [];
            foreach (SideFacts facts in now)
            {
                SideVerdict verdict = SideVerdicts.Judge(facts);
                kinds.UnionWith(verdict.Loss is { } kind ? [kind] : []);
                said.Should().Contain(verdict.Loss is null ? "alive" : $"`{verdict.Loss}`");
                foreach (ConnectionConditions condition in new[] { ConnectionConditions.SideDown }.Where(condition => verdict.Loss is null && verdict.Conditions.HasFlag(condition)))
                {
                    said.Should().Contain($"`{condition}`");
                }
            }

            foreach (LossKind kind in Enum.GetValues<LossKind>().Where(kind => kind.ToString() != nameof(LossDiagnosis.PeerGaveUp)))
            {
                said.Contains($"`{kind}`", StringComparison.Ordinal).Should().Be(kinds.Contains(kind), "{0} in: {1}", kind, table[i]);
            }

            foreach (LossDiagnosis diagnosis in new[] { LossDiagnosis.PeerUnresponsive, LossDiagnosis.PeerGaveUp })
            {
                said.Contains($"`{diagnosis}`", StringComparison.Ordinal).Should().Be(now.Any(facts => SideVerdicts.Judge(facts).Diagnosis == diagnosis), "{0} in: {1}", diagnosis, table[i]);
            }

            (before is null || SideVerdicts.Judge(before.Value).Loss is null).Should().BeTrue("its time has not come: {0}", table[i]);
        }
    }

    private static string[] Table()
    {
        string[] lines = Page.Doc("side-channel.md").Lines;
        int header = Array.IndexOf(lines, Header);
        header.Should().BeGreaterThan(0);
        return [.. lines.Skip(header + 2).TakeWhile(line => line.StartsWith('|'))];
    }

    private static TimeSpan Almost(TimeSpan time) => time - TimeSpan.FromTicks(1);
}
