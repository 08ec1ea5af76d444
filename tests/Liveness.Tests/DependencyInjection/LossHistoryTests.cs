using Liveness.Testing;

namespace Liveness.Tests.DependencyInjection;

/// <summary>All losses are counted, ten thousand are known in brief, and a hundred with their evidence.</summary>
public sealed class LossHistoryTests
{
    [Fact]
    public async Task A_factory_counts_its_losses_by_diagnosis_and_keeps_them_in_brief()
    {
        await using FactoryRig rig = new();
        DateTimeOffset begun = rig.Clock.GetUtcNow();
        (LivenessConnection client, _) = await rig.AttachBothAsync();
        client.OwnId = "meter 4711";
        rig.Link.Cut();
        await rig.RunUntilAsync(() => rig.Factory.RecentLosses.Count == 2);

        LossHistory history = rig.Factory.LossHistory;

        (history.Since, history.Count).Should().Be((begun, 2));
        history.CountsByDiagnosis.Should().Equal(new Dictionary<LossDiagnosis, long> { [LossDiagnosis.PeerHostOrPathDead] = 2 });
        history.Newest.Should().Equal(rig.Factory.RecentLosses);
        LossSummary brief = new(history.Newest.Single(one => one.ConnectionId == client.Id));
        ConnectionLoss loss = client.Monitor.Loss!;
        brief.Should().BeEquivalentTo(new
        {
            ConnectionId = client.Id,
            client.Name,
            client.Mode,
            client.Description,
            OwnId = "meter 4711",
            client.AttachedAt,
            loss.DetectedAt,
            loss.ErrorType,
            loss.Diagnosis,
            loss.Certainty,
            loss.Silence,
            loss.Bound,
            loss.Evidence.IncidentId,
        });
        brief.IncidentId.Should().HaveLength(32);
        TimeSpan age = brief.Age;
        rig.Clock.Advance(TimeSpan.FromSeconds(5));
        (brief.Age - age).Should().Be(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Ten_thousand_are_kept_in_brief_the_newest_hundred_with_their_evidence_and_all_are_counted()
    {
        await using FactoryRig rig = new();
        (LivenessConnection client, _) = await rig.AttachBothAsync();
        LossLedger ledger = new(rig.Clock);
        const int All = LossLedger.MostKept + 50;
        RecordedLoss[] records = [.. Enumerable.Range(0, All).Select(i => new RecordedLoss(client, i % 2 == 0 ? Losses.ConnectionReset() : Losses.HeartbeatTimedOut()))];

        Array.ForEach(records, ledger.Add);

        LossHistory history = ledger.History;
        history.Count.Should().Be(All);
        history.CountsByDiagnosis.Values.Should().Equal(All / 2, All / 2);
        history.Newest.Should().HaveCount(LossLedger.MostKept);
        history.Newest.Take(100).Should().Equal(ledger.Recorded).And.Equal(records.Reverse().Take(100));
        history.Newest.Skip(100).Should().NotContain(one => one is RecordedLoss, "only the newest keep what they rest on");
        history.Newest.Select(one => one.ErrorType).Should().Equal(records.Reverse().Take(LossLedger.MostKept).Select(one => one.ErrorType));
    }

    [Theory]
    [InlineData(200, 200)]
    [InlineData(201, 200)]
    [InlineData(100_000, 200)]
    public async Task A_loss_in_brief_keeps_two_hundred_characters_of_its_description(int length, int kept)
    {
        await using FactoryRig rig = new();
        (LivenessConnection client, _) = await rig.AttachBothAsync();
        LivenessConnection described = new(1, "", client.Mode, new string('x', length), rig.Clock, client.Attached);
        RecordedLoss record = new(described, Losses.ConnectionReset());

        LossSummary brief = new(record);

        record.Description.Should().HaveLength(length);
        brief.Description.Should().HaveLength(kept).And.StartWith(new string('x', kept - 1)).And.EndWith(length > kept ? "…" : "x");
    }

    [Fact]
    public async Task No_pair_of_surrogates_is_torn_in_a_description()
    {
        await using FactoryRig rig = new();
        (LivenessConnection client, _) = await rig.AttachBothAsync();
        LivenessConnection described = new(1, "", client.Mode, new string('x', 198) + "😀😀", rig.Clock, client.Attached);

        new LossSummary(new RecordedLoss(described, Losses.ConnectionReset())).Description.Should().Be(new string('x', 198) + "…");
    }

    [Fact]
    public async Task A_history_is_copied_once_for_each_loss_and_nobody_can_change_it()
    {
        await using FactoryRig rig = new();
        (LivenessConnection client, _) = await rig.AttachBothAsync();
        LossLedger ledger = new(rig.Clock);
        ledger.Add(new RecordedLoss(client, Losses.ConnectionReset()));
        LossHistory first = ledger.History;

        ledger.History.Should().BeSameAs(first);
        ledger.Add(new RecordedLoss(client, Losses.ConnectionReset()));

        ledger.History.Count.Should().Be(2);
        (first.Count, first.Newest.Count).Should().Be((1, 1));
        first.Newest.Should().NotBeAssignableTo<LossSummary[]>();
        first.CountsByDiagnosis.Should().NotBeAssignableTo<Dictionary<LossDiagnosis, long>>();
    }

    [Fact]
    public async Task A_factory_that_keeps_no_history_tells_what_its_newest_losses_tell()
    {
        await using FactoryRig rig = new();
        (LivenessConnection client, _) = await rig.AttachBothAsync();
        RecordedLoss[] losses = [new(client, Losses.ConnectionReset()), new(client, Losses.HeartbeatTimedOut()), new(client, Losses.HeartbeatTimedOut())];

        LossHistory history = LossHistory.Of(losses);

        (history.Since, history.Count).Should().Be((null, 3));
        history.CountsByDiagnosis.Values.Should().Equal(1, 2);
        history.Newest.Should().Equal(losses);
    }
}
