namespace Liveness.NetworkTests.Scenarios;

public sealed class Link256KbitTests(ITestOutputHelper output)
{
    [NetworkFact]
    public Task An_upload_over_256_kbit_is_not_taken_for_a_dead_peer() => ThinLink.TransferAsync(output, "256kbit", 256_000, upload: true);

    [NetworkFact]
    public Task A_download_over_256_kbit_is_not_taken_for_a_dead_peer() => ThinLink.TransferAsync(output, "256kbit", 256_000, upload: false);
}
