namespace Liveness.AspNetCore.Tests.Browser;

/// <summary>One browser for all tests that need one, started by the first.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    private Task<Chromium>? _starting;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_starting is not null)
        {
            await (await _starting).DisposeAsync();
        }
    }

    internal Task<Chromium> StartedAsync() => _starting ??= Chromium.StartAsync();
}
