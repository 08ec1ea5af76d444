using Liveness.Tests.Support;

namespace Liveness.Tests.InBand;

public class DeliveryRateTests
{
    private const int KiB = 1024;

    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(4);

    private readonly DeliveryRate _rate = new(MachineRig.At(0));

    [Fact]
    public void It_begins_with_sizes_that_suit_most_paths()
    {
        Sizes(s_bound).Should().Be((16 * KiB, 64 * KiB, 128 * KiB));
    }

    [Fact]
    public void Where_nobody_judges_silence_nothing_needs_to_be_short()
    {
        Sizes(TimeSpan.MaxValue).Should().Be((64 * KiB, 1024 * KiB, 256 * KiB));
    }

    [Fact]
    public void A_faster_sample_counts_at_once()
    {
        Confirm(0, at: 0);
        Confirm(400_000, at: 1_000);

        Sizes(s_bound).Should().Be((64 * KiB, 200_000, 200_000));
        Sizes(TimeSpan.FromSeconds(1)).Should().Be((50_000, 64 * KiB, 128 * KiB));
    }

    [Fact]
    public void A_report_that_was_under_way_before_the_first_data_is_no_measurement()
    {
        _rate.OnTransportBlocked();
        Confirm(0, at: 30);
        Sizes(s_bound).Should().Be((16 * KiB, 64 * KiB, 128 * KiB));

        Confirm(400_000, at: 1_000);
        _rate.BytesPerSecond.Should().Be(400_000);
    }

    [Fact]
    public void A_slower_one_counts_only_where_a_send_was_pending()
    {
        Confirm(0, at: 0);
        Confirm(1_000_000, at: 1_000);
        Confirm(1_010_000, at: 2_000);
        _rate.BytesPerSecond.Should().Be(1_000_000, "the application wrote little");

        _rate.OnTransportBlocked();
        Confirm(1_020_000, at: 3_000);
        _rate.BytesPerSecond.Should().Be(500_000, "by half at most");
        Confirm(1_030_000, at: 4_000);
        _rate.BytesPerSecond.Should().Be(250_000, "the send is pending still");

        _rate.OnTransportFree();
        Confirm(1_040_000, at: 5_000);
        Confirm(1_050_000, at: 6_000);
        _rate.BytesPerSecond.Should().Be(125_000);
    }

    [Fact]
    public void On_a_thin_path_everything_becomes_small()
    {
        _rate.OnTransportBlocked();
        for (int second = 0; second < 10; second++)
        {
            Confirm((ulong)second * 1_000, at: second * 1_000);
        }

        Sizes(s_bound).Should().Be((1 * KiB, 1 * KiB, 16 * KiB));
        Sizes(TimeSpan.FromSeconds(80)).Should().Be((10_000, 10_000, 16 * KiB));
    }

    [Fact]
    public void A_slow_reader_is_no_slow_path()
    {
        Confirm(0, at: 0);
        Confirm(1_000_000, at: 1_000);
        _rate.OnTransportBlocked();
        _rate.OnConfirmed(1_010_000, MachineRig.At(2_000), readerIsBehind: true);

        _rate.BytesPerSecond.Should().Be(1_000_000);
    }

    [Fact]
    public void What_is_known_only_in_part_raises_and_never_lowers()
    {
        Confirm(0, at: 0);
        _rate.OnConfirmedAtLeast(1_000_000, MachineRig.At(1_000));
        _rate.BytesPerSecond.Should().Be(1_000_000);

        _rate.OnTransportBlocked();
        _rate.OnConfirmedAtLeast(1_010_000, MachineRig.At(2_000));

        _rate.BytesPerSecond.Should().Be(1_000_000);
    }

    [Fact]
    public void Reports_that_were_bunched_on_the_way_make_no_rate_of_their_own()
    {
        Confirm(0, at: 0);
        Confirm(10_000, at: 1_000);
        Confirm(20_000, at: 1_000);
        Confirm(30_000, at: 1_001);
        _rate.BytesPerSecond.Should().Be(10_000);

        Confirm(40_000, at: 2_000);
        _rate.BytesPerSecond.Should().Be(30_000);
    }

    [Fact]
    public void A_report_that_is_behind_another_changes_nothing()
    {
        Confirm(0, at: 0);
        Confirm(100_000, at: 1_000);
        _rate.OnConfirmedAtLeast(50_000, MachineRig.At(2_000));
        Confirm(200_000, at: 3_000);

        _rate.BytesPerSecond.Should().Be(100_000);
    }

    private void Confirm(ulong total, double at) => _rate.OnConfirmed(total, MachineRig.At(at));

    private (int Frame, int Batch, int Unsent) Sizes(TimeSpan bound) => (_rate.FrameSize(bound), _rate.BatchSize(bound), _rate.NotSentLowWater(bound));
}
