using System.Globalization;
using Liveness.NetworkTests.Peer;

namespace Liveness.NetworkTests.Paths;

/// <summary>The two experiments with bad paths, by hand: how many connections they cost.</summary>
internal static class PathCommand
{
    public const string Usage = "ecmp [--connections 60] [--detect-within 3] | loss [--connections 24] [--detect-within 3] [--share 0.3] [--seconds 30]: connections lost over two equal IPv6 paths of which one is cut, or over one that loses packets";

    private static readonly TimeSpan s_keepAlive = TimeSpan.FromSeconds(5);

    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string which, string[] args)
    {
        Dictionary<string, double> settings = new() { ["--connections"] = which == "ecmp" ? 60 : 24, ["--detect-within"] = 3, ["--share"] = 0.3, ["--seconds"] = 30 };
        foreach (string[] pair in args.Chunk(2))
        {
            if (pair is not [var name, var value] || !settings.ContainsKey(name) || !double.TryParse(value, CultureInfo.InvariantCulture, out double number) || number <= 0)
            {
                await Console.Error.WriteLineAsync(Usage);
                return 2;
            }

            settings[name] = number;
        }

        int connections = (int)settings["--connections"];
        TimeSpan detectWithin = TimeSpan.FromSeconds(settings["--detect-within"]);
        if (which == "loss")
        {
            (double share, double seconds) = (settings["--share"], settings["--seconds"]);
            PathTally tally = await LossyRun.RunAsync(connections, detectWithin, share, TimeSpan.FromSeconds(seconds));
            Print(string.Create(CultureInfo.InvariantCulture, $"{share:P0} loss each way, T = {detectWithin.TotalSeconds} s, {seconds} s"), tally);
            return 0;
        }

        Print("two equal IPv6 paths, one cut, keepalive 5 s", await TwoPathRun.RunAsync(connections, PeerMode.KeepAlive, s_keepAlive));
        Print(string.Create(CultureInfo.InvariantCulture, $"two equal IPv6 paths, one cut, heartbeat {detectWithin.TotalSeconds} s"), await TwoPathRun.RunAsync(connections, PeerMode.Heartbeat, detectWithin));
        return 0;
    }

    private static void Print(string what, PathTally tally) => Console.WriteLine($"RESULT {what}: {tally}");
}
