using Liveness;
using Snippets;

Console.WriteLine("-- explain");
Console.WriteLine(HeartbeatPlan.Create(new HeartbeatOptions { DetectWithin = TimeSpan.FromSeconds(3) }).Explain());
Console.WriteLine("-- tell losses apart");
TellLossesApart.Run();
Console.WriteLine("-- test your own handling");
await TestYourHandling.RunAsync();
