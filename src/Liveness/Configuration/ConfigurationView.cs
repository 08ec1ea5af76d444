using System.Collections;
using System.Reflection;
using Microsoft.Extensions.Primitives;

namespace Liveness;

/// <summary>
/// The application's IConfiguration, which this library knows by name only: whoever has one has its assembly, and nobody else must bring it
/// along.
/// </summary>
/// <remarks>The names are constants, so that a trimmer finds what is used here.</remarks>
internal sealed class ConfigurationView
{
    private const string Configuration =
        "Microsoft.Extensions.Configuration.IConfiguration, Microsoft.Extensions.Configuration.Abstractions";

    private const string ConfigurationSection =
        "Microsoft.Extensions.Configuration.IConfigurationSection, Microsoft.Extensions.Configuration.Abstractions";

    private static readonly MethodInfo? s_getSection = Type.GetType(Configuration)?.GetMethod("GetSection");
    private static readonly MethodInfo? s_getChildren = Type.GetType(Configuration)?.GetMethod("GetChildren");
    private static readonly MethodInfo? s_getReloadToken = Type.GetType(Configuration)?.GetMethod("GetReloadToken");
    private static readonly MethodInfo? s_key = Type.GetType(ConfigurationSection)?.GetMethod("get_Key");
    private static readonly MethodInfo? s_value = Type.GetType(ConfigurationSection)?.GetMethod("get_Value");

    private readonly object _root;

    private ConfigurationView(object root) => _root = root;

    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static ConfigurationView Of(IServiceProvider services)
    {
        object? root = Type.GetType(Configuration) is { } type ? services.GetService(type) : null;
        return root is not null && s_getSection is not null && s_getChildren is not null && s_getReloadToken is not null
            && s_key is not null && s_value is not null
            ? new ConfigurationView(root)
            : throw new InvalidOperationException(
                "BindConfiguration reads the IConfiguration of the container, and there is none. A host has one; "
                + "otherwise call services.AddSingleton<IConfiguration>(...).");
    }

    /// <summary>Of the whole configuration: sections have no other.</summary>
    public IChangeToken GetReloadToken() => (IChangeToken)s_getReloadToken!.Invoke(_root, null)!;

    public SectionText Read(string path)
    {
        object section = path.Length == 0 ? _root : s_getSection!.Invoke(_root, [path])!;
        Dictionary<string, string?> entries = new(SectionText.Comparer);
        foreach (object child in Children(section))
        {
            Collect(child, Key(child), entries);
        }

        bool isSingleValue = path.Length > 0 && Value(section) is not null;
        return new SectionText(entries.Count > 0 || isSingleValue || IsNamed(path), isSingleValue, entries);
    }

    /// <summary>The sections down to the second level: for suggestions.</summary>
    public IEnumerable<string> SectionPaths()
    {
        foreach (object child in Children(_root))
        {
            string key = Key(child);
            yield return key;
            foreach (object grandchild in Children(child))
            {
                yield return SectionText.Join(key, Key(grandchild));
            }
        }
    }

    /// <summary>An empty section is there, too: its parent knows it.</summary>
    private bool IsNamed(string path)
    {
        int colon = path.LastIndexOf(':');
        object parent = colon < 0 ? _root : s_getSection!.Invoke(_root, [path[..colon]])!;
        return path.Length == 0 || Children(parent).Any(child => SectionText.Comparer.Equals(Key(child), path[(colon + 1)..]));
    }

    private static void Collect(object section, string path, Dictionary<string, string?> entries)
    {
        bool isLeaf = true;
        foreach (object child in Children(section))
        {
            isLeaf = false;
            Collect(child, SectionText.Join(path, Key(child)), entries);
        }

        if (isLeaf || Value(section) is not null)
        {
            entries[path] = Value(section);
        }
    }

    private static IEnumerable<object> Children(object section) => ((IEnumerable)s_getChildren!.Invoke(section, null)!).Cast<object>();

    private static string Key(object section) => (string)s_key!.Invoke(section, null)!;

    private static string? Value(object section) => (string?)s_value!.Invoke(section, null);
}
