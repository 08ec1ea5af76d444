using FsCheck;
using FsCheck.Fluent;

namespace Liveness.Tests.Scheduling;

/// <summary>The ledger against one flag for each unit of time.</summary>
public sealed class PauseLedgerModelTests
{
    [Fact]
    public void The_ledger_counts_what_a_flag_for_every_tick_counts()
    {
        Gen<int[]> gaps = Gen.Choose(0, 9).ArrayOf();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300).WithEndSize(40), Prop.ForAll(Arb.From(gaps), Compare));
    }

    private static void Compare(int[] steps)
    {
        bool[] paused = new bool[(steps.Length * 10) + 20];
        PauseLedger ledger = PauseLedger.Empty;
        int now = 5;
        for (int i = 0; i + 1 < steps.Length; i += 2)
        {
            // Some pauses begin before the last one has ended.
            int start = Math.Max(0, now + steps[i] - 3);
            now = start + steps[i + 1];
            ledger = ledger.Add(new Instant(start), new Instant(now));
            Mark(paused, start, now);
        }

        for (int from = 0; from < paused.Length; from += 3)
        {
            for (int to = from; to < paused.Length; to += 5)
            {
                int expected = paused.AsSpan(from, to - from).Count(true);
                Assert.Equal(expected, ledger.Overlap(new Instant(from), new Instant(to)).Ticks);
                Assert.Equal(to - from - expected, ledger.RunningTime(new Instant(from), new Instant(to)).Ticks);
            }
        }
    }

    /// <summary>Like the ledger: what lies before the end of the newest pause is known already.</summary>
    private static void Mark(bool[] paused, int start, int end)
    {
        int known = Array.LastIndexOf(paused, true) + 1;
        for (int i = Math.Max(start, known); i < end; i++)
        {
            paused[i] = true;
        }
    }
}
