using System.Globalization;

namespace Liveness.AspNetCore;

/// <summary>What a request asks for. Nothing in it is taken on trust: what makes no sense counts as not asked for.</summary>
internal sealed record StatusQuery
{
    public static readonly StatusQuery All = new();

    /// <summary>Searched for in both lists.</summary>
    public string Text { get; init; } = "";

    /// <summary>Of live connections, as <see cref="StateFilter"/> has it; null = all.</summary>
    public string? State { get; init; }

    /// <summary>Of losses; null = all.</summary>
    public LossDiagnosis? Diagnosis { get; init; }

    /// <summary>Losses of this second alone, in UTC; null = of any.</summary>
    public DateTimeOffset? Second { get; init; }

    public ConnectionSort Sort { get; init; }

    public bool IsReversed { get; init; }

    public LossSort LossSort { get; init; }

    public bool IsLossReversed { get; init; }

    /// <summary>Losses of one second and diagnosis are one line.</summary>
    public bool IsGrouped { get; init; } = true;

    /// <summary>Of live connections, from 1.</summary>
    public int Page { get; init; } = 1;

    /// <summary>Of losses, from 1.</summary>
    public int LossPage { get; init; } = 1;

    /// <summary>In each list; null = as many as is usual.</summary>
    public int? Rows { get; init; }

    public bool HasFilter => Text.Length > 0 || State is not null || Diagnosis is not null || Second is not null;

    /// <summary>The same without the filters.</summary>
    public StatusQuery Unfiltered => this with { Text = "", State = null, Diagnosis = null, Second = null, Page = 1, LossPage = 1 };

    /// <summary>As it is written in an address.</summary>
    public static string SecondText(DateTimeOffset second) =>
        second.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
