using System.Diagnostics;
using System.Net;
using Liveness.Testing;

namespace DeviceGateway;

/// <summary>The second mode: many devices, some of which are cut, stopped, killed or slow.</summary>
internal sealed class Devices(Arguments arguments)
{
    public async Task RunAsync()
    {
        using CancellationTokenSource end = new(Seconds(arguments.For));
        Console.CancelKeyPress += (_, e) =>
        {
            // So that stopped processes are not left behind.
            e.Cancel = true;
            end.Cancel();
        };
        List<Task> running = [];
        string[] faults =
        [
            .. Enumerable.Repeat("cut", arguments.Cut),
            .. Enumerable.Repeat("freeze", arguments.Freeze),
            .. Enumerable.Repeat("kill", arguments.Kill),
            .. Enumerable.Repeat("slow", arguments.Slow),
            .. Enumerable.Repeat("old", arguments.Old),
        ];
        for (int i = 0; i < arguments.Count; i++)
        {
            string fault = faults.ElementAtOrDefault(i) ?? "healthy";
            string name = $"{i + 1} ({fault})";
            running.Add(fault switch
            {
                "cut" => CutAsync(name, end.Token),
                "slow" => SlowAsync(name, end.Token),
                "old" => OldDevice.RunAsync(arguments.Port, name, end.Token),
                "freeze" or "kill" => AloneAsync(name, fault, end.Token),
                _ => Device.RunAsync(arguments.Port, name, end.Token),
            });
        }

        await Task.WhenAll(running);
    }

    private async Task CutAsync(string name, CancellationToken end)
    {
        await using LoopbackRelay cable = LoopbackRelay.Start(new IPEndPoint(IPAddress.Loopback, arguments.Port));
        Task device = Device.RunAsync(cable.EndPoint.Port, name, end);
        await PassAsync(end);
        Console.WriteLine($"device {name}: its cable is pulled");
        cable.Cut();
        await device;

        // The gateway must find out by itself: no reset tells it that this relay is gone.
        await Task.Delay(Timeout.Infinite, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task SlowAsync(string name, CancellationToken end)
    {
        await using LoopbackRelay line = LoopbackRelay.Start(new IPEndPoint(IPAddress.Loopback, arguments.Port));
        line.ToServer.BytesPerSecond = line.ToClient.BytesPerSecond = 2_000;
        await Device.RunAsync(line.EndPoint.Port, name, end, reads: false);
    }

    /// <summary>A process of its own, so that stopping it is no pretence.</summary>
    private async Task AloneAsync(string name, string fault, CancellationToken end)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(typeof(Devices).Assembly.Location);
        }

        new List<string> { "device", "--port", $"{arguments.Port}" }.ForEach(start.ArgumentList.Add);
        using Process process = Process.Start(start)!;
        try
        {
            await PassAsync(end);
            if (fault == "freeze" && !OperatingSystem.IsWindows())
            {
                Console.WriteLine($"device {name}: process {process.Id} is stopped");
                using Process stopping = Process.Start("kill", ["-STOP", $"{process.Id}"]);
                await stopping.WaitForExitAsync(CancellationToken.None);
            }
            else
            {
                Console.WriteLine($"device {name}: process {process.Id} is killed");
                process.Kill();
            }

            await Task.Delay(Timeout.Infinite, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            process.Kill();
        }
    }

    private async Task PassAsync(CancellationToken end) =>
        await Task.Delay(Seconds(arguments.After), end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>A day at most: more a timer may not take.</summary>
    private static TimeSpan Seconds(int number) => TimeSpan.FromSeconds(Math.Min(number, 86_400));
}
