namespace Liveness.WorksWith.Tests;

public sealed class MqttCutTests(ITestOutputHelper output) : CutTests("mqtt", output);
