using System.Net;
using Liveness;
using MongoDB.Bson;
using MongoDB.Driver;
using MQTTnet;
using WorksWith;

if (args is not [string kind, string host])
{
    Console.Error.WriteLine("usage: dotnet run --project samples/WorksWith -- redis|nats|mqtt|rabbitmq|mongo HOST");
    return 2;
}

using CancellationTokenSource ending = new();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    ending.Cancel();
};
await using LivenessFactory factory = new(new LivenessOptions { Mode = LivenessMode.KernelOnly, DetectWithin = TimeSpan.FromSeconds(5) });
await using IAsyncDisposable client = await ConnectAsync();
Console.WriteLine($"{kind} is connected to {host}; cut the cable, and end with Ctrl+C");
RecordedLoss? newest = null;
while (!ending.IsCancellationRequested)
{
    IReadOnlyList<RecordedLoss> losses = factory.RecentLosses;
    foreach (RecordedLoss told in losses.TakeWhile(one => one != newest).Reverse())
    {
        Console.WriteLine($"{told.Name}: {told.Loss}");
    }

    newest = losses.Count == 0 ? null : losses[0];
    await Task.Delay(TimeSpan.FromMilliseconds(100), CancellationToken.None);
}

return 0;

async Task<IAsyncDisposable> ConnectAsync()
{
    switch (kind)
    {
        case "redis":
            return await UseRedis.ConnectAsync(host, factory);
        case "nats":
            return await UseNats.ConnectAsync($"nats://{host}:4222", factory);
        case "mqtt":
            IMqttClient mqtt = new MqttClientFactory().CreateMqttClient();
            await mqtt.ConnectAsync(UseMqtt.OptionsFor(new DnsEndPoint(host, 1883), factory));
            return new Ending(mqtt);
        case "rabbitmq":
            return await UseRabbitMq.FactoryFor(new Uri($"amqp://{host}"), factory).CreateConnectionAsync();
        case "mongo":
            MongoClient mongo = UseMongo.ClientFor($"mongodb://{host}", factory);
            await mongo.GetDatabase("admin").RunCommandAsync<BsonDocument>(new BsonDocument("ping", 1));
            return new Ending(mongo);
        default:
            throw new ArgumentException($"\"{kind}\" is no client that this sample knows.");
    }
}
