using System.Globalization;

namespace Liveness.AspNetCore.Tests;

/// <summary>Two thousand that live and five thousand that were lost at once, as a switch takes them along.</summary>
internal static class Crowd
{
    public const int Live = 2000;
    public const int Lost = 5000;
    public const string Hostile = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">";

    public static void Fill(StagedFactory factory, DateTimeOffset lostAt)
    {
        FillLive(factory);
        for (int i = 0; i < 4; i++)
        {
            LoseOne(factory, i, lostAt.AddMinutes(-10 * (4 - i)));
        }

        Storm(factory, lostAt);
    }

    public static void FillLive(StagedFactory factory)
    {
        Random dice = new(3);
        for (int i = 0; i < Live; i++)
        {
            LivenessState state = i % 400 == 7 ? LivenessState.Suspect : LivenessState.Alive;
            ConnectionConditions conditions = i % 500 == 9 ? ConnectionConditions.PeerNotConsuming : ConnectionConditions.None;
            StagedConnection staged = factory.Add(
                i % 10 == 0 ? "upstream" : "devices",
                $"192.0.{i / 250}.{i % 250}:{40000 + i}",
                state,
                conditions,
                state == LivenessState.Suspect ? TimeSpan.FromSeconds(2.1) : TimeSpan.FromSeconds(dice.NextDouble()));
            (staged.Bound, staged.IncidentId) = (TimeSpan.FromSeconds(3), Incident(i));
            staged.Monitor.OwnId = i % 10 == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"meter {4000 + i}");
            staged.VaryRoundTrip = () => TimeSpan.FromMilliseconds(8 + (i % 7) + (dice.NextDouble() * 6) + (dice.Next(40) == 0 ? 40 : 0));
        }
    }

    /// <summary>One of those that go before.</summary>
    public static void LoseOne(StagedFactory factory, int i, DateTimeOffset lostAt) => factory.Lose("upstream", StagedLoss.Reset(lostAt), $"10.20.0.{i}:5432");

    public static void Storm(StagedFactory factory, DateTimeOffset lostAt)
    {
        for (int i = 0; i < Lost; i++)
        {
            factory.Lose("devices", StagedLoss.Silent(lostAt, Incident(i + Live)), $"10.1.{i / 250}.{i % 250}:{20000 + i}", string.Create(CultureInfo.InvariantCulture, $"meter {10000 + i}"));
        }

        factory.Lose("devices", StagedLoss.Reset(lostAt.AddSeconds(1)), "10.1.0.1:5000", "gateway 7");
        factory.Lose(Hostile, StagedLoss.Reset(lostAt.AddSeconds(2)), Hostile, "<i>meter</i>");
    }

    public static string Incident(int i) => string.Create(CultureInfo.InvariantCulture, $"7f00ab{i:x26}");
}
