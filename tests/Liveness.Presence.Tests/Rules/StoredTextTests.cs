namespace Liveness.Presence.Tests.Rules;

/// <summary>The texts of the schema, which others may read.</summary>
public sealed class StoredTextTests
{
    [Fact]
    public void An_entry_is_a_small_json_object()
    {
        EntryData entry = new(1_764_530_000_123, "devices", "10.0.0.1:4711", 5_000);

        StoredText.Of(entry).Should().Be("""{"since":1764530000123,"name":"devices","remote":"10.0.0.1:4711","bound":5000}""");
        StoredText.ReadEntry(StoredText.Of(entry)).Should().Be(entry);
        StoredText.Of(entry with { Bound = null }).Should().NotContain("bound");
    }

    [Fact]
    public void A_loss_is_a_small_json_object()
    {
        LossData loss = new(1_764_530_000_123, "heartbeat_timed_out", "PeerUnresponsive", "gw-1");

        StoredText.Of(loss).Should().Be(
            """{"at":1764530000123,"type":"heartbeat_timed_out","diagnosis":"PeerUnresponsive","gateway":"gw-1"}""");
        StoredText.ReadLoss(StoredText.Of(loss)).Should().Be(loss);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("{\"since\":\"x\"}")]
    [InlineData("not json at all {")]
    public void What_somebody_else_has_written_is_nothing(string text)
    {
        StoredText.ReadEntry(text).Should().BeNull();
        StoredText.ReadLoss(text).Should().BeNull();
        Lease.Parse(text).Should().BeNull();
        Registration.Parse(text).Should().BeNull();
        VersionMark.Parse(text).Should().BeNull();
        LogLine.Parse(text).Should().BeNull();
    }

    [Fact]
    public void Lease_registration_mark_and_log_are_read_as_they_were_written()
    {
        Lease lease = new("1764530000000-0a1b2c3d", 17, 4, 1_764_530_000_123);
        lease.ToString().Should().Be("1764530000000-0a1b2c3d:17:4:1764530000123");
        Lease.Parse(lease.ToString()).Should().Be(lease);
        Registration registration = new("1764530000000-0a1b2c3d", 5);
        Registration.Parse(registration.ToString()).Should().Be(registration);
        new VersionMark(7, true).ToString().Should().Be("~7");
        VersionMark.Parse("~7").Should().Be(new VersionMark(7, true));
        VersionMark.Parse("8").Should().Be(new VersionMark(8, false));
        LogLine.Parse("12 a key with blanks").Should().Be(new LogLine(12, "a key with blanks"));
    }

    /// <summary>Whoever reads the store needs the same function: these values are on the page.</summary>
    [Theory]
    [InlineData("a", 237)]
    [InlineData("meter 4711", 190)]
    [InlineData("größe-{7}:✓", 84)]
    public void The_shard_of_a_key_is_part_of_the_schema(string key, int shard) => Shards.Of(key).Should().Be(shard);

    [Fact]
    public void Keys_are_spread_evenly_over_the_shards()
    {
        int[] counts = new int[Shards.Count];
        for (int i = 0; i < 100_000; i++)
        {
            counts[Shards.Of($"meter {i}")]++;
        }

        counts.Min().Should().BeGreaterThan(250);
        counts.Max().Should().BeLessThan(550);
    }

    [Fact]
    public void A_new_epoch_is_newer_than_the_one_before_whatever_the_clock_says()
    {
        string first = Epoch.After(1_764_530_000_000, null, "aaaaaaaa");
        string second = Epoch.After(1_764_520_000_000, first, "00000000");

        first.Should().Be("1764530000000-aaaaaaaa");
        second.Should().Be("1764530000001-00000000");
        Epoch.IsNewer(second, first).Should().BeTrue();
    }
}
