using System.Runtime.CompilerServices;

namespace Liveness.Tests.Layering;

/// <summary>The folders of the library know each other in one direction only.</summary>
public sealed class LayeringTests
{
    private static readonly string s_root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", ".."));

    /// <summary>From the bottom up. A folder knows the layers below its own, and no other folder of its own layer.</summary>
    /// <remarks>
    /// ForeignCode lies low, because whatever logs, measures or calls back does so through it. Options lie below Configuration, which reads
    /// them from a file, and that below DependencyInjection, which attaches connections by them.
    /// </remarks>
    internal static readonly string[][] Layers =
    [
        ["Time", "Wire", "SystemCalls", "Text"],
        ["Validation"],
        ["KeepAlive", "ForeignCode"],
        ["Loss"],
        ["Advice"],
        ["Diagnostics"],
        ["Monitoring", "Scheduling"],
        ["Heartbeat"],
        ["Kernel"],
        ["InBand", "ProtocolPing"],
        ["SideChannel"],
        ["Options"],
        ["Configuration"],
        ["DependencyInjection"],
        ["Http"],
    ];

    /// <summary>What breaks the order, and why it may.</summary>
    private static readonly Dictionary<string, string> s_allowed = new(StringComparer.Ordinal)
    {
        ["ForeignCode/WorkQueue.cs uses ThreadPoolWorkQueue of Scheduling"] =
            "the one queue of the process, as TimeProvider.System: the scheduler watches its lanes, and posts into them",
    };

    private static readonly IReadOnlyList<SourceFile> s_files = SourceFile.Below(Path.Combine(s_root, "src", "Liveness"));

    [Fact]
    public void Every_folder_has_its_layer_and_every_layer_its_folders() =>
        s_files.Select(static file => file.Folder).Distinct().Should().BeEquivalentTo(Layers.SelectMany(static layer => layer));

    [Fact]
    public void A_folder_knows_only_the_layers_below_its_own()
    {
        string[] found = [.. Upwards().Order(StringComparer.Ordinal)];

        found.Except(s_allowed.Keys).Should().BeEmpty("who needs a type of a higher layer gets it from there, or the type lies too high");
        s_allowed.Keys.Except(found).Should().BeEmpty("the list holds what there is");
    }

    /// <summary>A file that only cuts a class owns nothing: what has a state of its own is a class of its own.</summary>
    [Fact]
    public void Every_type_lies_in_one_file() =>
        s_files.SelectMany(static file => file.Declared.Distinct().Select(type => (type, file.Name)))
            .GroupBy(static one => one.type).Where(static group => group.Count() > 1).Select(static group => group.Key).Should().BeEmpty();

    /// <summary>Else the names in the source do not tell which type is meant.</summary>
    [Fact]
    public void No_two_folders_declare_a_type_of_the_same_name() =>
        s_files.SelectMany(static file => file.Declared.Select(type => (type, file.Folder))).Distinct()
            .GroupBy(static one => one.type).Where(static group => group.Count() > 1).Select(static group => group.Key).Should().BeEmpty();

    private static IEnumerable<string> Upwards()
    {
        Dictionary<string, string> folders = s_files
            .SelectMany(static file => file.Declared.Select(type => (type, file.Folder)))
            .DistinctBy(static one => one.type).ToDictionary(static one => one.type, static one => one.Folder);
        foreach (SourceFile file in s_files)
        {
            foreach (string name in file.Used)
            {
                if (folders.TryGetValue(name, out string? folder) && folder != file.Folder && Layer(folder) >= Layer(file.Folder))
                {
                    yield return $"{file.Name} uses {name} of {folder}";
                }
            }
        }
    }

    private static int Layer(string folder) => Array.FindIndex(Layers, layer => layer.Contains(folder));

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
