using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;

namespace Liveness.AspNetCore.Tests.Kestrel;

/// <summary>Connection handlers over a heartbeat inside Kestrel's connections, and what their tests share.</summary>
internal static class InBandHandlers
{
    public static Task<TestServer> StartAsync(Func<ConnectionContext, Task> application, TimeSpan? detectWithin = null, Action<LivenessOptions>? liveness = null) => TestServer.StartAsync(
        listen => listen.UseLiveness("server").Run(application),
        liveness: options =>
        {
            options.DetectWithin = detectWithin ?? options.DetectWithin;
            liveness?.Invoke(options);
        });

    public static async Task EchoAsync(ConnectionContext context)
    {
        while (true)
        {
            ReadResult result = await context.Transport.Input.ReadAsync();
            foreach (ReadOnlyMemory<byte> part in result.Buffer)
            {
                await context.Transport.Output.WriteAsync(part);
            }

            context.Transport.Input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return;
            }
        }
    }

    public static TaskCompletionSource<T> NewSource<T>() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
