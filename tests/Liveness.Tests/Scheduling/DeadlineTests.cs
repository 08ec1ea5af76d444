using Liveness.Tests.Support;

namespace Liveness.Tests.Scheduling;

/// <summary>What counts towards a limit, with a limit of 8 s: spells of the pool from 1 s on do not.</summary>
public sealed class DeadlineTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(8);

    [Fact]
    public void Where_nothing_is_wrong_here_all_time_counts()
    {
        Left(3, LocalHealth.Perfect).Should().Be(5);
        Left(8, LocalHealth.Perfect).Should().Be(0);
        Left(9, LocalHealth.Perfect).Should().Be(-1);
    }

    [Fact]
    public void Own_pauses_do_not_count()
    {
        LocalHealth health = LocalHealth.Perfect with { Pauses = Ledger((1, 4)) };
        Left(8, health).Should().Be(3);
    }

    [Fact]
    public void Nor_do_spells_of_the_pool_that_are_over()
    {
        LocalHealth health = LocalHealth.Perfect with { PoolSpells = Ledger((1, 4), (5, 6)) };
        Left(8, health).Should().Be(4);
    }

    [Fact]
    public void Nor_does_one_that_is_still_open()
    {
        LocalHealth health = new(PauseLedger.Empty, TimeSpan.FromSeconds(5));
        Left(8, health).Should().Be(5);
        Left(3, health).Should().Be(8, "it began before");
    }

    [Fact]
    public void Short_spells_are_everyday_life_and_count()
    {
        LocalHealth health = new(PauseLedger.Empty, TimeSpan.FromSeconds(0.9)) { PoolSpells = Ledger((1, 1.9), (3, 3.9)) };
        Left(8, health).Should().Be(0);
    }

    [Fact]
    public void A_pause_within_a_spell_is_taken_off_once()
    {
        LocalHealth health = new(Ledger((2, 3)), TimeSpan.Zero) { PoolSpells = Ledger((1, 5)) };
        Left(8, health).Should().Be(4);
        LocalHealth open = new(Ledger((2, 3)), TimeSpan.FromSeconds(7));
        Left(8, open).Should().Be(7);
    }

    [Fact]
    public void A_lag_that_was_measured_and_still_stands_is_taken_off_once()
    {
        LocalHealth health = new(PauseLedger.Empty, TimeSpan.FromSeconds(4)) { PoolSpells = Ledger((1, 5)) };
        Left(6, health).Should().Be(7);
    }

    [Fact]
    public void A_spell_before_the_beginning_does_not_help()
    {
        LocalHealth health = LocalHealth.Perfect with { PoolSpells = Ledger((-10, 1)) };
        Left(8, health).Should().Be(1);
    }

    /// <summary>Four times its length in all, whatever the pool does.</summary>
    [Fact]
    public void A_pool_that_never_recovers_does_not_make_it_infinite()
    {
        LocalHealth health = new(PauseLedger.Empty, TimeSpan.FromSeconds(100));
        Left(31, health).Should().BePositive();
        Left(32, health).Should().Be(0);
    }

    [Fact]
    public void While_an_answer_may_lie_here_unread_it_is_put_off_as_long_as_the_pool_is_behind_and_no_longer()
    {
        LocalHealth behind = new(PauseLedger.Empty, TimeSpan.FromSeconds(100));
        Left(100, behind, answerMayWait: true).Should().Be(8);
        LocalHealth recovered = LocalHealth.Perfect with { PoolSpells = Ledger((0, 100)) };
        Left(104, recovered, answerMayWait: true).Should().Be(4);
        Left(108, recovered, answerMayWait: true).Should().Be(0);
    }

    [Fact]
    public void A_first_look_measures_the_pool_and_the_next_is_at_the_end()
    {
        NextLook(0, LocalHealth.Perfect).Should().Be(6);
        Deadline.IsNear(s_limit, TimeSpan.FromSeconds(2)).Should().BeTrue();
        Deadline.IsNear(s_limit, TimeSpan.FromSeconds(2.1)).Should().BeFalse();
        NextLook(6, LocalHealth.Perfect).Should().Be(8);
        NextLook(9, LocalHealth.Perfect).Should().Be(9);
    }

    /// <summary>What is left stands still meanwhile.</summary>
    [Fact]
    public void While_the_pool_is_behind_the_looks_are_an_interval_apart()
    {
        LocalHealth behind = LocalHealth.Perfect with { PoolSpells = Ledger((7.9, 10)), PoolLag = TimeSpan.FromSeconds(2) };
        Left(10, behind).Should().BeApproximately(0.1, 0.001);
        NextLook(10, behind).Should().Be(10.5);
    }

    private static double Left(double now, in LocalHealth health, bool answerMayWait = false) =>
        Deadline.Left(s_limit, At(0), At(now), health, answerMayWait).TotalSeconds;

    private static double NextLook(double now, in LocalHealth health) =>
        (Deadline.NextLook(s_limit, At(0), At(now), health) - At(0)).TotalSeconds;

    private static Instant At(double seconds) => MachineRig.At(seconds * 1000);

    private static PauseLedger Ledger(params (double Start, double End)[] spells) =>
        spells.Aggregate(PauseLedger.Empty, (ledger, spell) => ledger.Add(At(spell.Start), At(spell.End)));
}
