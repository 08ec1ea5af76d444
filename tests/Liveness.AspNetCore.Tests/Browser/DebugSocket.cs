using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Liveness.AspNetCore.Tests.Browser;

/// <summary>The browser's debugging protocol: commands with answers, and events.</summary>
internal sealed class DebugSocket : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _sending = new(1);
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonNode>> _answers = [];
    private Task _receiving = Task.CompletedTask;
    private int _lastId;

    /// <summary>On the receiving loop.</summary>
    public event Action<JsonNode>? EventReceived;

    public static async Task<DebugSocket> ConnectAsync(Uri address)
    {
        DebugSocket socket = new();
        await socket._socket.ConnectAsync(address, CancellationToken.None).WaitAsync(TestServer.Limit);
        socket._receiving = socket.ReceiveAsync();
        return socket;
    }

    public async Task<JsonNode> SendAsync(string method, JsonObject parameters, string? sessionId = null)
    {
        int id = Interlocked.Increment(ref _lastId);
        TaskCompletionSource<JsonNode> answer = _answers[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        JsonObject command = new() { ["id"] = id, ["method"] = method, ["params"] = parameters };
        if (sessionId is not null)
        {
            command["sessionId"] = sessionId;
        }

        await _sending.WaitAsync();
        try
        {
            await _socket.SendAsync(Encoding.UTF8.GetBytes(command.ToJsonString()), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }
        finally
        {
            _sending.Release();
        }

        return await answer.Task.WaitAsync(TestServer.Limit);
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        await _receiving;
        _socket.Dispose();
        _sending.Dispose();
    }

    private async Task ReceiveAsync()
    {
        MemoryStream message = new();
        byte[] buffer = new byte[64 * 1024];
        Exception end = new IOException("The browser is gone.");
        try
        {
            while (true)
            {
                WebSocketReceiveResult result = await _socket.ReceiveAsync(buffer, CancellationToken.None);
                if (result.MessageType == WebSocketMessageType.Close)
                {
                    break;
                }

                message.Write(buffer, 0, result.Count);
                if (result.EndOfMessage)
                {
                    Dispatch(JsonNode.Parse(message.ToArray())!);
                    message.SetLength(0);
                }
            }
        }
        catch (Exception failure) when (failure is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            end = failure;
        }

        foreach (TaskCompletionSource<JsonNode> waiting in _answers.Values)
        {
            waiting.TrySetException(end);
        }
    }

    private void Dispatch(JsonNode message)
    {
        if (message["id"] is not { } id)
        {
            EventReceived?.Invoke(message);
        }
        else if (_answers.TryRemove(id.GetValue<int>(), out TaskCompletionSource<JsonNode>? answer))
        {
            if (message["error"] is { } error)
            {
                answer.SetException(new InvalidOperationException(error.ToJsonString()));
            }
            else
            {
                answer.SetResult(message["result"]!);
            }
        }
    }
}
