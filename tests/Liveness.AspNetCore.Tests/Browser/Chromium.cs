using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Liveness.AspNetCore.Tests.Browser;

/// <summary>A headless chromium of its own, driven by its debugging protocol.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    public const string Missing = "there is no chromium on the PATH";

    private static readonly string[] s_names = ["chromium", "chromium-browser", "google-chrome"];

    private readonly Process _process;
    private readonly DebugSocket _socket;
    private readonly DirectoryInfo _profile;

    private Chromium(Process process, DebugSocket socket, DirectoryInfo profile)
    {
        _process = process;
        _socket = socket;
        _profile = profile;
    }

    /// <summary>Null = there is none.</summary>
    public static string? Program { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(directory => s_names.Select(name => Path.Combine(directory, name))).FirstOrDefault(File.Exists);

    public static async Task<Chromium> StartAsync()
    {
        DirectoryInfo profile = Directory.CreateTempSubdirectory("liveness-chromium");
        ProcessStartInfo start = new(Program ?? throw new InvalidOperationException($"Asked for, and impossible here: {Missing}. .ci/browser installs it."))
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        foreach (string argument in (string[])[
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--disable-dev-shm-usage", "--hide-scrollbars", "--remote-debugging-port=0", $"--user-data-dir={profile.FullName}", "about:blank"])
        {
            start.ArgumentList.Add(argument);
        }

        Process process = Process.Start(start)!;
        try
        {
            _ = process.StandardOutput.ReadToEndAsync();
            Uri address = await AddressAsync(process).WaitAsync(TestServer.Limit);
            return new Chromium(process, await DebugSocket.ConnectAsync(address), profile);
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    public async Task<BrowserPage> OpenAsync(int width, int height, bool isDark = false, bool runsScripts = true)
    {
        JsonNode target = await _socket.SendAsync("Target.createTarget", new JsonObject { ["url"] = "about:blank" });
        JsonNode session = await _socket.SendAsync("Target.attachToTarget", new JsonObject { ["targetId"] = target["targetId"]!.GetValue<string>(), ["flatten"] = true });
        BrowserPage page = new(_socket, session["sessionId"]!.GetValue<string>());
        await page.PrepareAsync(width, height, isDark, runsScripts);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await _socket.DisposeAsync();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync().WaitAsync(TestServer.Limit);
        _process.Dispose();
        try
        {
            _profile.Delete(recursive: true);
        }
        catch (IOException)
        {
            // A process of it that ends a moment later still writes there: the system clears its temporary files.
            return;
        }
    }

    private static async Task<Uri> AddressAsync(Process process)
    {
        const string Announcement = "DevTools listening on ";
        List<string> said = [];
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(Announcement, StringComparison.Ordinal))
            {
                _ = process.StandardError.ReadToEndAsync();
                return new Uri(line[Announcement.Length..]);
            }

            said.Add(line);
        }

        throw new InvalidOperationException($"chromium ended before it could be used: {string.Join('\n', said)}");
    }
}
