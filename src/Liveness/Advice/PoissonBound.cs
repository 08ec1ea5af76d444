namespace Liveness.Advice;

/// <summary>How many events are to be expected where so many were seen: the upper end of a one-sided interval of 95 %. Pure.</summary>
/// <remarks>Exact for none (the "rule of three": -ln 0.05). Otherwise Byar's approximation of the Poisson limit with 1 % on top, which is
/// more than it errs by (Breslow and Day, Statistical Methods in Cancer Research II, 1987, section 2.3).</remarks>
internal static class PoissonBound
{
    private const double OfNone = 2.9957;
    private const double Quantile = 1.6449;
    private const double Margin = 1.01;

    public static double AtMost(long seen)
    {
        if (seen <= 0)
        {
            return OfNone;
        }

        double next = seen + 1;
        double root = 1 - (1 / (9 * next)) + (Quantile / (3 * Math.Sqrt(next)));
        return next * root * root * root * Margin;
    }
}
