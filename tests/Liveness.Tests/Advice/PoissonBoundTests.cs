using Liveness.Advice;

namespace Liveness.Tests.Advice;

/// <summary>The upper limit is one: so many or fewer events are seen in less than 5 % of all times where as many are to be expected.</summary>
public sealed class PoissonBoundTests
{
    [Fact]
    public void The_limit_is_never_too_low_and_hardly_too_high()
    {
        for (int seen = 0; seen < 300; seen++)
        {
            double atMost = PoissonBound.AtMost(seen);

            AtMost(seen, atMost).Should().BeLessThanOrEqualTo(0.05005);
            AtMost(seen, atMost / 1.025).Should().BeGreaterThan(0.05);
        }
    }

    /// <summary>How likely no more events than that are.</summary>
    private static double AtMost(int events, double expected)
    {
        double sum = 0;
        double logarithm = -expected;
        for (int i = 0; i <= events; i++)
        {
            sum += Math.Exp(logarithm);
            logarithm += Math.Log(expected / (i + 1));
        }

        return sum;
    }
}
