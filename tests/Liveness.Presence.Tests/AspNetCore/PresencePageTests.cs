using System.Net;
using System.Text.Json;
using Liveness.Presence.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Liveness.Presence.Tests.AspNetCore;

/// <summary>The page of the fleet, over HTTP.</summary>
public sealed class PresencePageTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    private readonly MoodyStore _store = new(new InMemoryPresenceStore(TimeProvider.System));
    private readonly HttpClient _client = new();
    private WebApplication? _app;

    public async Task InitializeAsync()
    {
        _app = await StartAsync(_store);
        _client.BaseAddress = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        LeaseReply lease = await _store.LeaseAsync(new LeaseRequest("gw-1", null, "suffix00", 0, 3, TimeSpan.FromSeconds(60), s_day));
        PartId part = new("gw-1", lease.Epoch);
        await _store.WriteAsync(part, new WriteBatch(
            new VersionMark(4, false),
            [
                Item("meter 1"), Item("meter 2"), Item("<script>alert(1)</script>"),
                new WriteItem("pump", null, new LossData(5, "timeout", "PeerUnresponsive", "gw-1"), true),
            ],
            s_day));
        await _store.LeaseAsync(new LeaseRequest("gw-2", null, "suffix00", 0, 0, TimeSpan.FromMilliseconds(1), s_day));
    }

    public async Task DisposeAsync() => await _app!.DisposeAsync();

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task Gateways_are_shown_with_the_age_of_their_leases()
    {
        string page = await PageAsync("");
        JsonElement gateways = (await JsonAsync("")).GetProperty("gateways");

        page.Should().Contain("<bdi>gw-1</bdi>").And.Contain("Alive</span>").And.Contain("Silent</span>").And.Contain("http-equiv=\"refresh\"");
        gateways.GetArrayLength().Should().Be(2);
        (gateways[0].GetProperty("status").GetString(), gateways[0].GetProperty("connections").GetInt32()).Should().Be(("Alive", 3));
        gateways[0].GetProperty("leaseAgeSeconds").GetDouble().Should().BeInRange(0, 60);
        (gateways[1].GetProperty("status").GetString(), gateways[1].GetProperty("connections").ValueKind).Should().Be(("Silent", JsonValueKind.Null));
    }

    [Fact]
    public async Task A_device_is_found_by_its_key_and_with_its_last_loss()
    {
        JsonElement found = (await JsonAsync("meter 1")).GetProperty("devices");
        found.GetArrayLength().Should().Be(1);
        (found[0].GetProperty("key").GetString(), found[0].GetProperty("gateway").GetString()).Should().Be(("meter 1", "gw-1"));
        JsonElement lost = (await JsonAsync("pump")).GetProperty("devices")[0];
        lost.GetProperty("status").GetString().Should().Be("Disconnected");
        lost.GetProperty("lastLoss").GetProperty("diagnosis").GetString().Should().Be("PeerUnresponsive");

        string page = await PageAsync("pump");

        page.Should().Contain("PeerUnresponsive").And.NotContain("http-equiv=\"refresh\"", "a search is not repeated by itself");
        (await PageAsync("nobody")).Should().Contain("Nothing is known of such a device.");
    }

    [Fact]
    public async Task A_search_with_an_asterisk_finds_what_begins_so_and_no_more_than_is_allowed()
    {
        JsonElement meters = await JsonAsync("meter*");
        JsonElement all = await JsonAsync("*");

        meters.GetProperty("devices").EnumerateArray().Select(static one => one.GetProperty("key").GetString())
            .Should().BeEquivalentTo("meter 1", "meter 2");
        meters.GetProperty("hasMore").GetBoolean().Should().BeFalse();
        all.GetProperty("devices").GetArrayLength().Should().Be(2, "the options say so");
        all.GetProperty("hasMore").GetBoolean().Should().BeTrue();
        (await PageAsync("*")).Should().Contain("type more of the key");
    }

    [Fact]
    public async Task What_devices_and_visitors_send_is_escaped_and_nothing_may_run()
    {
        HttpResponseMessage answer = await _client.GetAsync(Path("<script>alert(1)</script>"));
        string page = await answer.Content.ReadAsStringAsync();

        page.Should().Contain("&lt;script&gt;alert(1)&lt;/script&gt;").And.NotContain("<script");
        answer.Headers.GetValues("Content-Security-Policy").Single().Should().StartWith("default-src 'none'; style-src 'sha256-");
        answer.Headers.CacheControl!.NoStore.Should().BeTrue();
        (await _client.GetAsync(Path(new string('x', 5_000)))).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task While_the_store_is_away_the_answer_is_503_and_says_why()
    {
        _store.Failure = new PresenceStoreException("gone for <lunch>.");
        HttpResponseMessage answer = await _client.GetAsync(Path("meter 1"));

        answer.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        (await answer.Content.ReadAsStringAsync()).Should().Contain("gone for &lt;lunch&gt;.");
        _store.Failure = null;
        _store.Before = new TaskCompletionSource().Task;
        answer = await _client.GetAsync(Path("") + "&format=json");
        answer.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        (await answer.Content.ReadAsStringAsync()).Should().Contain("within 0.5 s");
    }

    [Fact]
    public async Task Head_is_answered_without_a_body_and_the_accept_header_decides_the_form()
    {
        using HttpRequestMessage head = new(HttpMethod.Head, Path(""));
        HttpResponseMessage answer = await _client.SendAsync(head);
        answer.Content.Headers.ContentLength.Should().BeGreaterThan(500);
        (await answer.Content.ReadAsByteArrayAsync()).Should().BeEmpty();
        using HttpRequestMessage json = new(HttpMethod.Get, Path(""));
        json.Headers.Accept.ParseAdd("application/json");

        (await _client.SendAsync(json)).Content.Headers.ContentType!.MediaType.Should().Be("application/json");
    }

    [Fact]
    public void Wrong_options_are_told_all_at_once()
    {
        Action map = () => _app!.MapLivenessPresence("/wrong", static options =>
        {
            options.Title = " ";
            options.MaxDevices = 0;
            options.AnswerWithin = TimeSpan.Zero;
        });

        map.Should().Throw<ArgumentException>()
            .WithMessage("Title must not be empty; MaxDevices is 0, and must be 1 to 1000; AnswerWithin is 00:00:00, and must be 00:00:00.1000000 to 00:01:00.*");
    }

    [Fact]
    public async Task A_container_without_presence_is_told_what_to_call()
    {
        await using WebApplication app = WebApplication.CreateSlimBuilder().Build();
        Action map = () => app.MapLivenessPresence();

        map.Should().Throw<InvalidOperationException>().WithMessage("*Call builder.Services.AddLivenessPresence(...) first.");
    }

    private static WriteItem Item(string key) => new(key, new EntryData(10, "devices", "10.0.0.1:4711", 5_000), null, true);

    private static string Path(string search) => $"/fleet?q={Uri.EscapeDataString(search)}";

    private static async Task<WebApplication> StartAsync(IPresenceStore store)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(store);
        builder.Services.AddLivenessPresence(static presence => presence.Gateway = null);
        WebApplication app = builder.Build();
        app.MapLivenessPresence("/fleet", static options =>
        {
            options.MaxDevices = 2;
            options.AnswerWithin = TimeSpan.FromMilliseconds(500);
        });
        await app.StartAsync();
        return app;
    }

    private async Task<string> PageAsync(string search) => await _client.GetStringAsync(Path(search));

    private async Task<JsonElement> JsonAsync(string search) =>
        JsonDocument.Parse(await _client.GetStringAsync(Path(search) + "&format=json")).RootElement;
}
