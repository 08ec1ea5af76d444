using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace DeviceGateway;

/// <summary>The command line, read by System.CommandLine. Pure.</summary>
internal static class CommandLine
{
    public const string Devices = "devices";

    /// <summary>Hidden: one of the devices, as a process of its own.</summary>
    public const string Device = "device";

    private const int DefaultCount = 5;

    private static readonly Argument<string[]> s_settings = new("settings")
    {
        Description = "override appsettings.json: --Gateway:DevicePort=6081",
        DefaultValueFactory = static _ => [],
    };

    private static readonly Argument<int> s_count = new("N")
    {
        Description = "how many",
        DefaultValueFactory = static _ => DefaultCount,
        CustomParser = static word => WholeNumber(word, Devices),
    };

    private static readonly Option<int> s_cut = Number("--cut", 0, "so many of them lose their cable after --after");
    private static readonly Option<int> s_freeze =
        Number("--freeze", 0, "so many are processes of their own that are stopped (SIGSTOP; not on Windows)");

    private static readonly Option<int> s_kill = Number("--kill", 0, "so many are processes of their own that are killed");
    private static readonly Option<int> s_slow =
        Number("--slow", 0, "so many sit behind a line of 2,000 bytes a second and never read: no loss");

    private static readonly Option<int> s_old = Number("--old", 0, "so many are not upgraded yet: they speak no Liveness");
    private static readonly Option<int> s_after = Number("--after", 3, "seconds until the damage is done");
    private static readonly Option<int> s_for = Number("--for", 15, "seconds until all go");
    private static readonly Option<int> s_port = Number("--port", 5081, "of the gateway");

    private static readonly Command s_devices = new(Devices, "N devices that connect to the gateway")
    {
        s_count, s_cut, s_freeze, s_kill, s_slow, s_old, s_after, s_for, s_port,
    };

    private static readonly Command s_device = new(Device) { Hidden = true, Options = { s_port } };

    private static readonly RootCommand s_root = new("A gateway of devices; without a command, the gateway itself.")
    {
        s_settings,
        s_devices,
        s_device,
    };

    static CommandLine()
    {
        s_devices.Validators.Add(CheckDamage);
        s_settings.Validators.Add(CheckMode);
    }

    /// <param name="args">The words.</param>
    /// <param name="run">What is done where they are sound.</param>
    public static ParseResult Parse(IReadOnlyList<string> args, Func<Arguments, Task> run)
    {
        foreach (Command command in (Command[])[s_root, s_devices, s_device])
        {
            command.SetAction((parsed, _) => run(Read(parsed)));
        }

        return s_root.Parse(args);
    }

    /// <param name="parsed">Without an error.</param>
    public static Arguments Read(ParseResult parsed) => new(
        parsed.CommandResult.Command.Name,
        parsed.GetValue(s_count),
        parsed.GetValue(s_cut),
        parsed.GetValue(s_freeze),
        parsed.GetValue(s_kill),
        parsed.GetValue(s_slow),
        parsed.GetValue(s_old),
        parsed.GetValue(s_after),
        parsed.GetValue(s_for),
        parsed.GetValue(s_port));

    private static Option<int> Number(string name, int standard, string description) => new(name)
    {
        Description = description,
        HelpName = "number",
        DefaultValueFactory = _ => standard,
        CustomParser = word => WholeNumber(word, name),
    };

    private static int WholeNumber(ArgumentResult word, string name)
    {
        if (NumberIn(word) is { } number)
        {
            return number;
        }

        word.AddError($"{name} needs a whole number, not '{word.Tokens[0].Value}'.");
        return 0;
    }

    private static int? NumberIn(SymbolResult? word) =>
        word?.Tokens is [{ Value: string text }] && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : null;

    /// <summary>All together; what is no number is told later.</summary>
    private static void CheckDamage(CommandResult command)
    {
        long damaged = ((Option[])[s_cut, s_freeze, s_kill, s_slow, s_old]).Sum(option => (long?)NumberIn(command.GetResult(option))) ?? 0;
        int count = command.GetResult(s_count) is { } given ? NumberIn(given) ?? int.MaxValue : DefaultCount;
        if (damaged > count)
        {
            command.AddError($"{damaged} devices are to be damaged or old, but there are only {count}.");
        }
    }

    private static void CheckMode(ArgumentResult settings)
    {
        if (settings.Tokens is [{ Value: var first }, ..] && !first.StartsWith('-'))
        {
            settings.AddError($"There is no mode {first}.");
        }
    }
}
