using System.Net.Sockets;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http;

namespace Liveness.AspNetCore.Tests.Kestrel;

/// <summary>HTTP/1.1 as it is: a server that refuses an upload answers before it has read it, and closes; the client, which is still
/// writing, finds the answer.</summary>
public sealed class EarlyAnswerTests(ITestOutputHelper output)
{
    private const int Rounds = 10;

    /// <summary>More than all buffers on the way hold.</summary>
    private const int Upload = 32 << 20;

    /// <summary>Less than a window, so that all of it may be on its way when the answer comes.</summary>
    private const int SmallUpload = 48 << 10;

    public static TheoryData<string, int, bool> Refusals
    {
        get
        {
            TheoryData<string, int, bool> all = [];
            foreach (string path in (string[])["too-large", "unauthorized", "closing"])
            {
                foreach (int size in (int[])[SmallUpload, Upload])
                {
                    all.Add(path, size, true);
                    all.Add(path, size, false);
                }
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_client_reads_the_early_answer_to_its_upload(string path, int size, bool lengthIsKnown)
    {
        int bare = await CountAsync(path, size, lengthIsKnown, inBand: false);
        int ours = await CountAsync(path, size, lengthIsKnown, inBand: true);
        output.WriteLine($"/{path}, {size} bytes: {ours} of {Rounds} answers read in-band, {bare} of {Rounds} over a bare connection");
        ours.Should().Be(Rounds);
    }

    private static async Task<int> CountAsync(string path, int size, bool lengthIsKnown, bool inBand)
    {
        await using TestServer server = await TestServer.StartAsync(
            listen =>
            {
                if (inBand)
                {
                    listen.UseLiveness("server");
                }
            },
            Map);
        int answers = 0;
        for (int round = 0; round < Rounds; round++)
        {
            answers += await PostAsync(server, path, size, lengthIsKnown, inBand).WaitAsync(TestServer.Limit) ? 1 : 0;
        }

        if (inBand)
        {
            server.Factory.RecentLosses.Should().BeEmpty();
        }

        return answers;
    }

    private static void Map(WebApplication app)
    {
        app.MapPost("/too-large", async (HttpContext context) =>
        {
            // Kestrel refuses it when the application begins to read.
            context.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = 1_000;
            await context.Request.Body.CopyToAsync(Stream.Null);
        });
        app.MapPost("/unauthorized", (HttpContext context) => context.Response.StatusCode = StatusCodes.Status401Unauthorized);
        app.MapPost("/closing", (HttpContext context) =>
        {
            context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            context.Response.Headers.Connection = "close";
        });
    }

    private static async Task<bool> PostAsync(TestServer server, string path, int size, bool lengthIsKnown, bool inBand)
    {
        using SocketsHttpHandler handler = new()
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                Socket socket = await server.ConnectAsync();
                return inBand
                    ? (await server.ClientFactory.AttachAsync(socket, cancellationToken: cancellationToken)).Stream
                    : new NetworkStream(socket, ownsSocket: true);
            },
        };
        using HttpClient client = new(handler) { BaseAddress = server.Address };
        using HttpRequestMessage request = new(HttpMethod.Post, path) { Content = new StreamContent(new MemoryStream(new byte[size])) };
        request.Headers.TransferEncodingChunked = !lengthIsKnown;
        try
        {
            using HttpResponseMessage response = await client.SendAsync(request);
            return response.StatusCode == (path == "unauthorized" ? HttpStatusCode.Unauthorized : HttpStatusCode.RequestEntityTooLarge);
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
