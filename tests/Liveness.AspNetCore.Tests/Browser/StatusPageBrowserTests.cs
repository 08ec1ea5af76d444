using System.Text.Json.Nodes;

namespace Liveness.AspNetCore.Tests.Browser;

/// <summary>The page in a real browser. Its pictures are kept in artifacts/browser.</summary>
[Collection(OneBrowser.Name)]
public sealed class StatusPageBrowserTests
{
    private const string IsLive = "document.getElementById('fresh').classList.contains('live')";

    private readonly BrowserFixture _browser;

    public StatusPageBrowserTests(BrowserFixture browser)
    {
        _browser = browser;
    }

    [BrowserFact]
    public async Task It_shows_what_lives_and_what_was_lost_refreshes_itself_and_nothing_hostile_comes_alive()
    {
        await using StatusStage stage = await StatusStage.StartAsync();
        BrowserPage page = await (await _browser.StartedAsync()).OpenAsync(1280, 900);
        await page.GoAsync(stage.Address);
        await page.UntilAsync($"{IsLive} && document.querySelectorAll('.spark').length > 3 && document.querySelector('.spark').getAttribute('aria-label').startsWith('last 60 ')");

        string dom = await page.DomAsync();
        int rows = (await page.EvaluateAsync("document.querySelectorAll('#live-rows tr').length"))!.GetValue<int>();
        rows.Should().Be(4 + 8, "four ends of real connections and eight on the stage");
        (await page.TextAsync("document.querySelector('#live-rows tr .badge').textContent")).Should().Be("Suspect", "trouble comes first");
        (await page.TextAsync("[...document.querySelectorAll('#lost > li .badge')].map(badge => badge.textContent).join()"))
            .Should().Be("Not our protocol,Peer host or path dead,Peer closed,Peer closed", "the newest is the first");
        dom.Should().Contain("&lt;script&gt;document.title").And.NotContain("<script>document.title").And.NotContain("<img");
        (await page.TextAsync("document.title")).Should().NotContain("owned");
        (await page.TextAsync("document.getElementById('lost').textContent")).Should().Contain(StatusStage.Hostile);
        await page.ScreenshotAsync(Artifacts.Path("desktop-light.png"));

        // Losses stand above what lives, and both are in sight.
        double lost = (await page.EvaluateAsync("document.getElementById('lost').getBoundingClientRect().top"))!.GetValue<double>();
        double live = (await page.EvaluateAsync("document.getElementById('live').getBoundingClientRect().top"))!.GetValue<double>();
        lost.Should().BeLessThan(live);
        live.Should().BeLessThan(900);

        // A detail that is open stays open, and a new row and a lost one appear by themselves.
        await page.EvaluateAsync("document.querySelector('#lost details').open = true");
        (LivenessConnection client, LivenessConnection server) = await stage.ConnectAsync("newcomer");
        await page.UntilAsync("[...document.querySelectorAll('#live-rows strong')].some(name => name.textContent === 'newcomer')");
        await ((HeartbeatStream)client.Stream).CloseAsync(GoodbyeCode.Aborted, "bye");
        await server.Monitor.Completion.WaitAsync(TestServer.Limit);
        await page.UntilAsync("document.querySelectorAll('#lost > li').length === 5 && ![...document.querySelectorAll('#live-rows strong')].some(name => name.textContent === 'newcomer')");
        (await page.EvaluateAsync("document.querySelectorAll('#lost details[open]').length"))!.GetValue<int>().Should().Be(1);
        page.Complaints.Should().BeEmpty();

        // The server goes: the page says so, and keeps what it knows.
        await stage.Server.StopAsync();
        await page.UntilAsync("document.body.classList.contains('stale')");
        (await page.TextAsync("document.getElementById('fresh-text').textContent")).Should().StartWith("stale, updated ").And.EndWith("no answer from the server");
        (await page.TextAsync("document.getElementById('announce').textContent")).Should().Contain("stale");
        await page.ScreenshotAsync(Artifacts.Path("desktop-stale.png"));
    }

    [BrowserFact]
    public async Task It_is_dark_where_the_system_is_and_readable_in_both()
    {
        await using StatusStage stage = await StatusStage.StartAsync();
        foreach (bool isDark in (bool[])[true, false])
        {
            BrowserPage page = await (await _browser.StartedAsync()).OpenAsync(1280, 900, isDark);
            await page.GoAsync(stage.Address);
            await page.UntilAsync($"{IsLive} && document.querySelectorAll('.spark').length > 3");
            await page.EvaluateAsync("document.querySelector('#lost details').open = true");

            // WCAG 2 AA, of every element that has text of its own, against the nearest ground that is painted.
            JsonArray tooWeak = (await page.EvaluateAsync(Contrast))!.AsArray();
            tooWeak.Select(weak => weak!.GetValue<string>()).Should().BeEmpty();
            if (isDark)
            {
                await page.UntilAsync("document.querySelector('.spark')?.getAttribute('aria-label').startsWith('last 60 ')");
                await page.ScreenshotAsync(Artifacts.Path("desktop-dark.png"));
            }

            page.Complaints.Should().BeEmpty();
        }
    }

