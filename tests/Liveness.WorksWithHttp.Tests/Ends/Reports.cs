namespace Liveness.WorksWithHttp.Tests.Ends;

/// <summary>Standard output of one end, a line an event.</summary>
internal static class Reports
{
    private static readonly Lock s_gate = new();
    private static readonly StreamWriter s_output = new(Console.OpenStandardOutput()) { AutoFlush = true };

    public static void Write(EndEvent happened)
    {
        lock (s_gate)
        {
            s_output.WriteLine(happened.ToLine());
        }
    }

    /// <summary>For <c>attached</c> and its kin: every loss of the connection is told.</summary>
    public static Action<LivenessConnection> Of(string subject) => connection => connection.Monitor.ConnectionLost += (_, e) =>
        Write(new EndEvent(EndEventKind.Lost, subject) { Text = e.Loss.ToString(), Connection = connection.Id, Pauses = PausesOf(e.Loss.Evidence) });

    private static TimeSpan PausesOf(LossEvidence evidence) =>
        new[] { evidence.OwnPauses, evidence.ExcusedAfterOwnPause, evidence.ExcusedForHoleRepair, evidence.ExcusedWhileStarved }
            .Aggregate(TimeSpan.Zero, static (sum, part) => sum + (part ?? TimeSpan.Zero));
}
