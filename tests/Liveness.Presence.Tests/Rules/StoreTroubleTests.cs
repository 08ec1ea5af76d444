namespace Liveness.Presence.Tests.Rules;

/// <summary>An outage is two lines, and a slow store is one until it was fast again.</summary>
public sealed class StoreTroubleTests
{
    private static readonly TimeSpan s_allowed = TimeSpan.FromSeconds(1);

    private readonly StoreTrouble _trouble = new();

    [Fact]
    public void An_outage_begins_with_the_first_failure_and_ends_when_every_kind_of_step_that_failed_has_worked()
    {
        _trouble.OnAnswer(typeof(GatewayStep.Write), Moments.Start).Should().BeNull();
        _trouble.OnFailure(typeof(GatewayStep.Write), "gone", Moments.Start).Should().BeTrue();
        _trouble.OnFailure(typeof(GatewayStep.TakeLease), "gone", Moments.Start + s_allowed).Should().BeFalse();

        _trouble.OnAnswer(typeof(GatewayStep.TakeLease), Moments.Start + (2 * s_allowed)).Should().BeNull("writes are still refused");
        _trouble.OnAnswer(typeof(GatewayStep.Write), Moments.Start + (3 * s_allowed)).Should().Be(3 * s_allowed);
    }

    [Fact]
    public void Another_reason_is_a_line_of_its_own_up_to_four_in_an_outage()
    {
        string[] reasons = ["gone", "password", "gone", "password", "full", "slow", "another"];

        reasons.Select(reason => _trouble.OnFailure(typeof(GatewayStep.Write), reason, Moments.Start))
            .Should().Equal(true, true, false, false, true, true, false);
        _trouble.OnAnswer(typeof(GatewayStep.Write), Moments.Start + s_allowed).Should().Be(s_allowed);
        _trouble.OnFailure(typeof(GatewayStep.Write), "gone", Moments.Start + s_allowed).Should().BeTrue("it is another outage");
    }

    [Fact]
    public void A_store_that_is_slow_is_told_once_until_it_was_twice_as_fast_as_it_must_be()
    {
        _trouble.IsNewlySlow(s_allowed, s_allowed).Should().BeFalse();
        _trouble.IsNewlySlow(2 * s_allowed, s_allowed).Should().BeTrue();
        _trouble.IsNewlySlow(3 * s_allowed, s_allowed).Should().BeFalse();
        _trouble.IsNewlySlow(s_allowed * 0.6, s_allowed).Should().BeFalse();
        _trouble.IsNewlySlow(2 * s_allowed, s_allowed).Should().BeFalse("it was not fast in between");
        _trouble.IsNewlySlow(s_allowed * 0.5, s_allowed).Should().BeFalse();
        _trouble.IsNewlySlow(2 * s_allowed, s_allowed).Should().BeTrue();
    }
}
