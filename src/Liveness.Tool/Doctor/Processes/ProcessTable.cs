using System.Globalization;
using System.Runtime.InteropServices;

namespace Liveness.Tool.Doctor;

/// <summary>Which process holds which socket, by the links in /proc/*/fd. A process that ends meanwhile has none.</summary>
internal sealed class ProcessTable
{
    private const string Root = "/proc";

    private readonly Dictionary<uint, ProcessName> _owners = [];

    /// <summary>Processes whose descriptors may not be seen: other users'.</summary>
    public int Hidden { get; private set; }

    /// <summary>Processes whose descriptors may be seen, and yet could not be listed.</summary>
    public int Failed { get; private set; }

    /// <summary>Why the last of those could not be; null = all could.</summary>
    public string? Failure { get; private set; }

    /// <summary>Null = nobody, or nobody whom we may see.</summary>
    public ProcessName? OwnerOf(uint inode) => _owners.GetValueOrDefault(inode);

    /// <param name="wanted">The sockets whose owners matter: once all of them are known, nobody else is asked. Null = all.</param>
    public static ProcessTable Read(IEnumerable<int> processIds, HashSet<uint>? wanted)
    {
        ProcessTable table = new();
        foreach (int id in processIds.TakeWhile(_ => wanted is not { Count: 0 }))
        {
            table.Add(id, wanted);
        }

        return table;
    }

    public static IEnumerable<int> AllIds()
    {
        foreach (string path in Directory.EnumerateDirectories(Root))
        {
            if (int.TryParse(path.AsSpan(Root.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int id))
            {
                yield return id;
            }
        }
    }

    /// <returns>Null where there is no such process.</returns>
    public static ProcessName? Find(int id)
    {
        try
        {
            return new ProcessName(id, File.ReadAllText(PathOf(id, "comm")).TrimEnd('\n'));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The file of the program that was started, without its folder; null where that can't be seen.</summary>
    public static string? ProgramOf(int id)
    {
        try
        {
            string line = File.ReadAllText(PathOf(id, "cmdline"));
            int end = line.IndexOf('\0', StringComparison.Ordinal);
            return Path.GetFileName(end < 0 ? line : line[..end]);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The network namespace of a process, as a text that is the same for all processes in it.</summary>
    public static string? NamespaceOf(int id) => LinkTarget(NamespacePath(id));

    public static string? OwnNamespace => LinkTarget($"{Root}/self/ns/net");

    public static string NamespacePath(int id) => PathOf(id, "ns/net");

    private static string PathOf(int id, string what) => string.Create(CultureInfo.InvariantCulture, $"{Root}/{id}/{what}");

    private static string? LinkTarget(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private void Add(int id, HashSet<uint>? wanted)
    {
        ProcessName? name = null;
        FolderView view = DescriptorFolder.Read(PathOf(id, "fd"), Take, out int error);
        Hidden += view == FolderView.Forbidden ? 1 : 0;
        if (view == FolderView.Failed)
        {
            Failed++;
            Failure = $"{Marshal.GetPInvokeErrorMessage(error)}, errno {error.ToString(CultureInfo.InvariantCulture)}";
        }

        void Take(uint inode)
        {
            if (wanted is null || wanted.Remove(inode))
            {
                name ??= Find(id) ?? new ProcessName(id, "?");
                _owners.TryAdd(inode, name);
            }
        }
    }
}
