namespace Liveness.AspNetCore;

/// <summary>Which rows are shown, and the way to the others.</summary>
internal static class PagerHtml
{
    public static void Write(StatusHtml html, StatusPaging paging, string label, string place, Func<int, StatusQuery> toPage)
    {
        if (paging.Pages == 1)
        {
            return;
        }

        html.Raw("<nav class=\"pager\" aria-label=\"").Raw(label).Raw("\"><span>").Count(paging.Skipped + 1).Raw("–")
            .Count(paging.Skipped + paging.Shown).Raw(" of ").Count(paging.All).Raw("</span>");
        Step(html, "First", 1, paging.Page > 2);
        Step(html, "Previous", paging.Page - 1, paging.Page > 1);
        Step(html, "Next", paging.Page + 1, paging.Page < paging.Pages);
        Step(html, "Last", paging.Pages, paging.Page < paging.Pages - 1);
        html.Raw("</nav>\n");

        void Step(StatusHtml to, string text, int page, bool exists)
        {
            if (exists)
            {
                to.Raw(" ").Link(toPage(page), place).Raw(text).Raw("</a>");
            }
        }
    }
}
