namespace Liveness.Advice;

/// <summary>Durations that a person would put into a settings file. Pure.</summary>
internal static class RoundNumbers
{
    private static readonly double[] s_steps = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8];

    /// <summary>The shortest that is not shorter.</summary>
    /// <param name="duration">Longer than zero.</param>
    public static TimeSpan Up(TimeSpan duration) => From(duration).First(one => one >= duration);

    private static IEnumerable<TimeSpan> From(TimeSpan duration)
    {
        for (double power = Power(duration); ; power *= 10)
        {
            foreach (double step in s_steps)
            {
                yield return Of(step, power);
            }
        }
    }

    /// <summary>Of ten, in seconds, not more than the duration.</summary>
    private static double Power(TimeSpan duration) => Math.Pow(10, Math.Floor(Math.Log10(duration.TotalSeconds)));

    /// <summary>To the millisecond: powers of ten below one are not exact.</summary>
    private static TimeSpan Of(double step, double power) => TimeSpan.FromMilliseconds(Math.Round(step * power * 1000));
}
