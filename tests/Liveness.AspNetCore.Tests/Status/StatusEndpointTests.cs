using System.Net;
using System.Text.Json;
using Liveness.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Liveness.AspNetCore.Tests.Status;

/// <summary>The page and its JSON over real HTTP, with connections on a stage.</summary>
public sealed class StatusEndpointTests : IAsyncLifetime
{
    private const string Hostile = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>&amp;";

    private static readonly HttpClient s_client = new();

    private readonly StagedFactory _factory = new();
    private TestServer? _server;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    [Fact]
    public async Task The_json_tells_connections_and_losses()
    {
        _factory.Add("devices", description: "192.0.2.1:5", state: LivenessState.Suspect, conditions: ConnectionConditions.WriteStuck | ConnectionConditions.PeerNotConsuming);
        _factory.Add("upstream", silence: TimeSpan.FromSeconds(1)).Bound = Timeout.InfiniteTimeSpan;
        _factory.Lose("devices", Losses.ConnectionReset());
        _factory.Lose("devices", Losses.HeartbeatTimedOut(TimeSpan.FromSeconds(9.88)));
        await StartAsync();

        JsonElement report = await JsonAsync("/liveness?format=json");

        report.GetProperty("counts").ToString().Should().Be("""{"live":2,"alive":1,"suspect":1,"withConditions":1,"recentLosses":2}""");
        JsonElement first = report.GetProperty("connections")[0];
        first.GetProperty("name").GetString().Should().Be("devices");
        first.GetProperty("description").GetString().Should().Be("192.0.2.1:5");
        first.GetProperty("mode").GetString().Should().Be("InBand");
        first.GetProperty("state").GetString().Should().Be("Suspect");
        first.GetProperty("conditions").EnumerateArray().Select(value => value.GetString()).Should().Equal("PeerNotConsuming", "WriteStuck");
        first.GetProperty("silenceSeconds").GetDouble().Should().Be(0.4);
        first.GetProperty("boundSeconds").GetDouble().Should().Be(10);
        first.GetProperty("roundTripSeconds").GetDouble().Should().Be(0.0015);
        first.GetProperty("ageSeconds").GetDouble().Should().BeGreaterThan(179);
        report.GetProperty("connections")[1].GetProperty("boundSeconds").ValueKind.Should().Be(JsonValueKind.Null, "silence is not limited");
        JsonElement loss = report.GetProperty("losses")[0];
        loss.GetProperty("type").GetString().Should().Be("HeartbeatTimedOut");
        loss.GetProperty("errorType").GetString().Should().Be("heartbeat_timed_out");
        loss.GetProperty("diagnosis").GetString().Should().Be("PeerHostOrPathDead");
        loss.GetProperty("certainty").GetString().Should().Be("Ambiguous");
        loss.GetProperty("silenceSeconds").GetDouble().Should().Be(9.88);
        loss.GetProperty("evidence").ToString().Should().Be("""{"missedBeats":9}""");
        report.GetProperty("losses")[1].GetProperty("type").GetString().Should().Be("ConnectionReset");
    }

    [Fact]
    public async Task Own_ids_are_told_as_the_text_that_they_are_and_where_there_is_none_nothing_is()
    {
        _factory.Add("devices").Monitor.OwnId = Hostile;
        _factory.Add("upstream");
        _factory.Lose("devices", Losses.ConnectionReset(), ownId: "meter 4711");
        await StartAsync();

        JsonElement report = await JsonAsync("/liveness?format=json");
        report.GetProperty("connections").EnumerateArray().Select(one => one.GetProperty("ownId").GetString()).Should().Equal(Hostile, null);
        report.GetProperty("losses")[0].GetProperty("ownId").GetString().Should().Be("meter 4711");
        string page = await s_client.GetStringAsync(new Uri(_server!.Address, "/liveness")).WaitAsync(TestServer.Limit);
        page.Should().NotContain(Hostile).And.Contain("&lt;script&gt;alert(").And.Contain("<span class=\"own\"><bdi>meter 4711</bdi></span>");
        page.Split("class=\"own\"").Should().HaveCount(3, "two of three have one");
    }

