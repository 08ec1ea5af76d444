using System.Globalization;

namespace Liveness.AspNetCore.Tests.Browser;

/// <summary>Two thousand that live and five thousand that were lost at once, in a real browser.</summary>
[Collection(OneBrowser.Name)]
public sealed class StatusPageAtScaleTests
{
    private const string IsLive = "document.getElementById('fresh').classList.contains('live')";
    private const double Limit = 100;
    private const int MostRounds = 6;
    private const string Shown = "document.body.dataset.shows";

    private readonly BrowserFixture _browser;

    public StatusPageAtScaleTests(BrowserFixture browser)
    {
        _browser = browser;
    }

    [BrowserFact(needsAxe: true)]
    public async Task Everybody_can_read_it_at_three_widths_light_and_dark()
    {
        await using StatusStage stage = await StatusStage.StartCrowdAsync();
        List<string> violations = [];
        foreach (int width in (int[])[360, 800, 1440])
        {
            foreach (bool isDark in (bool[])[false, true])
            {
                BrowserPage page = await OpenAsync(stage, width, isDark);
                string name = $"crowd-{width}-{(isDark ? "dark" : "light")}";
                await page.ScreenshotAsync(Artifacts.Path(name + ".png"));
                await AddAsync(page, name);

                (await NumberAsync(page, "document.documentElement.scrollWidth")).Should().Be(width, "nothing is wider than the screen");
                (await NumberAsync(page, "document.getElementById('lost').getBoundingClientRect().top")).Should().BeLessThan(width == 360 ? 900 : 600);
                (await NumberAsync(page, "document.getElementById('lost').getBoundingClientRect().top - document.getElementById('live').getBoundingClientRect().top"))
                    .Should().BeNegative("losses stand above what lives");

                (await page.TextAsync(Overlaps)).Should().BeEmpty("no text lies on another");

                // Opened, filtered, and with nothing found.
                await page.EvaluateAsync("document.querySelectorAll('#lost details, #live-rows tr:nth-child(-n+2) details').forEach(detail => { detail.open = true; })");
                await page.ScreenshotAsync(Artifacts.Path(name + "-open.png"));
                await AddAsync(page, name + "-open");
                if (width != 800)
                {
                    continue;
                }

                await page.GoAsync(new Uri(stage.Address, "?q=meter+1432&view=list&state=Alive&diagnosis=PeerHostOrPathDead"));
                await page.UntilAsync(IsLive);
                await page.ScreenshotAsync(Artifacts.Path(name + "-filtered.png"));
                await AddAsync(page, name + "-filtered");
                await page.GoAsync(new Uri(stage.Address, "?q=nothing+of+the+kind"));
                await page.UntilAsync(IsLive);
                await AddAsync(page, name + "-nothing");
                page.Complaints.Should().BeEmpty();
            }
        }

        violations.Should().BeEmpty();

        async Task AddAsync(BrowserPage page, string where) =>
            violations.AddRange((await Axe.ViolationsAsync(page)).Select(violation => $"{where}: {violation}"));
    }

    [BrowserFact(measures: true)]
    public async Task A_search_answers_each_key_within_a_tenth_of_a_second()
    {
        await using StatusStage stage = await StatusStage.StartCrowdAsync();
        BrowserPage page = await OpenAsync(stage, 1440);

        // What else runs on this machine only adds to it: the best of some times counts.
        double[] best = [];
        for (int i = 0; i < MostRounds && (best.Length == 0 || Median(best) >= Limit); i++)
        {
            double[] sorted = [.. (await page.EvaluateAsync(Typing))!.AsArray().Select(one => one!.GetValue<double>()).Order()];
            best = best.Length == 0 || Median(sorted) < Median(best) ? sorted : best;
        }

        await File.WriteAllTextAsync(
            Artifacts.Path("typing.txt"), string.Create(CultureInfo.InvariantCulture, $"keys={best.Length} median_ms={Median(best):0} worst_ms={best[^1]:0}\n"));
        (await page.TextAsync("document.querySelector('.found').textContent")).Should().Be("Found: 0 live, 1 lost. Show all");
        Median(best).Should().BeLessThan(Limit);
        page.Complaints.Should().BeEmpty();
    }

