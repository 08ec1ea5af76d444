using System.Globalization;

namespace Liveness.Tool.IdleLimit;

/// <summary>Idle times in words: exact to a hundredth or so, for they are measurements. Pure.</summary>
internal static class IdleWords
{
    public static string Of(TimeSpan idle) => idle switch
    {
        { TotalSeconds: < 99.95 } => string.Create(CultureInfo.InvariantCulture, $"{idle.TotalSeconds:0.0} s"),
        { TotalSeconds: < 999.5 } => string.Create(CultureInfo.InvariantCulture, $"{idle.TotalSeconds:0} s"),
        { TotalHours: < 2 } => string.Create(CultureInfo.InvariantCulture, $"{(int)idle.TotalMinutes} min {idle.Seconds} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)idle.TotalHours} h {idle.Minutes} min"),
    };

    /// <summary>Of a trial: what became of it.</summary>
    public static string Of(TrialOutcome outcome) => outcome switch
    {
        TrialOutcome.Alive => "alive",
        TrialOutcome.Silent => "no answer any more",
        TrialOutcome.Reset => "a reset is the answer",
        TrialOutcome.Closed => "closed by the other side",
        TrialOutcome.Aborted => "reset by the other side, unasked",
        TrialOutcome.ServerSpoke => "the server said something by itself",
        TrialOutcome.ServerProbed => "the server's host probed by itself",
        _ => "not connected",
    };
}
