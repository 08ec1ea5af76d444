namespace Liveness.Presence.Tests.Rules;

/// <summary>When a gateway renews its lease, writes, and writes anew.</summary>
public sealed class GatewayMachineTests
{
    private const string Own = "1764530000000-suffix00";

    private readonly GatewayMachine _machine = new(Moments.Settings(perSecond: 1_000), "suffix00", Moments.Start);
    private TimeSpan _now = Moments.Start;
    private long _lastId;
    private VersionMark? _stored;

    [Fact]
    public void It_asks_for_its_lease_first_and_renews_it_every_third_of_its_time()
    {
        Step<GatewayStep.TakeLease>().Request.Should().Be(
            new LeaseRequest("gw-1", null, "suffix00", 0, 0, TimeSpan.FromSeconds(3), TimeSpan.FromDays(1)));
        Lease(LeaseOutcome.Taken);

        Wait().Should().Be(_now + TimeSpan.FromSeconds(1));
        Later(1_000);
        Step<GatewayStep.TakeLease>().Request.Epoch.Should().Be(Own);
    }

    [Fact]
    public void Changes_of_ten_milliseconds_are_one_batch()
    {
        Lease(LeaseOutcome.Taken);
        Attach("a");
        Wait().Should().Be(_now + GatewayMachine.BatchDelay);
        Later(5);
        Attach("b");
        Later(5);

        GatewayStep.Write write = Step<GatewayStep.Write>();

        write.Batch.Items.Select(static item => item.Key).Should().Equal("a", "b");
        write.Batch.Mark.Should().Be(new VersionMark(2, false));
        write.Part.Should().Be(new PartId("gw-1", Own));
    }

    [Fact]
    public void Changes_under_way_are_pending_until_the_store_has_answered()
    {
        Lease(LeaseOutcome.Taken);
        Attach("a");
        Attach("b");
        Later(10);

        GatewayStep.Write write = Step<GatewayStep.Write>();

        (_machine.Pending, _machine.IsSettled).Should().Be((2, false));
        Written(write.Batch);
        (_machine.Pending, _machine.IsSettled).Should().Be((0, true));
        Attach("c");
        Later(10);
        _machine.OnWriteFailed(Step<GatewayStep.Write>().Batch, _now);
        _machine.Pending.Should().Be(1);
    }

    [Fact]
    public void It_knows_how_it_stands_with_the_store()
    {
        Standing().Should().Be(GatewayStanding.Unheard);
        Lease(LeaseOutcome.Taken);
        Standing().Should().Be(GatewayStanding.Registered);
        _machine.OnFailed(_now);
        Later(2_999);
        Standing().Should().Be(GatewayStanding.Registered, "others still see the lease");
        Later(1);
        Standing().Should().Be(GatewayStanding.Unheard);

        Lease(LeaseOutcome.Renewed, stored: new VersionMark(7, false));
        Standing().Should().Be(GatewayStanding.Resyncing);
        Later(3_000);
        Lease(LeaseOutcome.Refused, epoch: "1764530000000-another0");
        Standing().Should().Be(GatewayStanding.Refused);
        _machine.OnFailed(_now);
        Standing().Should().Be(GatewayStanding.Unheard);
    }

    [Fact]
    public void Without_a_lease_nothing_is_written()
    {
        Attach("a");
        Later(50);
        Step<GatewayStep.TakeLease>();
        _machine.OnFailed(_now);

        _machine.Next(_now).Should().BeOfType<GatewayStep.Wait>();
    }

    [Fact]
    public void After_a_failure_nothing_is_written_before_the_lease_is_renewed()
    {
        Lease(LeaseOutcome.Taken);
        _machine.OnFailed(_now);
        Attach("a");
        Later(20);
        _machine.Next(_now).Should().BeOfType<GatewayStep.Wait>("the store is away, and another run may have the name by now");

        Later(480);
        Step<GatewayStep.TakeLease>();
        Lease(LeaseOutcome.Renewed);
        Step<GatewayStep.Write>().Batch.Items.Should().ContainSingle();
    }

