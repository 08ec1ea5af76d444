using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Xunit.Abstractions;

namespace Liveness.Tests.InBand;

/// <summary>
/// HTTP/1.1 as it is: a server that refuses an upload answers early and closes, and the client's own HttpClient, which is still writing,
/// finds the answer.
/// </summary>
public sealed class EarlyAnswerTests(ITestOutputHelper output)
{
    private const int Rounds = 20;

    private static readonly TimeSpan s_safety = TimeSpan.FromSeconds(30);

    private static readonly byte[] s_answer = "HTTP/1.1 413 Content Too Large\r\nContent-Length: 8\r\nConnection: close\r\n\r\ntoo big\n"u8.ToArray();

    private delegate Task<Stream> Wrap(Socket socket);

    [Theory]
    [InlineData(256 << 10)]
    [InlineData(32 << 20)]
    public async Task A_client_reads_the_early_answer_to_its_upload(int size)
    {
        int bare = await CountAsync(size, socket => Task.FromResult<Stream>(new NetworkStream(socket, ownsSocket: true)));
        int ours = await CountAsync(size, async socket => await HeartbeatStream.StartAsync(socket));
        output.WriteLine($"{size} bytes, answers read: {ours} of {Rounds} over a heartbeat stream, {bare} of {Rounds} over a bare NetworkStream");
        ours.Should().Be(Rounds);
    }

    private static async Task<int> CountAsync(int size, Wrap wrap)
    {
        int answers = 0;
        for (int round = 0; round < Rounds; round++)
        {
            answers += await AnswerAsync(size, wrap).WaitAsync(s_safety) ? 1 : 0;
        }

        return answers;
    }

    private static async Task<bool> AnswerAsync(int size, Wrap wrap)
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Task serving = RefuseAsync(listener, wrap);
        using SocketsHttpHandler handler = new()
        {
            ConnectCallback = async (context, cancellationToken) =>
            {
                Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync((IPEndPoint)listener.LocalEndpoint, cancellationToken);
                return await wrap(socket);
            },
        };
        using HttpClient client = new(handler);
        using StreamContent body = new(new MemoryStream(new byte[size]));
        body.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        bool isRead;
        try
        {
            using HttpResponseMessage response = await client.PostAsync("http://refuser/upload", body);
            isRead = response.StatusCode == HttpStatusCode.RequestEntityTooLarge && await response.Content.ReadAsStringAsync() == "too big\n";
        }
        catch (HttpRequestException)
        {
            isRead = false;
        }

        await serving;
        return isRead;
    }

    /// <summary>Reads the head, answers, and closes with the body unread.</summary>
    private static async Task RefuseAsync(TcpListener listener, Wrap wrap)
    {
        await using Stream stream = await wrap(await listener.AcceptSocketAsync());
        StringBuilder head = new();
        byte[] buffer = new byte[1024];
        while (!head.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            head.Append(Encoding.Latin1.GetString(buffer, 0, await stream.ReadAsync(buffer)));
        }

        await stream.WriteAsync(s_answer);
        await stream.FlushAsync();
    }
}
