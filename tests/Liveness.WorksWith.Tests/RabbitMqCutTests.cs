namespace Liveness.WorksWith.Tests;

public sealed class RabbitMqCutTests(ITestOutputHelper output) : CutTests("rabbitmq", output);