    [BrowserFact]
    public async Task It_fits_a_phone()
    {
        await using StatusStage stage = await StatusStage.StartAsync();
        BrowserPage page = await (await _browser.StartedAsync()).OpenAsync(360, 800);
        await page.GoAsync(stage.Address);
        await page.UntilAsync($"{IsLive} && document.querySelector('.spark')?.getAttribute('aria-label').startsWith('last 60 ')");
        await page.EvaluateAsync("document.querySelector('#lost details').open = true");

        (await page.EvaluateAsync("document.documentElement.scrollWidth"))!.GetValue<int>().Should().Be(360, "nothing is wider than the screen");
        (await page.EvaluateAsync("[...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > 361 && !e.closest('thead')).map(e => e.outerHTML.slice(0, 200))"))!
            .AsArray().Should().BeEmpty();
        await page.ScreenshotAsync(Artifacts.Path("phone-light.png"));
        page.Complaints.Should().BeEmpty();
    }

    [BrowserFact]
    public async Task Without_scripts_it_is_a_snapshot_that_looks_the_same_and_loads_again()
    {
        await using StatusStage stage = await StatusStage.StartAsync();
        Chromium chromium = await _browser.StartedAsync();
        BrowserPage still = await chromium.OpenAsync(1280, 900, runsScripts: false);
        await still.GoAsync(stage.Address);
        (await still.EvaluateAsync("document.querySelectorAll('#live-rows tr').length"))!.GetValue<int>().Should().Be(12);
        await still.ScreenshotAsync(Artifacts.Path("desktop-without-scripts.png"));

        // The script takes over what the server wrote, and leaves the rest of it as it is.
        BrowserPage page = await chromium.OpenAsync(1280, 900);
        await page.GoAsync(stage.Address);
        await page.UntilAsync(IsLive);
        string[] texts = [.. (await Task.WhenAll(new[] { still, page }.Select(one => one.TextAsync(Headings))))];
        texts[1].Should().Be(texts[0]);
        (await page.EvaluateAsync("document.querySelector('noscript').textContent.includes('http-equiv=\"refresh\"')"))!.GetValue<bool>().Should().BeTrue();
        page.Complaints.Should().BeEmpty();
    }

    [BrowserFact]
    public async Task An_empty_page_says_what_to_do_and_fills_by_itself()
    {
        await using StatusStage stage = await StatusStage.StartAsync(isEmpty: true);
        BrowserPage page = await (await _browser.StartedAsync()).OpenAsync(1280, 600);
        await page.GoAsync(stage.Address);
        await page.UntilAsync(IsLive);
        (await page.TextAsync("document.querySelector('main').innerText")).Should().Contain("No live connections").And.Contain("No losses since").And.NotContain("Silent for");
        await page.ScreenshotAsync(Artifacts.Path("desktop-empty.png"));

        stage.Staged.Add("devices");
        await page.UntilAsync("document.getElementById('live') !== null && document.getElementById('live-empty') === null");
        page.Complaints.Should().BeEmpty();
    }

    private const string Headings = "[...document.querySelectorAll('h1, h2, th, .label, .field label, .badge, #lost .who')].map(e => e.textContent).join('|')";

    private const string Contrast = """
        (() => {
          const parse = text => { const n = text.match(/[\d.]+/g).map(Number); return { rgb: n.slice(0, 3), a: n.length > 3 ? n[3] : 1 }; };
          const light = rgb => { const [r, g, b] = rgb.map(v => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
          const ground = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c.a === 1) return c.rgb; } return [255, 255, 255]; };
          const weak = new Set();
          for (const e of document.querySelectorAll('body *')) {
            if (e.closest('svg, script, noscript, .unseen') || ![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue;
            if (e.getClientRects().length === 0) continue;
            const [a, b] = [light(parse(getComputedStyle(e).color).rgb), light(ground(e))];
            const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
            if (ratio < 4.5) weak.add(`${e.tagName}.${e.className} ${ratio.toFixed(2)}`);
          }
          return [...weak];
        })()
        """;
}
