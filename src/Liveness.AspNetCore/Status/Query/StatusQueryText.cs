using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Liveness.AspNetCore;

/// <summary>A <see cref="StatusQuery"/> as it stands in an address, both ways.</summary>
internal static class StatusQueryText
{
    public const string Search = "q";
    public const string State = "state";
    public const string Diagnosis = "diagnosis";
    public const string Second = "second";
    public const string Sort = "sort";
    public const string LossSort = "losssort";
    public const string View = "view";
    public const string Page = "page";
    public const string LossPage = "losspage";
    public const string Rows = "rows";

    /// <summary>Each is listed, and not in groups.</summary>
    public const string List = "list";

    private const int MostPages = 1_000_000;

    public static StatusQuery Parse(IQueryCollection query)
    {
        string text = ((string?)query[Search] ?? "").Trim();
        (ConnectionSort sort, bool isReversed) = SortOf<ConnectionSort>(query[Sort]);
        (LossSort lossSort, bool isLossReversed) = SortOf<LossSort>(query[LossSort]);
        return new StatusQuery
        {
            Text = text.Length > SearchTerms.MostCharacters ? text[..SearchTerms.MostCharacters] : text,
            State = StateFilter.Find(query[State]),
            Diagnosis = EnumOf<LossDiagnosis>(query[Diagnosis]),
            Second = DateTimeOffset.TryParse(
                query[Second], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out DateTimeOffset second) ? second : null,
            Sort = sort,
            IsReversed = isReversed,
            LossSort = lossSort,
            IsLossReversed = isLossReversed,
            IsGrouped = !string.Equals(query[View], List, StringComparison.OrdinalIgnoreCase),
            Page = Number(query[Page]) ?? 1,
            LossPage = Number(query[LossPage]) ?? 1,
            Rows = Number(query[Rows]),
        };
    }

    /// <returns>From the question mark on, without what is usual.</returns>
    public static string Link(StatusQuery query)
    {
        StringBuilder link = new("?");
        Add(link, Search, query.Text.Length == 0 ? null : query.Text);
        Add(link, State, query.State);
        Add(link, Diagnosis, query.Diagnosis?.ToString());
        Add(link, Second, query.Second is { } second ? StatusQuery.SecondText(second) : null);
        Add(link, View, query.IsGrouped ? null : List);
        Add(link, Sort, SortText(query.Sort, query.IsReversed));
        Add(link, LossSort, SortText(query.LossSort, query.IsLossReversed));
        Add(link, Page, NumberText(query.Page));
        Add(link, LossPage, NumberText(query.LossPage));
        Add(link, Rows, query.Rows?.ToString(CultureInfo.InvariantCulture));
        return link.ToString();
    }

    /// <returns>Null = the usual one.</returns>
    public static string? SortText<T>(T sort, bool isReversed)
        where T : struct, Enum =>
        EqualityComparer<T>.Default.Equals(sort, default) && !isReversed
            ? null
            : (isReversed ? "-" : "") + sort.ToString().ToLowerInvariant();

    private static void Add(StringBuilder link, string name, string? value)
    {
        if (value is not null)
        {
            link.Append(link.Length > 1 ? "&" : "").Append(name).Append('=').Append(Uri.EscapeDataString(value));
        }
    }

    private static string? NumberText(int page) => page == 1 ? null : page.ToString(CultureInfo.InvariantCulture);

    private static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is >= 1 and <= MostPages
            ? number
            : null;

    private static (T Sort, bool IsReversed) SortOf<T>(string? text)
        where T : struct, Enum
    {
        bool isReversed = text is ['-', ..];
        return EnumOf<T>(isReversed ? text![1..] : text) is { } sort ? (sort, isReversed) : default;
    }

    /// <summary>By name alone: a number would name what is not there.</summary>
    private static T? EnumOf<T>(string? text)
        where T : struct, Enum =>
        text is not null && text.All(char.IsAsciiLetter) && Enum.TryParse(text, ignoreCase: true, out T value) ? value : null;
}
