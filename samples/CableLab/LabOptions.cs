using System.CommandLine;
using System.Globalization;
using Liveness;

namespace CableLab;

/// <summary>The options of every program with a cable.</summary>
public sealed class LabOptions
{
    private const string DetectWithinName = "--detect-within";
    private const string FaultName = "--fault";
    private const string OnCableName = "--on-cable";

    /// <param name="use">What the library is asked for with a duration.</param>
    /// <param name="faults">Name and story of each; the first one is the default.</param>
    /// <param name="detectWithin">What else there is to say of this option.</param>
    /// <param name="real">As for <paramref name="detectWithin"/>.</param>
    public LabOptions(
        Func<TimeSpan, HeartbeatOptions> use, IReadOnlyList<(string Name, string Story)> faults, string detectWithin, string real)
    {
        string[] names = [.. faults.Select(fault => fault.Name)];
        int width = names.Max(name => name.Length) + 2;
        IEnumerable<string> stories = faults.Select(fault => $"{fault.Name.PadRight(width)}{fault.Story}");
        DetectWithin = new Option<TimeSpan>(DetectWithinName)
        {
            Description = $"how soon a loss must be reported: 3s, 500ms, 00:00:03{detectWithin}",
            HelpName = "duration",
            DefaultValueFactory = static _ => TimeSpan.FromSeconds(3),
            CustomParser = word => Words.DurationFor(word, use),
        };
        Fault = new Option<string>(FaultName)
        {
            Description = $"what happens (freeze: not on Windows):\n{string.Join('\n', stories)}\n",
            HelpName = "fault",
            DefaultValueFactory = _ => names[0],
            CustomParser = word => Words.OneOf(word, "fault", names),
        };
        Real = new Option<bool>("--real")
        {
            Description = $"""
                on a real (virtual) cable: two network namespaces of this machine, joined by a veth pair. Linux with iproute2, as root:
                {RealRun.HowTo}
                {real}
                """,
        };
        OnCable = new Option<Cable?>(OnCableName)
        {
            Hidden = true,
            CustomParser = static word => new Cable(Words.Number(word, "cable", "the number of its run", 0, int.MaxValue)),
        };
    }

    /// <summary>The silence to allow.</summary>
    public Option<TimeSpan> DetectWithin { get; }

    /// <summary>The name of the fault.</summary>
    public Option<string> Fault { get; }

    /// <summary>On a virtual cable.</summary>
    public Option<bool> Real { get; }

    /// <summary>Hidden: the role at one end of a cable that is laid already.</summary>
    public Option<Cable?> OnCable { get; }

    /// <summary>The words that give these options to a process that this one starts.</summary>
    public static IEnumerable<string> WordsFor(TimeSpan detectWithin, string fault, Cable? cable) =>
    [
        DetectWithinName, detectWithin.ToString("c", CultureInfo.InvariantCulture),
        FaultName, fault,
        .. cable is null ? [] : (string[])[OnCableName, cable.Run.ToString(CultureInfo.InvariantCulture)],
    ];
}
