using System.Diagnostics;
using Liveness.WorksWithHttp.Tests.Ends;

namespace Liveness.WorksWithHttp.Tests.Rounds;

/// <summary>What one round saw of one subject.</summary>
internal sealed record Sighting
{
    /// <summary>The kernel's timers are late, the next look at the socket may be a second away, and the machine is busy.</summary>
    public static readonly TimeSpan Slack = TimeSpan.FromSeconds(1.5);

    public required string Subject { get; init; }

    /// <summary>Something waits for an answer, or will ask soon.</summary>
    public bool Waits { get; init; }

    /// <summary>After the cut, by a monitor: the latest of its connections. Null = not told.</summary>
    public TimeSpan? Lost { get; init; }

    /// <summary>What the losses themselves say of our own pauses.</summary>
    public TimeSpan Pauses { get; init; }

    /// <summary>No connection was told twice.</summary>
    public bool IsToldOnce { get; init; }

    /// <summary>After the cut, by the client library. Null = not told.</summary>
    public TimeSpan? Failed { get; init; }

    /// <summary>Works again, after the cable was put back.</summary>
    public TimeSpan? Back { get; init; }

    /// <summary>What was said.</summary>
    public string? Text { get; init; }

    public static Sighting Of(EndEvent subject, EndEvent[] events, long cut, long healed)
    {
        EndEvent[] own = [.. events.Where(happened => happened.Subject == subject.Subject)];
        EndEvent[] lost = [.. own.Where(static happened => happened.Kind == EndEventKind.Lost)];
        EndEvent? failed = own.FirstOrDefault(static happened => happened.Kind == EndEventKind.Failed);
        EndEvent? used = own.FirstOrDefault(static happened => happened.Kind == EndEventKind.Used);
        return new Sighting
        {
            Subject = subject.Subject,
            Waits = subject.Text == "waits",
            Lost = lost.Length == 0 ? null : Stopwatch.GetElapsedTime(cut, lost.Where(one => one.At < healed).Select(static one => one.At).DefaultIfEmpty(long.MaxValue).Max()),
            Pauses = lost.Max(static one => one.Pauses) ?? TimeSpan.Zero,
            IsToldOnce = lost.DistinctBy(static one => one.Connection).Count() == lost.Length,
            Failed = failed is null ? null : Stopwatch.GetElapsedTime(cut, failed.At),
            Back = used is null ? null : Stopwatch.GetElapsedTime(healed, used.At),
            Text = string.Join(" | ", new[] { lost.FirstOrDefault()?.Text, failed?.Text }.OfType<string>()),
        };
    }

    /// <summary>By a monitor where there is one, else by the client library.</summary>
    public TimeSpan? Told => Lost ?? Failed;

    public bool IsWithin(TimeSpan bound) => Told > TimeSpan.Zero && Told <= bound + Slack + Pauses && IsToldOnce;
}
