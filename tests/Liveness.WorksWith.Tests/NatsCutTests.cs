namespace Liveness.WorksWith.Tests;

public sealed class NatsCutTests(ITestOutputHelper output) : CutTests("nats", output);
