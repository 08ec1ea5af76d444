namespace Liveness.AspNetCore;

/// <summary>Which part of a list is shown.</summary>
/// <param name="Page">From 1; one that exists.</param>
/// <param name="Rows">In a page.</param>
/// <param name="All">Rows of all pages.</param>
internal readonly record struct StatusPaging(int Page, int Rows, int All)
{
    public int Pages => Math.Max(1, (All + Rows - 1) / Rows);

    public int Skipped => (Page - 1) * Rows;

    public int Shown => Math.Min(Rows, All - Skipped);

    /// <summary>A page behind the last is the last: the list may have become shorter since the link was made.</summary>
    public static StatusPaging Of(int page, int rows, int all)
    {
        StatusPaging paging = new(page, rows, all);
        return paging with { Page = Math.Min(page, paging.Pages) };
    }
}
