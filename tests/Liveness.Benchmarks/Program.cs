using Liveness.Benchmarks;

try
{
    Statistics.Check();
    Arguments arguments = Arguments.Parse(args);
    if (arguments.Help)
    {
        Console.WriteLine(Arguments.Usage);
        return 0;
    }

    Machine.RefuseUnlessOptimized();
    switch (arguments.Verb)
    {
        case "compare":
            await Comparison.RunAsync(ComparisonSettings.From(arguments));
            return 0;
        case "idle":
            await IdleRun.RunAsync(arguments);
            return 0;
        case IdleProcess.Verb:
            await IdleProcess.RunAsync(arguments.Rest);
            return 0;
        case "side":
            await SideRun.RunAsync(arguments);
            return 0;
        case SideProcess.Verb:
            await SideProcess.RunAsync(arguments.Rest);
            return 0;
        case "storm":
            await StormRun.RunAsync(arguments);
            return 0;
        case StormPeer.Verb:
            await StormPeer.RunAsync(arguments.Rest);
            return 0;
        case "micro":
            MicroBenchmarks.Run(arguments.Rest);
            return 0;
        case "wheel":
            WheelRun.Run(arguments);
            return 0;
        default:
            Console.Error.WriteLine($"Unknown verb \"{arguments.Verb}\".");
            Console.Error.WriteLine(Arguments.Usage);
            return 2;
    }
}
catch (Exception exception) when (exception is FormatException or OverflowException)
{
    Console.Error.WriteLine(exception.Message);
    Console.Error.WriteLine(Arguments.Usage);
    return 2;
}