    [Theory]
    [InlineData("/liveness", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html")]
    [InlineData("/liveness", "*/*", "text/html")]
    [InlineData("/liveness", null, "text/html")]
    [InlineData("/liveness", "application/json", "application/json")]
    [InlineData("/liveness", "text/html;q=0.5, application/json", "application/json")]
    [InlineData("/liveness", "not a media type", "text/html")]
    [InlineData("/liveness?format=JSON", "text/html", "application/json")]
    [InlineData("/liveness?format=html", "application/json", "text/html")]
    public async Task The_query_decides_and_then_what_the_client_likes_best(string path, string? accept, string expected)
    {
        await StartAsync();

        using HttpRequestMessage request = new(HttpMethod.Get, new Uri(_server!.Address, path));
        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        using HttpResponseMessage response = await s_client.SendAsync(request).WaitAsync(TestServer.Limit);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.Should().Be(expected);
        response.Headers.Vary.Should().Contain("Accept");
    }

    [Fact]
    public async Task Nothing_is_cached_and_the_policy_allows_the_page_itself_and_nothing_else()
    {
        await StartAsync();

        using HttpResponseMessage response = await s_client.GetAsync(new Uri(_server!.Address, "/liveness")).WaitAsync(TestServer.Limit);
        string page = await response.Content.ReadAsStringAsync();

        response.Headers.CacheControl!.NoStore.Should().BeTrue();
        response.Headers.GetValues("X-Content-Type-Options").Should().Equal("nosniff");
        string policy = response.Headers.GetValues("Content-Security-Policy").Single();
        policy.Should().StartWith("default-src 'none'; style-src 'sha256-").And.Contain("; script-src 'sha256-").And.Contain("frame-ancestors 'none'").And.Contain("form-action 'self'").And.NotContain("unsafe");
        page.Should().NotContain("http://www.example").And.NotMatchRegex("(src|href)=\"(?!data:,|\\?)").And.NotContain(" style=").And.NotMatchRegex(" on[a-z]+=");
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Only_reading_is_allowed(string method)
    {
        await StartAsync();

        using HttpRequestMessage request = new(new HttpMethod(method), new Uri(_server!.Address, "/liveness"));
        using HttpResponseMessage response = await s_client.SendAsync(request).WaitAsync(TestServer.Limit);

        response.StatusCode.Should().Be(HttpStatusCode.MethodNotAllowed);
    }

    [Fact]
    public async Task A_head_request_gets_the_headers_alone()
    {
        await StartAsync();

        using HttpRequestMessage request = new(HttpMethod.Head, new Uri(_server!.Address, "/liveness"));
        using HttpResponseMessage response = await s_client.SendAsync(request).WaitAsync(TestServer.Limit);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        response.Content.Headers.ContentLength.Should().BeGreaterThan(1000);
        (await response.Content.ReadAsByteArrayAsync()).Should().BeEmpty();
        _server.Logs.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task Whatever_peers_and_names_say_is_text()
    {
        _factory.Add(Hostile, description: Hostile);
        _factory.Lose(Hostile, Losses.PeerGaveUp(GoodbyeCode.Aborted, Hostile), description: Hostile);
        _factory.Lose("x", Losses.TransportFailed(new IOException(Hostile)));
        await StartAsync(options => options.Title = Hostile);

        string page = await s_client.GetStringAsync(new Uri(_server!.Address, "/liveness")).WaitAsync(TestServer.Limit);
        string json = await s_client.GetStringAsync(new Uri(_server.Address, "/liveness?format=json")).WaitAsync(TestServer.Limit);

        page.Should().Contain("&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;").And.NotContain("<script>alert").And.NotContain("<img");
        json.Should().NotContain("<script").And.NotContain("<img");
        JsonDocument.Parse(json).RootElement.GetProperty("connections")[0].GetProperty("name").GetString().Should().Be(Hostile);
    }

    [Fact]
    public async Task Rows_and_texts_are_bounded_and_the_page_says_what_it_leaves_out()
    {
        for (int i = 0; i < 12; i++)
        {
            _factory.Add("quiet");
        }

        _factory.Add("troubled", description: new string('x', 100_000), state: LivenessState.Suspect);
        for (int i = 0; i < 7; i++)
        {
            _factory.Lose("devices", Losses.PeerGaveUp(reason: new string('y', 100_000)));
        }

        await StartAsync(options => (options.MaxConnections, options.MaxLosses) = (5, 3));
        JsonElement report = await JsonAsync("/liveness?format=json");
        string page = await s_client.GetStringAsync(new Uri(_server!.Address, "/liveness")).WaitAsync(TestServer.Limit);

        report.GetProperty("connections").GetArrayLength().Should().Be(5);
        report.GetProperty("connectionsNotShown").GetInt32().Should().Be(8);
        report.GetProperty("connections")[0].GetProperty("name").GetString().Should().Be("troubled", "those in trouble come first");
        report.GetProperty("connections")[0].GetProperty("description").GetString().Should().HaveLength(200).And.EndWith("…");
        report.GetProperty("losses").GetArrayLength().Should().Be(3);
        report.GetProperty("lossesNotShown").GetInt32().Should().Be(4);
        report.GetProperty("counts").GetProperty("live").GetInt32().Should().Be(13);
        page.Should().Contain("<span>1–5 of 13</span>").And.Contain("<a href=\"?page=2#live-heading\">Next</a>");
        page.Length.Should().BeLessThan(60_000);
    }

    [Fact]
    public async Task An_empty_page_says_what_to_do()
    {
        await StartAsync();

        string page = await s_client.GetStringAsync(new Uri(_server!.Address, "/liveness")).WaitAsync(TestServer.Limit);

        page.Should().Contain("id=\"live-empty\">No live connections.").And.Contain("AttachAsync").And.Contain("id=\"lost-empty\">No losses since the application started.");
    }

    [Fact]
    public async Task The_application_decides_who_may_see_it()
    {
        _server = await TestServer.StartAsync(
            _ => { },
            app =>
            {
                app.Use((context, next) =>
                {
                    if (context.GetEndpoint()?.Metadata.GetMetadata<Guarded>() is null)
                    {
                        return next(context);
                    }

                    context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                    return Task.CompletedTask;
                });
                app.MapLivenessStatus().WithMetadata(new Guarded());
            });

        using HttpResponseMessage response = await s_client.GetAsync(new Uri(_server.Address, "/liveness")).WaitAsync(TestServer.Limit);

        response.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Round_trips_of_live_connections_are_remembered_and_those_of_dead_ones_forgotten()
    {
        StagedConnection staged = _factory.Add("devices");
        await StartAsync(options => options.SampleEvery = TimeSpan.FromMilliseconds(20));

        await UntilAsync(async () => (await JsonAsync("/liveness?format=json")).GetProperty("connections")[0].GetProperty("roundTripHistorySeconds").GetArrayLength() == RoundTripHistory.Length);
        (await s_client.GetStringAsync(new Uri(_server!.Address, "/liveness"))).Should().Contain("last 60 round trips: 1.5 ms to 1.5 ms");
        _factory.Remove(staged);
        (await JsonAsync("/liveness?format=json")).GetProperty("connections").GetArrayLength().Should().Be(0);
    }

    [Fact]
    public async Task What_is_asked_for_comes_back_as_text_and_in_every_link()
    {
        _factory.Add("devices");
        await StartAsync();

        string page = await s_client.GetStringAsync(new Uri(_server!.Address, "/liveness?state=suspect&q=" + Uri.EscapeDataString(Hostile))).WaitAsync(TestServer.Limit);

        page.Should().NotContain("<script>alert").And.NotContain("<img").And.NotContain("\"><img");
        page.Should().Contain("value=\"&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;&quot;&gt;&lt;img src=x onerror=alert(1)&gt;&amp;amp;\"");
        page.Should().Contain("<option value=\"Suspect\" selected>").And.Contain("Found: 0 live, 0 lost.").And.Contain("No live connection matches.");
        page.Should().Contain("href=\"?q=%3Cscript%3E").And.Contain("&amp;format=json\"");
    }

    [Fact]
    public async Task The_page_s_own_script_gets_the_content_alone()
    {
        _factory.Add("devices");
        await StartAsync();

        string content = await s_client.GetStringAsync(new Uri(_server!.Address, "/liveness?format=content")).WaitAsync(TestServer.Limit);
        string page = await s_client.GetStringAsync(new Uri(_server.Address, "/liveness")).WaitAsync(TestServer.Limit);

        content.Should().StartWith("<div id=\"page\">").And.EndWith("</div>\n").And.NotContain("<script").And.NotContain("<style");
        page.Should().Contain("<div id=\"page\">").And.Contain("<script>").And.Contain("<style>");
    }

    [Fact]
    public async Task A_grouped_loss_leads_to_its_losses_and_a_card_names_the_incident()
    {
        DateTimeOffset moment = new(2026, 11, 30, 12, 34, 56, 789, TimeSpan.Zero);
        for (int i = 0; i < 3; i++)
        {
            _factory.Lose("devices", StagedLoss.Silent(moment, $"7f00ab{i:x26}"), $"10.0.0.7:{i}");
        }

        await StartAsync();

        string page = await s_client.GetStringAsync(new Uri(_server!.Address, "/liveness")).WaitAsync(TestServer.Limit);
        page.Should().Contain("<strong>3 connections</strong> <span class=\"cause\">one cause?</span>").And.Contain("of <bdi>devices</bdi>, all at <bdi>10.0.0.7</bdi>");
        page.Should().Contain("?diagnosis=PeerHostOrPathDead&amp;second=2026-11-30T12%3A34%3A56Z#lost-heading").And.NotContain("<details>");
        string each = await s_client.GetStringAsync(new Uri(_server.Address, "/liveness?diagnosis=PeerHostOrPathDead&second=2026-11-30T12%3A34%3A56Z")).WaitAsync(TestServer.Limit);
        each.Split("<li data-key=\"l").Should().HaveCount(4);
        each.Should().Contain("<dt>Incident</dt><dd><bdi>7f00ab00000000000000000000000002</bdi>").And.Contain("silent for 2.9 of 3 s");
    }

    [Fact]
    public async Task Every_value_of_the_json_has_the_type_that_its_name_says()
    {
        _factory.Add("devices").IncidentId = "7f00ab";
        _factory.Lose("devices", StagedLoss.Silent(DateTimeOffset.UtcNow, "7f00ab"));
        _factory.Lose("devices", Losses.PeerNotLiveness("GET /"u8.ToArray()));
        await StartAsync();

        JsonElement report = await JsonAsync("/liveness?format=json");

        report.GetProperty("version").GetInt32().Should().Be(1);
        report.GetProperty("lastHour").GetArrayLength().Should().Be(60);
        report.GetProperty("lossTotals").GetProperty("byDiagnosis").GetProperty("NotOurProtocol").GetInt64().Should().Be(1);
        foreach ((string path, JsonElement value) in Values("", report))
        {
            if (path.EndsWith("Seconds", StringComparison.Ordinal) || path.EndsWith("SecondsAgo", StringComparison.Ordinal) || path.EndsWith("Bytes", StringComparison.Ordinal))
            {
                value.ValueKind.Should().BeOneOf([JsonValueKind.Number, JsonValueKind.Null], path);
            }

            if (path.EndsWith("At", StringComparison.Ordinal) && value.ValueKind != JsonValueKind.Null)
            {
                value.GetDateTimeOffset().Offset.Should().Be(TimeSpan.Zero, path);
            }

            if (value.ValueKind == JsonValueKind.String)
            {
                value.GetString().Should().NotMatchRegex(@"^-?\d+(\.\d+)?$", "a number is a number: {0}", path);
            }
        }
    }

    [Fact]
    public async Task Options_out_of_range_are_refused_all_at_once()
    {
        Func<Task> start = () => StartAsync(options => (options.Title, options.RefreshEvery, options.MaxConnections, options.MaxLosses) = (" ", TimeSpan.Zero, 0, 101));

        (await start.Should().ThrowAsync<ArgumentException>()).Which.Message.Should()
            .Contain("Title").And.Contain("RefreshEvery is 00:00:00").And.Contain("MaxConnections is 0, and must be 1 to 10000").And.Contain("MaxLosses is 101, and must be 1 to 100");
    }

    private static IEnumerable<(string Path, JsonElement Value)> Values(string path, JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property => Values($"{path}/{property.Name}", property.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(item => Values(path, item)),
        _ => [(path, element)],
    };

    private async Task StartAsync(Action<LivenessStatusOptions>? configure = null) => _server = await TestServer.StartAsync(
        _ => { },
        app => app.MapLivenessStatus(configure: configure),
        services: services => services.Replace(ServiceDescriptor.Singleton<ILivenessFactory>(_factory)));

    private async Task<JsonElement> JsonAsync(string path) =>
        JsonDocument.Parse(await s_client.GetStringAsync(new Uri(_server!.Address, path)).WaitAsync(TestServer.Limit)).RootElement;

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using CancellationTokenSource limit = new(TestServer.Limit);
        while (!await condition())
        {
            limit.Token.ThrowIfCancellationRequested();
        }
    }

    private sealed class Guarded;
}
