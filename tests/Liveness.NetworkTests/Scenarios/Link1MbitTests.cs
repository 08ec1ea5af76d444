namespace Liveness.NetworkTests.Scenarios;

public sealed class Link1MbitTests(ITestOutputHelper output)
{
    [NetworkFact]
    public Task An_upload_over_1_Mbit_is_not_taken_for_a_dead_peer() => ThinLink.TransferAsync(output, "1mbit", 1_000_000, upload: true);

    [NetworkFact]
    public Task A_download_over_1_Mbit_is_not_taken_for_a_dead_peer() => ThinLink.TransferAsync(output, "1mbit", 1_000_000, upload: false);
}