    [Fact]
    public void After_a_failed_write_the_lease_comes_first_and_the_same_changes_again()
    {
        Lease(LeaseOutcome.Taken);
        Attach("a");
        Later(10);
        GatewayStep.Write failed = Step<GatewayStep.Write>();
        _machine.OnWriteFailed(failed.Batch, _now);

        Later(1_000);
        Step<GatewayStep.TakeLease>();
        Lease(LeaseOutcome.Renewed, stored: null);

        WriteBatch again = Step<GatewayStep.Write>().Batch;
        again.Items.Should().BeEquivalentTo(failed.Batch.Items);
        again.Mark.Version.Should().Be(2, "a version that was tried may be in the store");
    }

    [Fact]
    public void A_lease_that_was_over_is_back_with_one_step_if_the_store_has_kept_everything()
    {
        Lease(LeaseOutcome.Taken);
        WriteAll("a");
        Later(5_000);
        Lease(LeaseOutcome.Taken, stored: new VersionMark(1, false));

        _machine.Next(_now).Should().BeOfType<GatewayStep.Wait>();
        News().Should().Contain(static news => news is GatewayNews.BackAgain);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0L)]
    [InlineData(7L)]
    public void A_store_with_another_version_is_written_anew_as_fast_as_is_allowed(long? stored)
    {
        Lease(LeaseOutcome.Taken);
        WriteAll([.. Enumerable.Range(0, 120).Select(static i => $"device {i}")]);
        Later(1_000);
        VersionMark? mark = stored is { } version ? new VersionMark(version, false) : null;
        Lease(LeaseOutcome.Renewed, mark);
        _stored = mark;

        TimeSpan begun = _now;
        int written = 0;
        GatewayStep step = _machine.Next(_now);
        for (; step is not GatewayStep.Purge; step = _machine.Next(_now))
        {
            if (step is GatewayStep.Write write)
            {
                write.Batch.Mark.IsPartial.Should().BeTrue();
                write.Batch.Items.Should().OnlyContain(static item => !item.IsLogged).And.HaveCountLessThanOrEqualTo(50);
                written += write.Batch.Items.Count;
                Written(write.Batch);
            }
            else
            {
                _now = ((GatewayStep.Wait)step).Until;
            }
        }

        written.Should().Be(120);
        (_now - begun).Should().BeCloseTo(TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(1), "50, 50 and 20 at 1,000 a second");
        _machine.OnPurged();
        WriteBatch seal = Step<GatewayStep.Write>().Batch;
        seal.Items.Should().BeEmpty();
        seal.Mark.IsPartial.Should().BeFalse();
        seal.Mark.Version.Should().BeGreaterThan(Math.Max(120, stored ?? 0) + 1, "watchers see a gap, and list anew");
        Written(seal);
        _machine.IsSettled.Should().BeTrue();
    }

    /// <summary>The batch puts the mark right again, and nothing else.</summary>
    [Fact]
    public void A_store_that_has_lost_everything_right_before_a_batch_is_written_anew()
    {
        Lease(LeaseOutcome.Taken);
        WriteAll("a", "b");
        _stored = null;
        WriteAll("c");

        News().Should().ContainSingle(static news => news is GatewayNews.ResyncBegun);
        WriteBatch again = Step<GatewayStep.Write>().Batch;
        again.Items.Select(static item => item.Key).Should().BeEquivalentTo("a", "b", "c");
        again.Mark.IsPartial.Should().BeTrue();
    }

    [Fact]
    public void Changes_do_not_wait_for_what_is_written_anew()
    {
        Lease(LeaseOutcome.Taken);
        WriteAll([.. Enumerable.Range(0, 500).Select(static i => $"device {i}")]);
        Later(1_000);
        Lease(LeaseOutcome.Renewed, stored: null);
        _stored = null;
        Written(Step<GatewayStep.Write>().Batch);
        Attach("new");
        Later(10);

        Step<GatewayStep.Write>().Batch.Items.Should().ContainSingle().Which.Key.Should().Be("new");
    }

    [Fact]
    public void A_name_that_another_process_has_is_asked_for_again_when_its_lease_is_over_and_told_once()
    {
        Attach("a");
        Lease(LeaseOutcome.Refused, epoch: "1764530000005-other000", remaining: TimeSpan.FromSeconds(2));
        Wait().Should().Be(_now + TimeSpan.FromSeconds(2));
        Later(2_000);
        Lease(LeaseOutcome.Refused, epoch: "1764530000005-other000", remaining: TimeSpan.FromSeconds(3));

        News().Should().ContainSingle().Which.Should().Be(new GatewayNews.Refused("1764530000005-other000", TimeSpan.FromSeconds(2)));
        _machine.Part.Should().BeNull();
    }

    [Fact]
    public void A_name_that_was_taken_over_removes_its_part_writes_nothing_and_comes_back_as_a_new_run()
    {
        Lease(LeaseOutcome.Taken);
        WriteAll("a");
        Later(5_000);
        Lease(LeaseOutcome.Refused, epoch: "1764530000005-other000", remaining: TimeSpan.FromSeconds(2));
        Attach("b");
        Later(10);

        Step<GatewayStep.Remove>().Part.Should().Be(new PartId("gw-1", Own));
        _machine.OnRemoved();
        _machine.Next(_now).Should().BeOfType<GatewayStep.Wait>();
        News().Should().ContainSingle(static news => news is GatewayNews.TakenOver);

        Later(5_000);
        Lease(LeaseOutcome.Taken, epoch: "1764530000009-suffix00");
        _stored = null;
        List<string> written = [];
        while (Step<GatewayStep>() is GatewayStep.Write write)
        {
            written.AddRange(write.Batch.Items.Select(static item => item.Key));
            Written(write.Batch);
        }

        written.Should().BeEquivalentTo("a", "b");
    }

    [Fact]
    public void A_key_that_is_newer_elsewhere_is_looked_at_and_removed()
    {
        Lease(LeaseOutcome.Taken);
        Attach("a");
        Later(10);
        Written(Step<GatewayStep.Write>().Batch, "a");
        Step<GatewayStep.Contest>().Keys.Should().Equal("a");
        PartId other = new("gw-2", "1764530000007-other000");
        GatewayRow row = new("gw-2", new Registration(other.Epoch, 0), new Lease(other.Epoch, 1, 1, 0), new VersionMark(1, false));
        EntryData entry = new(1_764_530_000_900, "devices", "r", null);

        _machine.OnContested([new KeyRow("a", new Pointer(entry.Since, other), row, entry, null)], _now);
        Later(10);

        Step<GatewayStep.Write>().Batch.Items.Single().Entry.Should().BeNull();
    }

    [Fact]
    public void Shards_are_swept_one_after_the_other()
    {
        HashSet<int> swept = [];
        Lease(LeaseOutcome.Taken);
        while (swept.Count < Shards.Count)
        {
            switch (_machine.Next(_now))
            {
                case GatewayStep.Sweep sweep:
                    swept.Add(sweep.Shard).Should().BeTrue();
                    _machine.OnSwept(_now);
                    break;
                case GatewayStep.TakeLease:
                    Lease(LeaseOutcome.Renewed);
                    break;
                case GatewayStep.Wait wait:
                    _now = wait.Until;
                    break;
            }
        }

        (_now - Moments.Start).Should().BeCloseTo(TimeSpan.FromHours(1), TimeSpan.FromMinutes(1));
    }

    private TStep Step<TStep>()
        where TStep : GatewayStep => _machine.Next(_now).Should().BeAssignableTo<TStep>().Subject;

    private GatewayStanding Standing() => _machine.StateAt(_now).Standing;

    private TimeSpan Wait() => Step<GatewayStep.Wait>().Until;

    private void Later(int milliseconds) => _now += TimeSpan.FromMilliseconds(milliseconds);

    private void Attach(string key)
    {
        TimeSpan at = _now;
        _machine.Name(++_lastId, key, () => Moments.Connection(at), _now);
    }

    private void WriteAll(params string[] keys)
    {
        Array.ForEach(keys, Attach);
        Later(10);
        Written(Step<GatewayStep.Write>().Batch);
    }

    private void Written(WriteBatch batch, params string[] contested)
    {
        _machine.OnWritten(batch, new WriteReply(_stored, contested), _now);
        _stored = batch.Mark;
    }

    private void Lease(
        LeaseOutcome outcome, VersionMark? stored = null, string epoch = Own, TimeSpan remaining = default) =>
        _machine.OnLease(new LeaseReply(outcome, epoch, 1_764_530_000_000 + (long)(_now - Moments.Start).TotalMilliseconds, stored, remaining), _now, _now);

    private List<GatewayNews> News()
    {
        List<GatewayNews> all = [];
        while (_machine.NextNews() is { } news)
        {
            all.Add(news);
        }

        return all;
    }
}
