namespace Liveness.Tests;

public sealed class SequenceNumberTests
{
    [Theory]
    [InlineData(1u, 0u, true)]
    [InlineData(0u, 1u, false)]
    [InlineData(5u, 5u, false)]
    [InlineData(0u, uint.MaxValue, true)]
    [InlineData(uint.MaxValue, 0u, false)]
    [InlineData(0x7FFFFFFFu, 0u, true)]
    [InlineData(0x80000000u, 1u, true)]
    [InlineData(3u, 0xFFFFFFF0u, true)]
    public void Newer_is_decided_across_the_wrap(uint a, uint b, bool newer) => SequenceNumber.IsNewer(a, b).Should().Be(newer);

    [Theory]
    [InlineData(0x80000000u, 0u)]
    [InlineData(0u, 0x80000000u)]
    [InlineData(0x80000005u, 5u)]
    public void At_a_distance_of_half_the_circle_neither_is_newer(uint a, uint b) => SequenceNumber.IsNewer(a, b).Should().BeFalse();
}
