using System.Globalization;
using Liveness.NetworkTests.OnePort;

namespace Liveness.NetworkTests.Scenarios;

/// <summary>Nine kinds of clients on one port, bare and inside TLS, coming and going.</summary>
[Collection(Alone.Name)]
public sealed class OnePortTests(ITestOutputHelper output)
{
    /// <summary>For a long run: 60.</summary>
    private const string SecondsVariable = "LIVENESS_ONE_PORT_SECONDS";
    private const int Clients = 1_000;
    private const double MostLater = 1;

    [NetworkFact]
    public async Task All_kinds_of_clients_are_served_on_one_port_and_plain_ones_wait_for_nothing()
    {
        string? asked = Environment.GetEnvironmentVariable(SecondsVariable);
        TimeSpan duration = TimeSpan.FromSeconds(asked is null ? 10 : double.Parse(asked, CultureInfo.InvariantCulture));
        await using LivenessFactory factory = new(new LivenessOptions { DetectWithin = TimeSpan.FromSeconds(30), PlainPeers = PlainPeers.Serve });
        await using MixedServer served = new(factory);
        await using MixedServer bare = new(factory: null);
        MixedClients clients = new(served.EndPoint, duration);
        FirstByteProbe probe = new(served.EndPoint, bare.EndPoint);

        Task running = clients.RunAsync(Clients);
        await probe.RunAsync(running);
        await running;

        Print(clients, served, probe);
        clients.Failures.Should().BeEmpty();
        served.Failures.Should().BeEmpty();
        factory.RecentLosses.Should().BeEmpty();

        // Of a short run the rarest wait is one of a hundred: chance.
        double quantile = asked is null ? 0.5 : 0.99;
        double later = FirstByteProbe.At(probe.Served, quantile) - FirstByteProbe.At(probe.Bare, quantile);
        later.Should().BeLessThanOrEqualTo(MostLater, "a plain client that speaks first is known by its first byte");
    }

    private void Print(MixedClients clients, MixedServer served, FirstByteProbe probe)
    {
        output.WriteLine($"{clients.Connections} connections, {clients.Questions} questions, {clients.Failures.Count} failures");
        output.WriteLine(string.Join(", ", served.Modes.Select(mode => $"{mode.Value} {mode.Key}")));
        foreach (double quantile in (double[])[0.5, 0.9, 0.99])
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"first byte, quantile {quantile:0.00}: served {FirstByteProbe.At(probe.Served, quantile):0.000} ms, bare {FirstByteProbe.At(probe.Bare, quantile):0.000} ms, of {probe.Served.Count} each"));
        }
    }
}
