using System.Net.Sockets;
using System.Threading.Channels;
using Liveness;

namespace Chat;

/// <summary>One client, as the server sees it.</summary>
internal sealed class Guest(Socket socket) : IAsyncDisposable
{
    private const int MostUnheard = 100;
    private const int LongestName = 30;

    private static readonly HeartbeatOptions s_options = new() { DetectWithin = TimeSpan.FromSeconds(5) };

    private readonly HeartbeatStream _stream = new(socket, s_options);

    /// <summary>Whoever does not listen misses the oldest, and holds up nobody.</summary>
    private readonly Channel<string> _unheard = Channel.CreateBounded<string>(
        new BoundedChannelOptions(MostUnheard) { FullMode = BoundedChannelFullMode.DropOldest });

    /// <param name="say">Told what this one says, by name.</param>
    public async Task StayAsync(Action<string> say)
    {
        string name = $"{socket.RemoteEndPoint}";
        try
        {
            await _stream.StartAsync();
            name = Messages.Printable(await Messages.ReadAsync(_stream, CancellationToken.None) ?? name, LongestName);
            say($"* {name} has come");
            _ = TellOnAsync();
            while (await Messages.ReadAsync(_stream, CancellationToken.None) is { } text)
            {
                say($"{name}: {Messages.Printable(text)}");
            }

            say($"* {name} has gone");
        }
        catch (ObjectDisposedException)
        {
            say($"* {name} was sent away");
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException)
        {
            // A loss is an IOException, and its text says what happened.
            say($"* {name} is gone: {failure.Message}");
        }
        finally
        {
            _unheard.Writer.Complete();
        }
    }

    public void Tell(string text) => _unheard.Writer.TryWrite(text);

    /// <summary>Not all at the same moment.</summary>
    public Task SendAwayAsync() => _stream.CloseAsync(
        CloseReason.GoingAway, "the server restarts", TimeSpan.FromSeconds(1 + Random.Shared.NextDouble()));

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private async Task TellOnAsync()
    {
        try
        {
            await foreach (string text in _unheard.Reader.ReadAllAsync())
            {
                await Messages.WriteAsync(_stream, text, CancellationToken.None);
            }
        }
        catch (Exception end) when (end is IOException or ObjectDisposedException)
        {
            // Whoever reads says why.
            return;
        }
    }
}
