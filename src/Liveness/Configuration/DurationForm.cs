namespace Liveness;

/// <summary>A duration within limits.</summary>
internal sealed class DurationForm(TimeSpan least, TimeSpan most) : SettingForm<TimeSpan>
{
    /// <summary>The limit itself is too short.</summary>
    public bool IsMoreThanLeast { get; init; }

    /// <summary>The limit itself is too long.</summary>
    public bool IsLessThanMost { get; init; }

    /// <summary>No end, "Infinite", is a value as well.</summary>
    public bool MayBeInfinite { get; init; }

    public TimeSpan Least { get; } = least;

    /// <summary><see cref="TimeSpan.MaxValue"/> = there is no limit here.</summary>
    public TimeSpan Most { get; } = most;

    public override string Allowed => Range() + (MayBeInfinite ? $", or \"{DurationText.Infinite}\"" : "");

    public bool Allows(TimeSpan value) => value == Timeout.InfiniteTimeSpan
        ? MayBeInfinite
        : (IsMoreThanLeast ? value > Least : value >= Least) && (IsLessThanMost ? value < Most : value <= Most);

    public override string? Parse(string text, out TimeSpan value)
    {
        if (!DurationText.TryParse(text, out value))
        {
            return Refuse(text, DurationText.Cure(text, Allows), "hours:minutes:seconds");
        }

        return Allows(value) ? null : Refuse(text, "");
    }

    public override string Write(TimeSpan value) => DurationText.Write(value);

    private string Range()
    {
        string least = $"\"{Write(Least)}\"";
        string from = IsMoreThanLeast ? $"more than {least}" : $"at least {least}";
        return Most == TimeSpan.MaxValue ? from
            : IsLessThanMost ? $"{from} and less than \"{Write(Most)}\""
            : IsMoreThanLeast ? $"{from} and at most \"{Write(Most)}\""
            : $"{least} to \"{Write(Most)}\"";
    }
}
