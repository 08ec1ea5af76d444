namespace Fleet;

/// <summary>All devices, in this process.</summary>
internal sealed class Crowd : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;

    /// <param name="count">How many.</param>
    /// <param name="portOf">Where the next attempt of a device goes; null = no gateway is there.</param>
    /// <param name="afterLoss">How long a device waits when its connection was lost.</param>
    /// <param name="clock">Of the whole fleet.</param>
    public Crowd(int count, Func<int, int?> portOf, TimeSpan afterLoss, TimeProvider clock)
    {
        Devices = [.. Enumerable.Range(0, count).Select(number => new Device(number, portOf, afterLoss))];
        _running = Task.WhenAll(Devices.Select(device => device.RunAsync(clock, _stopping.Token)));
    }

    public IReadOnlyList<Device> Devices { get; }

    public int Losses => Devices.Sum(static device => device.Losses);

    public int Farewells => Devices.Sum(static device => device.Farewells);

    /// <summary>When the newest of their connections was made; null = one has none.</summary>
    public long? LastConnectedAt
    {
        get
        {
            long?[] moments = [.. Devices.Select(static device => device.ConnectedAt)];
            return moments.Contains(null) ? null : moments.Max();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        _stopping.Dispose();
    }
}