    [BrowserFact]
    public async Task The_keyboard_is_enough()
    {
        await using StatusStage stage = await StatusStage.StartCrowdAsync();
        BrowserPage page = await OpenAsync(stage, 1440);

        await page.PressAsync("/");
        (await ActiveAsync(page)).Should().Be("q");
        await page.TypeAsync("meter 14321");
        await page.UntilAsync("document.querySelector('.found').textContent === 'Found: 0 live, 1 lost. Show all'");
        (await page.TextAsync("document.getElementById('q').value")).Should().Be("meter 14321", "nothing that is typed is lost to a refresh");

        // From the search to the row, and into its card.
        await page.PressAsync("ArrowDown");
        await page.PressAsync("Enter");
        await page.UntilAsync("document.querySelector('#lost details').open");
        (await page.TextAsync("document.querySelector('#lost .card').innerText")).Should().Contain("Incident").And.Contain(Crowd.Incident(4321 + Crowd.Live));
        await page.UntilAsync(NextRefresh);
        (await page.EvaluateAsync("document.querySelector('#lost details').open && document.activeElement.matches('#lost summary')"))!.GetValue<bool>().Should().BeTrue();

        // Escape closes the card, then the search.
        await page.PressAsync("Escape");
        (await page.EvaluateAsync("document.querySelector('#lost details').open"))!.GetValue<bool>().Should().BeFalse();
        await page.PressAsync("Escape");
        await page.UntilAsync($"{Shown} === '' && document.querySelectorAll('#live-rows tr').length === 50");

        // From row to row, through both lists.
        await page.EvaluateAsync("document.activeElement.blur()");
        foreach (string key in (string[])["j", "j", "k", "ArrowDown", "ArrowDown", "ArrowUp"])
        {
            await page.PressAsync(key);
        }

        (await NumberAsync(page, "[...document.querySelectorAll('.row')].indexOf(document.activeElement)")).Should().Be(1);
        for (int i = 0; i < 8; i++)
        {
            await page.PressAsync("j");
        }

        (await page.EvaluateAsync("document.activeElement.closest('#live-rows') !== null"))!.GetValue<bool>().Should().BeTrue();
        (await page.TextAsync("getComputedStyle(document.activeElement).outlineStyle")).Should().Be("solid", "the focus is seen");
        page.Complaints.Should().BeEmpty();
    }

    [BrowserFact]
    public async Task Everything_that_can_be_used_is_reached_by_tab_and_is_seen_to_be()
    {
        await using StatusStage stage = await StatusStage.StartAsync();
        BrowserPage page = await OpenAsync(stage, 1440);
        int all = (int)await NumberAsync(page, "[...document.querySelectorAll('a[href], input:not([type=hidden]), select, button, summary')].filter(e => e.getClientRects().length > 0).length");

        HashSet<string> reached = [];
        for (int i = 0; i < all; i++)
        {
            await page.PressAsync("Tab");
            reached.Add(await page.TextAsync("(() => { const e = document.activeElement; e.dataset.reached ??= String(Math.random()); return e.dataset.reached + (getComputedStyle(e).outlineStyle === 'none' ? ' unseen' : ''); })()"));
        }

        reached.Should().HaveCount(all).And.NotContain(one => one.Contains("unseen"));
    }

