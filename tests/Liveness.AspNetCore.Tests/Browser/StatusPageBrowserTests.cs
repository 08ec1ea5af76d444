using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Liveness.AspNetCore.Tests.Browser;

/// <summary>The page in a real browser. Its pictures are kept in artifacts/browser.</summary>
public sealed class StatusPageBrowserTests : IClassFixture<BrowserFixture>
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
            .Should().Be("PeerNotLiveness,HeartbeatTimedOut,ConnectionReset,PeerGaveUp", "the newest is the first");
        dom.Should().Contain("&lt;script&gt;document.title").And.NotContain("<script>document.title").And.NotContain("<img");
        (await page.TextAsync("document.title")).Should().NotContain("owned");
        (await page.TextAsync("document.getElementById('lost').textContent")).Should().Contain(StatusStage.Hostile);
        await page.ScreenshotAsync(Artifact("desktop-light.png"));

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
        await page.ScreenshotAsync(Artifact("desktop-stale.png"));
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
                await page.ScreenshotAsync(Artifact("desktop-dark.png"));
            }

            page.Complaints.Should().BeEmpty();
        }
    }

    [BrowserFact]
    public async Task It_fits_a_phone()
    {
        await using StatusStage stage = await StatusStage.StartAsync();
        BrowserPage page = await (await _browser.StartedAsync()).OpenAsync(375, 812);
        await page.GoAsync(stage.Address);
        await page.UntilAsync($"{IsLive} && document.querySelector('.spark')?.getAttribute('aria-label').startsWith('last 60 ')");
        await page.EvaluateAsync("document.querySelector('#lost details').open = true");

        (await page.EvaluateAsync("document.documentElement.scrollWidth"))!.GetValue<int>().Should().Be(375, "nothing is wider than the screen");
        (await page.EvaluateAsync("[...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > 376 && !e.closest('thead')).map(e => e.outerHTML.slice(0, 200))"))!
            .AsArray().Should().BeEmpty();
        await page.ScreenshotAsync(Artifact("phone-light.png"));
        page.Complaints.Should().BeEmpty();
    }

    [BrowserFact]
    public async Task Without_scripts_it_is_a_snapshot_that_looks_the_same_and_loads_again()
    {
        await using StatusStage stage = await StatusStage.StartAsync();
        Chromium chromium = await _browser.StartedAsync();
        BrowserPage still = await chromium.OpenAsync(1280, 900, runsScripts: false);
        await still.GoAsync(stage.Address);
        await still.ScreenshotAsync(Artifact("desktop-without-scripts.png"));

        // What the server writes and what the script makes of the JSON is the same, moment for moment.
        BrowserPage page = await chromium.OpenAsync(1280, 900);
        await page.GoAsync(stage.Address);
        string difference = await page.TextAsync(Comparison);
        difference.Should().BeEmpty();
        (await page.EvaluateAsync("document.querySelector('noscript').textContent.includes('http-equiv=\"refresh\"')"))!.GetValue<bool>().Should().BeTrue();
        page.Complaints.Should().BeEmpty();
    }

    [BrowserFact]
    public async Task A_duration_is_written_by_the_script_as_by_the_server_halves_too()
    {
        await using StatusStage stage = await StatusStage.StartAsync(isEmpty: true);
        BrowserPage page = await (await _browser.StartedAsync()).OpenAsync(1280, 600);
        await page.GoAsync(stage.Address);

        // Each half of a last digit in the three ranges that have decimals, and what the next number below and above make of it.
        double[] halves = [.. Enumerable.Range(0, 1000).Select(i => (i + 0.5) / 100_000),
            .. Enumerable.Range(0, 1000).Select(i => (i + 0.5) / 1000),
            .. Enumerable.Range(0, 600).Select(i => (i + 0.5) / 10)];
        double[] seconds = [.. halves.SelectMany(half => new[] { Math.BitDecrement(half), half, Math.BitIncrement(half) })];

        string script = await page.TextAsync("document.querySelector('script').textContent");
        string duration = script[script.IndexOf("const decimals =", StringComparison.Ordinal)..script.IndexOf("const ago =", StringComparison.Ordinal)];
        JsonArray written = (await page.EvaluateAsync($"(() => {{ {duration} return {JsonSerializer.Serialize(seconds)}.map(duration); }})()"))!.AsArray();

        written.Select(text => text!.GetValue<string>()).Should().Equal(seconds.Select(second => StatusText.Duration(second)));
    }

    [BrowserFact]
    public async Task An_empty_page_says_what_to_do_and_fills_by_itself()
    {
        await using StatusStage stage = await StatusStage.StartAsync(isEmpty: true);
        BrowserPage page = await (await _browser.StartedAsync()).OpenAsync(1280, 600);
        await page.GoAsync(stage.Address);
        await page.UntilAsync(IsLive);
        (await page.TextAsync("document.querySelector('main').innerText")).Should().Contain("No live connections").And.Contain("No losses since").And.NotContain("Round trip");
        await page.ScreenshotAsync(Artifact("desktop-empty.png"));

        stage.Staged.Add("devices");
        await page.UntilAsync("!document.getElementById('live').hidden && document.getElementById('live-empty').hidden");
        page.Complaints.Should().BeEmpty();
    }

    private static string Artifact(string name)
    {
        string folder = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "..", "artifacts", "browser"));
        Directory.CreateDirectory(folder);
        return Path.Combine(folder, name);
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;

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

    /// <summary>
    /// Compares the page as it comes with the page as the script has it, without what changes from one moment to the next.
    /// </summary>
    private const string Comparison = """
        (async () => {
          const settle = root => {
            root.querySelectorAll('[data-label="Age"], [data-label="Silence of bound"], [data-label="Round trip"], .ago').forEach(e => { e.replaceChildren(); });
            return root.querySelector('main').innerHTML;
          };
          const texts = root => [...root.querySelectorAll('[data-label="Silence of bound"], [data-label="Age"]')].map(e => e.firstChild?.textContent.replace(/[\d.]+ (ms|s|min)( \d+ s)?/g, '#')).join('|');
          const lists = ['live-rows', 'lost'].map(id => document.getElementById(id));
          lists.forEach(list => list.replaceChildren());
          while (lists.some(list => list.children.length === 0)) await new Promise(done => setTimeout(done, 50));
          const script = document.documentElement.cloneNode(true);
          const server = new DOMParser().parseFromString(await (await fetch('?format=html', { headers: { accept: 'text/html' } })).text(), 'text/html').documentElement;
          if (texts(script) !== texts(server)) return 'texts: ' + texts(script) + ' / ' + texts(server);
          const [a, b] = [settle(script), settle(server)];
          if (a === b) return '';
          let i = 0; while (a[i] === b[i]) i++;
          return a.slice(Math.max(0, i - 80), i + 80) + ' / ' + b.slice(Math.max(0, i - 80), i + 80);
        })()
        """;
}
