namespace Liveness.Presence.Tests.Rules;

/// <summary>Whoever swaps pointers, in whatever order: the newest one stays.</summary>
public sealed class PointerSwapTests
{
    [Fact]
    public void Of_two_pointers_the_later_is_newer_and_at_the_same_time_that_of_the_later_run()
    {
        Pointer one = new(5, new PartId("a", "0000000000001-x"));
        Pointer other = new(5, new PartId("b", "0000000000002-x"));

        other.IsNewerThan(one).Should().BeTrue();
        one.IsNewerThan(other).Should().BeFalse();
        one.IsNewerThan(one).Should().BeFalse();
        (one with { Since = 6 }).IsNewerThan(other).Should().BeTrue();
    }

    [Fact]
    public void In_any_interleaving_the_newest_pointer_stays_and_all_others_learn_that_they_have_lost()
    {
        for (int seed = 0; seed < 2_000; seed++)
        {
            Random random = new(seed);
            int writers = random.Next(2, 6);
            Pointer? stored = null;
            PointerSwap[] swaps = [.. Enumerable.Range(0, writers).Select(writer => new PointerSwap(
                new Dictionary<string, Pointer> { ["k"] = new(random.Next(4), new PartId($"gw-{writer}", $"000000000000{writer}-x")) }))];
            Pointer newest = swaps.Select(static swap => swap.Due["k"]).Aggregate(static (a, b) => b.IsNewerThan(a) ? b : a);

            while (swaps.Where(static swap => swap.Due.Count > 0).ToArray() is { Length: > 0 } open)
            {
                PointerSwap next = open[random.Next(open.Length)];
                Dictionary<string, Pointer> found = stored is null ? [] : new() { ["k"] = stored };
                stored = next.Due["k"];
                next.OnSwapped(found);
            }

            stored.Should().Be(newest, $"seed {seed}");
        }
    }

    [Fact]
    public void What_somebody_else_has_written_is_no_pointer() =>
        new[] { null, "", "5", "x e g", "5 e", "5 e g h", "-5 e g" }.Select(static text => Pointer.Parse(text)).Should().OnlyContain(static one => one == null);

    [Fact]
    public void A_pointer_is_read_as_it_was_written()
    {
        Pointer pointer = new(1_764_530_000_123, new PartId("gw-17.eu_1", "1764530000000-0a1b2c3d"));

        pointer.ToString().Should().Be("1764530000123 1764530000000-0a1b2c3d gw-17.eu_1");
        Pointer.Parse(pointer.ToString()).Should().Be(pointer);
    }
}
