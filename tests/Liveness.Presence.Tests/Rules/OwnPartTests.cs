namespace Liveness.Presence.Tests.Rules;

/// <summary>What a process still has to say.</summary>
public sealed class OwnPartTests
{
    private static readonly PartId s_own = new("gw-1", "1764530000000-aaaaaaaa");
    private static readonly Pointer s_elsewhere = new(2_000_000, new PartId("gw-2", "1764530000005-aaaaaaaa"));

    private readonly OwnPart _part = new();
    private readonly StoreClock _clock = new();
    private TimeSpan _now = Moments.Start;

    public OwnPartTests() => _clock.Set(1_000_000, Moments.Start);

    [Fact]
    public void A_connection_that_came_and_went_between_two_batches_is_not_written()
    {
        Name(1, "a");
        _part.End(1, null);

        Take().Should().BeEmpty();
        _part.IsWanted("a").Should().BeFalse();
        _part.Count.Should().Be(0);
    }

    [Fact]
    public void A_loss_is_written_even_if_the_connection_never_was()
    {
        Name(1, "a");
        _part.End(1, new OwnLoss(Later(250), "timeout", "PeerUnresponsive"));

        Take().Should().Equal(new WriteItem("a", null, new LossData(1_000_250, "timeout", "PeerUnresponsive", "gw-1"), true));
    }

    [Fact]
    public void An_entry_that_the_store_has_is_removed_at_the_end()
    {
        Name(1, "a");
        Written();
        _part.End(1, null);

        Take().Should().ContainSingle().Which.Entry.Should().BeNull();
    }

    [Fact]
    public void A_connection_that_is_renamed_leaves_its_old_key()
    {
        Name(1, "a");
        Written();
        Name(1, "b");

        Take().Select(static item => (item.Key, item.Entry is null)).Should().BeEquivalentTo([("a", true), ("b", false)]);
        _part.Count.Should().Be(1);
    }

    [Fact]
    public void A_connection_that_loses_its_name_is_forgotten()
    {
        Name(1, "a");
        Written();
        Name(1, null);

        Take().Should().ContainSingle().Which.Entry.Should().BeNull();
        _part.Count.Should().Be(0);
    }

    [Fact]
    public void Of_two_connections_of_one_key_the_newer_counts_and_the_older_comes_back_when_that_ends()
    {
        Name(1, "a", Later(10));
        Name(2, "a", Later(20));
        Take().Single().Entry!.Since.Should().Be(1_000_030);

        _part.End(2, null);

        Take().Single().Entry!.Since.Should().Be(1_000_010);
        _part.Count.Should().Be(1);
    }

    [Fact]
    public void A_failed_batch_is_written_once_more_with_its_losses()
    {
        Name(1, "a");
        Name(2, "b");
        _part.End(2, new OwnLoss(_now, "timeout", "PeerUnresponsive"));
        List<WriteItem> failed = Take();

        _part.OnFailed(failed, _clock);

        Take().Should().BeEquivalentTo(failed);
    }

    [Fact]
    public void After_a_failure_even_an_entry_that_came_and_went_is_removed()
    {
        Name(1, "a");
        _part.OnFailed(Take(), _clock);
        _part.End(1, null);

        Take().Should().ContainSingle().Which.Entry.Should().BeNull();
    }

    [Fact]
    public void A_device_that_is_newer_elsewhere_is_removed_here_until_it_comes_back()
    {
        Name(1, "a");
        Written();
        _part.OnContested("a", s_elsewhere, leadsNowhere: false, s_own);
        Take().Single().Entry.Should().BeNull();

        Name(2, "a", Later(5_000));

        Take().Single().Entry!.Since.Should().Be(1_005_000);
    }

    [Fact]
    public void A_connection_that_came_while_an_older_one_was_looked_at_is_not_removed()
    {
        Name(1, "a");
        Written();
        Name(2, "a", Later(5_000));

        _part.OnContested("a", s_elsewhere, leadsNowhere: false, s_own);

        Take().Single().Entry!.Since.Should().Be(1_005_000);
    }

    [Fact]
    public void A_newer_pointer_that_leads_nowhere_is_outdone()
    {
        Name(1, "a");
        Written();
        _part.OnContested("a", s_elsewhere, leadsNowhere: true, s_own);

        Take().Single().Entry!.Since.Should().Be(2_000_001);
    }

    [Fact]
    public void Changes_are_written_before_what_is_only_written_again_and_that_is_not_logged()
    {
        Enumerable.Range(1, 5).ToList().ForEach(id => Name(id, $"old{id}"));
        Written();
        _part.QueueAll();
        Name(9, "new");

        List<WriteItem> items = _part.Take(10, 2, _clock, "gw-1");

        items.Select(static item => (item.Key[..3], item.IsLogged)).Should().Equal(("new", true), ("old", false), ("old", false));
        _part.QueuedAgain.Should().Be(3);
    }

    [Fact]
    public void Devices_that_come_and_go_while_the_store_is_away_need_no_memory()
    {
        Name(0, "stays");
        for (int id = 1; id <= 100_000; id++)
        {
            Name(id, $"device {id}");
            _part.End(id, null);
        }

        _part.Queued.Should().BeLessThan(5_000);
        _part.Take(10_000, 0, _clock, "gw-1").Should().ContainSingle().Which.Key.Should().Be("stays");
    }

    [Fact]
    public void Losses_that_wait_for_the_store_are_bounded_and_the_oldest_are_given_up()
    {
        for (int id = 1; id <= OwnPart.MostLosses + 500; id++)
        {
            Name(id, $"device {id}");
            _part.End(id, new OwnLoss(_now, "timeout", "PeerUnresponsive"));
        }

        _part.DroppedLosses.Should().Be(500);
        List<WriteItem> items = _part.Take(50_000, 0, _clock, "gw-1");
        items.Should().HaveCount(OwnPart.MostLosses).And.NotContain(static item => item.Key == "device 500");
    }

    private TimeSpan Later(int milliseconds) => _now += TimeSpan.FromMilliseconds(milliseconds);

    private void Name(long id, string? key, TimeSpan? at = null) => _part.Name(id, key, () => Moments.Connection(at ?? _now));

    private List<WriteItem> Take() => _part.Take(1_000, 1_000, _clock, "gw-1");

    private void Written() => _part.OnWritten(Take());
}
