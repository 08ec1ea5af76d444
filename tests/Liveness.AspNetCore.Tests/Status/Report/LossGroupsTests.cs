namespace Liveness.AspNetCore.Tests.Status.Report;

/// <summary>What was lost in one second with one diagnosis stands together.</summary>
public sealed class LossGroupsTests
{
    private static readonly DateTimeOffset s_noon = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    private readonly StagedFactory _factory = new();

    [Fact]
    public void Losses_of_one_second_and_diagnosis_are_one_group_and_two_are_none()
    {
        Lose(4, s_noon.AddMilliseconds(100), StagedLoss.Silent);
        Lose(2, s_noon.AddMilliseconds(300), StagedLoss.Reset);
        Lose(3, s_noon.AddMilliseconds(900), StagedLoss.Silent);
        Lose(3, s_noon.AddMilliseconds(1100), StagedLoss.Silent);

        IReadOnlyList<IReadOnlyList<LossSummary>> groups = LossGroups.Of(_factory.LossHistory.Newest);

        groups.Select(group => group.Count).Should().Equal(3, 7, 1, 1);
        groups[1].Should().OnlyContain(loss => loss.Diagnosis == LossDiagnosis.PeerHostOrPathDead && loss.DetectedAt < s_noon.AddSeconds(1));
        groups.SelectMany(group => group).Should().BeEquivalentTo(_factory.LossHistory.Newest, "nothing is left out");
    }

    [Fact]
    public void A_group_says_what_its_losses_share()
    {
        Lose(3, s_noon, StagedLoss.Silent, "devices", i => $"10.0.0.{i}:5000");
        Lose(2, s_noon, StagedLoss.Silent, "upstream", _ => "10.0.0.1:6000");
        Lose(1, s_noon, StagedLoss.Silent, "a", _ => "[fe80::1]:6000");
        Lose(1, s_noon, StagedLoss.Silent, "b", _ => "a port of its own: none");

        StatusLossGroup group = LossGroups.Describe(LossGroups.Of(_factory.LossHistory.Newest).Single());

        (group.Second, group.Diagnosis, group.Count).Should().Be((s_noon, "PeerHostOrPathDead", 7));
        group.Names.Should().Equal(new Dictionary<string, int> { ["devices"] = 3, ["upstream"] = 2, ["a"] = 1 });
        (group.OtherNames, group.Hosts, group.HasMoreHosts, group.Host).Should().Be((1, 5, false, null));
    }

    [Fact]
    public void One_address_is_named_and_thousands_are_not_counted_to_the_end()
    {
        Lose(5, s_noon, StagedLoss.Silent, "devices", i => $"10.0.0.1:{i}");
        Lose(5000, s_noon.AddSeconds(1), StagedLoss.Silent, "devices", i => $"10.{i / 256}.{i % 256}.1:5000");

        StatusLossGroup[] groups = [.. LossGroups.Of(_factory.LossHistory.Newest).Select(LossGroups.Describe)];

        groups.Select(group => group.Count).Should().Equal(5000, 5);
        groups.Select(group => (group.Hosts, group.HasMoreHosts, group.Host)).Should().Equal((100, true, null), (1, false, "10.0.0.1"));
    }

    private void Lose(
        int count, DateTimeOffset moment, Func<DateTimeOffset, ConnectionLoss> loss, string name = "devices", Func<int, string>? description = null)
    {
        for (int i = 0; i < count; i++)
        {
            _factory.Lose(name, loss(moment), description?.Invoke(i) ?? "192.0.2.7:5000");
        }
    }

    private void Lose(int count, DateTimeOffset moment, Func<DateTimeOffset, string?, ConnectionLoss> loss, string name = "devices", Func<int, string>? description = null) =>
        Lose(count, moment, at => loss(at, null), name, description);
}