    [BrowserFact]
    public async Task Tiles_groups_headings_and_pages_are_links_and_the_way_back_works()
    {
        await using StatusStage stage = await StatusStage.StartCrowdAsync();
        BrowserPage page = await OpenAsync(stage, 1440);

        await ClickAsync("#count-suspect", "?state=Suspect");
        (await NumberAsync(page, "document.querySelectorAll('#live-rows tr').length")).Should().Be(5);
        (await page.TextAsync("document.getElementById('state').value")).Should().Be("Suspect");
        (await ActiveAsync(page)).Should().Be("live-heading");
        await ClickAsync("#clear", "");
        await ClickAsync("#lost .group a", "?diagnosis=PeerHostOrPathDead&second=");
        (await NumberAsync(page, "document.querySelectorAll('#lost > li').length")).Should().Be(50);
        (await page.TextAsync("document.querySelector('[aria-label=\"Pages of losses\"]').textContent")).Should().StartWith("1–50 of 5,000");
        await ClickAsync("[aria-label=\"Pages of losses\"] a", "losspage=2");
        (await page.TextAsync("document.querySelector('[aria-label=\"Pages of losses\"]').textContent")).Should().StartWith("51–100 of 5,000");
        await page.EvaluateAsync("history.go(-2)");
        await page.UntilAsync($"{Shown} === ''");
        await ClickAsync("th:nth-child(3) a", "?sort=silence");
        (await page.TextAsync("document.querySelector('th:nth-child(3)').getAttribute('aria-sort')")).Should().Be("ascending");
        await ClickAsync("th:nth-child(3) a", "?sort=-silence");
        page.Complaints.Should().BeEmpty();

        async Task ClickAsync(string selector, string shown)
        {
            await page.EvaluateAsync($"document.querySelector('{selector}').click()");
            await page.UntilAsync(shown.Length == 0 ? $"{Shown} === ''" : $"{Shown}.includes('{shown}')");
        }
    }

    private async Task<BrowserPage> OpenAsync(StatusStage stage, int width, bool isDark = false)
    {
        BrowserPage page = await (await _browser.StartedAsync()).OpenAsync(width, 900, isDark);
        await page.GoAsync(stage.Address);
        await page.UntilAsync($"{IsLive} && document.querySelectorAll('.spark, #live-rows tr').length > 1 && document.querySelector('polyline.p50') !== null");
        return page;
    }

    private static async Task<double> NumberAsync(BrowserPage page, string expression) => (await page.EvaluateAsync(expression))!.GetValue<double>();

    private static double Median(double[] sorted) => sorted[sorted.Length / 2];

    private static Task<string> ActiveAsync(BrowserPage page) => page.TextAsync("document.activeElement.id");

    /// <summary>Of neighbours in a row: what is written in each, not its box.</summary>
    private const string Overlaps = """
        (() => {
          const box = node => { const range = document.createRange(); range.selectNodeContents(node.querySelector('summary') ?? node); return range.getBoundingClientRect(); };
          const found = [];
          for (const row of document.querySelectorAll('#live-rows tr, #lost .row')) {
            const boxes = [...row.children].map(box).filter(b => b.width > 0);
            boxes.forEach((a, i) => boxes.slice(i + 1).forEach(b => {
              if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 4 && b.top < a.bottom - 4) found.push(row.textContent);
            }));
          }
          return found.slice(0, 3).join(' | ');
        })()
        """;

    private const string NextRefresh = "(window.before ??= document.querySelector('#lost .ago').textContent) !== document.querySelector('#lost .ago').textContent";

    /// <summary>From each key to the painted answer.</summary>
    private const string Typing = """
        (async () => {
          const field = document.getElementById('q'), took = [];
          field.focus();
          field.value = '';
          for (const letter of 'meter 14321') {
            const begun = performance.now();
            field.value += letter;
            field.dispatchEvent(new Event('input', { bubbles: true }));
            const wanted = '?' + new URLSearchParams({ q: field.value });
            await new Promise(done => {
              const look = () => document.body.dataset.shows === wanted ? done() : setTimeout(look, 1);
              look();
            });
            document.body.getBoundingClientRect();
            await new Promise(done => requestAnimationFrame(done));
            took.push(performance.now() - begun);
            await new Promise(done => setTimeout(done, 80));
          }
          return took;
        })()
        """;
}
