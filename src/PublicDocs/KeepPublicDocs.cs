using System.Reflection;
using System.Xml.Linq;
using Microsoft.Build.Framework;
using Task = Microsoft.Build.Utilities.Task;

namespace Liveness.Build;

/// <summary>
/// A task of the build: takes out of an assembly's XML documentation what nobody outside of it can see. The compiler writes down every
/// comment.
/// </summary>
public sealed class KeepPublicDocs : Task
{
    /// <summary>The path of the assembly.</summary>
    [Required]
    public string Assembly { get; set; } = "";

    /// <summary>The path of its XML documentation, which is written anew.</summary>
    [Required]
    public string Documentation { get; set; } = "";

    /// <summary>The paths of the assemblies that it refers to.</summary>
    [Required]
    public ITaskItem[] References { get; set; } = [];

    /// <inheritdoc/>
    public override bool Execute()
    {
        PathAssemblyResolver resolver = new([Assembly, .. References.Select(reference => reference.ItemSpec)]);
        using MetadataLoadContext context = new(resolver);
        HashSet<string> visible = [.. DocumentationId.OfVisible(context.LoadFromAssemblyPath(Assembly))];
        XDocument documentation = XDocument.Load(Documentation, LoadOptions.PreserveWhitespace);
        foreach (XElement member in documentation.Descendants("member").ToArray())
        {
            if (!visible.Contains((string?)member.Attribute("name") ?? ""))
            {
                (member.PreviousNode as XText)?.Remove();
                member.Remove();
            }
        }

        documentation.Save(Documentation);
        return true;
    }
}
