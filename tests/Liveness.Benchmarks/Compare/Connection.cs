using System.Security.Cryptography.X509Certificates;

namespace Liveness.Benchmarks;

/// <summary>One connection of one stack, kept for the whole run.</summary>
internal sealed record Connection(IStack Stack, IEnd Client, IEnd Server, Loopback Transport) : IAsyncDisposable
{
    public static async Task<Connection> OpenAsync(IStack stack, X509Certificate2? certificate)
    {
        Loopback transport = await Loopback.ConnectAsync(certificate);
        IEnd[] ends = await Task.WhenAll(stack.OpenAsync(transport.Client, isServer: false), stack.OpenAsync(transport.Server, isServer: true));
        return new Connection(stack, ends[0], ends[1], transport);
    }

    /// <summary>Both at once: an orderly close waits for the other end.</summary>
    public async ValueTask DisposeAsync() => await Task.WhenAll(Client.DisposeAsync().AsTask(), Server.DisposeAsync().AsTask());
}
