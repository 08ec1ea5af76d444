using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Liveness.AspNetCore.Tests.Browser;

/// <summary>A tab: what it shows, and what it complained of.</summary>
internal sealed class BrowserPage(DebugSocket socket, string sessionId)
{
    private readonly ConcurrentQueue<string> _complaints = new();

    /// <summary>Errors and warnings of the console, exceptions, violations of the policy.</summary>
    public IReadOnlyCollection<string> Complaints => _complaints;

    public async Task PrepareAsync(int width, int height, bool isDark, bool runsScripts)
    {
        socket.EventReceived += Listen;
        foreach (string domain in (string[])["Page", "Runtime", "Log"])
        {
            await SendAsync($"{domain}.enable", []);
        }

        await SendAsync("Emulation.setDeviceMetricsOverride", new JsonObject { ["width"] = width, ["height"] = height, ["deviceScaleFactor"] = 1, ["mobile"] = width < 500 });
        await SendAsync("Emulation.setEmulatedMedia", new JsonObject { ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = isDark ? "dark" : "light" }) });
        if (!runsScripts)
        {
            await SendAsync("Emulation.setScriptExecutionDisabled", new JsonObject { ["value"] = true });
        }
    }

    public async Task GoAsync(Uri address)
    {
        TaskCompletionSource loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
        socket.EventReceived += Loaded;
        try
        {
            await SendAsync("Page.navigate", new JsonObject { ["url"] = address.AbsoluteUri });
            await loaded.Task.WaitAsync(TestServer.Limit);
        }
        finally
        {
            socket.EventReceived -= Loaded;
        }

        void Loaded(JsonNode message)
        {
            if (IsMine(message) && message["method"]!.GetValue<string>() == "Page.loadEventFired")
            {
                loaded.TrySetResult();
            }
        }
    }

    /// <summary>The value of an expression; promises are awaited.</summary>
    public async Task<JsonNode?> EvaluateAsync(string expression)
    {
        JsonNode result = await SendAsync("Runtime.evaluate", new JsonObject { ["expression"] = expression, ["awaitPromise"] = true, ["returnByValue"] = true });
        return result["exceptionDetails"] is { } failure ? throw new InvalidOperationException(failure.ToJsonString()) : result["result"]!["value"];
    }

    public async Task<string> TextAsync(string expression) => (await EvaluateAsync(expression))!.GetValue<string>();

    /// <summary>Looks again whenever the page has painted, until it holds.</summary>
    public async Task UntilAsync(string condition) =>
        await EvaluateAsync($"new Promise(done => {{ const look = () => ({condition}) ? done(true) : setTimeout(look, 50); look(); }})");

    /// <summary>A key, as a person presses it: one that writes something comes with its text.</summary>
    public async Task PressAsync(string key)
    {
        JsonObject down = new() { ["type"] = "keyDown", ["key"] = key };
        if (key.Length == 1)
        {
            down["text"] = key;
        }
        else if (key == "Enter")
        {
            (down["text"], down["windowsVirtualKeyCode"]) = ("\r", 13);
        }
        else if (key == "Tab")
        {
            down["windowsVirtualKeyCode"] = 9;
        }

        await SendAsync("Input.dispatchKeyEvent", down);
        await SendAsync("Input.dispatchKeyEvent", new JsonObject { ["type"] = "keyUp", ["key"] = key });
    }

    public async Task TypeAsync(string text)
    {
        foreach (char letter in text)
        {
            await PressAsync(letter.ToString());
        }
    }

    public Task<string> DomAsync() => TextAsync("document.documentElement.outerHTML");

    /// <summary>The whole page, however long.</summary>
    public async Task ScreenshotAsync(string file)
    {
        JsonNode metrics = await SendAsync("Page.getLayoutMetrics", []);
        JsonNode size = metrics["cssContentSize"]!;
        JsonNode shot = await SendAsync("Page.captureScreenshot", new JsonObject
        {
            ["format"] = "png",
            ["captureBeyondViewport"] = true,
            ["clip"] = new JsonObject { ["x"] = 0, ["y"] = 0, ["width"] = size["width"]!.GetValue<double>(), ["height"] = size["height"]!.GetValue<double>(), ["scale"] = 1 },
        });
        await File.WriteAllBytesAsync(file, Convert.FromBase64String(shot["data"]!.GetValue<string>()));
    }

    private Task<JsonNode> SendAsync(string method, JsonObject parameters) => socket.SendAsync(method, parameters, sessionId);

    private bool IsMine(JsonNode message) => message["sessionId"]?.GetValue<string>() == sessionId;

    private void Listen(JsonNode message)
    {
        if (!IsMine(message))
        {
            return;
        }

        switch (message["method"]!.GetValue<string>())
        {
            case "Runtime.exceptionThrown" or "Runtime.consoleAPICalled":
                _complaints.Enqueue(message["params"]!.ToJsonString());
                break;
            case "Log.entryAdded" when message["params"]!["entry"]!["level"]!.GetValue<string>() is "error" or "warning":
                _complaints.Enqueue(message["params"]!.ToJsonString());
                break;
        }
    }
}
