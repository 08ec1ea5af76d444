using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Liveness;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Fleet;

/// <summary>A gateway, in a process of its own. This is what you would copy.</summary>
internal static class Gateway
{
    private static readonly TimeSpan s_breath = TimeSpan.FromMilliseconds(100);

    public static async Task RunAsync(string name, Arguments arguments)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddLiveness("devices").Configure(options => options.DetectWithin = TimeSpan.FromSeconds(5));
        builder.Services.AddLivenessDrain(drain => drain.ReconnectSpread = TimeSpan.FromSeconds(1));
        builder.Services.AddLivenessPresence(presence =>
        {
            presence.Gateway = name;
            presence.DetectWithin = arguments.DetectWithin;
        }).UseRedis(arguments.Redis!, arguments.Prefix);
        using IHost host = builder.Build();
        await host.StartAsync();

        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        using CancellationTokenSource stopping = new();
        Task accepting = AcceptAsync(listener, host.Services.GetRequiredService<ILivenessFactory>(), stopping.Token);
        Console.WriteLine(((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture));

        // A line, or the end of whoever has started this process: stop in good order. First nobody comes any more.
        await Console.In.ReadLineAsync();
        await stopping.CancelAsync();
        await accepting;
        listener.Stop();
        await host.StopAsync();
    }

    private static async Task AcceptAsync(TcpListener listener, ILivenessFactory factory, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                // Not awaited: whoever is slow to introduce itself must not keep the next one waiting.
                _ = ServeAsync(await listener.AcceptSocketAsync(stopping), factory);
            }
            catch (SocketException failure)
            {
                // One device has gone before it was accepted, or there are no more handles for now. The listener lives on.
                await Console.Error.WriteLineAsync($"Accepting failed: {failure.Message}");
                await Task.Delay(s_breath, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private static async Task ServeAsync(Socket accepted, ILivenessFactory factory)
    {
        try
        {
            await using LivenessConnection connection = await factory.AttachAsync(accepted, "devices");
            byte[] key = new byte[Device.KeyLength];
            await connection.Stream.ReadExactlyAsync(key);

            // Here the device has introduced itself: from now on the view knows it. It never waits for the store.
            connection.OwnId = Encoding.ASCII.GetString(key);
            await connection.Stream.CopyToAsync(Stream.Null);
        }
        catch (Exception failure) when (failure is IOException or SocketException or ArgumentException)
        {
            // What became of the connection, the view says; a device that can't say its name is nobody's.
            await Console.Error.WriteLineAsync($"A device: {failure.Message}");
        }
    }
}
