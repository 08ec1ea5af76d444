namespace Liveness.WorksWith.Tests;

public sealed class RedisCutTests(ITestOutputHelper output) : CutTests("redis", output);
