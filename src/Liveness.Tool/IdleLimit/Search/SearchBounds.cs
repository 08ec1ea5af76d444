namespace Liveness.Tool.IdleLimit;

/// <summary>How long a search takes at most. Pure.</summary>
/// <param name="Longest">The longest idle time that is tried.</param>
/// <param name="Connections">How many are idle at once.</param>
/// <param name="Patience">How long an answer may take.</param>
internal sealed record SearchBounds(TimeSpan Longest, int Connections, TimeSpan Patience)
{
    /// <summary>The first round begins at the longest idle time by this: two limits of which the one is so much shorter are rare.</summary>
    public const int Span = 100;

    /// <summary>More rounds than any limit takes: what is lost by chance may cost a round, not the day.</summary>
    public const int MostRounds = 24;

    /// <summary>With so many, a round has some to spare that repeat what has lived, which takes no time.</summary>
    private const int Many = 8;

    /// <summary>
    /// As many rounds as the worst limit takes, which is the longest, and one more for what is lost by chance. Each is as long as its
    /// longest idle time. Few connections take more rounds to repeat what they have shown.
    /// </summary>
    public TimeSpan Total => (Longest + Patience) * (Rounds + 1 + Repetitions);

    /// <summary>Where nothing is forgotten, and nothing is lost by chance.</summary>
    public TimeSpan WithoutLimit => Longest * (1 + (SpareOf(Connections) > 0 ? 0 : Repetitions));

    private int Repetitions => (Evidence.Survivors - 1 + Connections - 1) / Connections;

    private int Rounds
    {
        get
        {
            int rounds = 1;
            int narrowing = Connections - SpareOf(Connections);
            double gap = Math.Pow(Span, 1.0 / narrowing);
            do
            {
                gap = Math.Pow(gap, 1.0 / narrowing);
                rounds++;
            }
            while (Math.Pow(gap, Evidence.Witnesses) > Evidence.Precision);
            return Math.Min(rounds, MostRounds);
        }
    }

    /// <param name="connections">How many are idle at once.</param>
    public static int SpareOf(int connections) => connections < Many ? 0 : Evidence.Survivors - 1;
}
