using System.Reflection;
using System.Xml.Linq;
using Liveness.Build;

namespace Liveness.Tests.Packaging;

/// <summary>What is wrong with the XML documentation that lies next to an assembly, as somebody sees it who has the package only.</summary>
internal static class DocumentationCheck
{
    public static IEnumerable<string> ProblemsOf(Assembly assembly)
    {
        Assembly[] own = [assembly, .. assembly.GetReferencedAssemblies().Where(name => name.Name!.StartsWith("Liveness", StringComparison.Ordinal)).Select(Assembly.Load)];
        HashSet<string> visible = [.. own.SelectMany(DocumentationId.OfVisible)];
        string[] types = [.. own.SelectMany(one => one.GetTypes()).Select(NameOf)];
        XElement[] members = [.. own.SelectMany(MembersOf)];
        HashSet<string> documented = [.. members.Select(NameOf)];
        foreach (XElement member in MembersOf(assembly))
        {
            string name = NameOf(member);
            if (!visible.Contains(name))
            {
                yield return $"{name} can't be seen from outside";
            }

            foreach (string target in member.Descendants().Attributes("cref").Select(attribute => attribute.Value).Where(target => !visible.Contains(target) && !IsElsewhere(target, types)))
            {
                yield return $"{name} speaks of {target}, which can't be seen from outside";
            }

            if (!IsMade(name) && !HasSummary(member, members, types))
            {
                yield return $"{name} has no summary, or inherits one that can't be seen from outside";
            }
        }

        // The compiler asks for comments on what is written by hand; members that it makes itself have none.
        foreach (string name in DocumentationId.OfVisible(assembly).Where(name => name.StartsWith("T:", StringComparison.Ordinal) && !IsMade(name) && !documented.Contains(name)))
        {
            yield return $"{name} is not documented";
        }
    }

    /// <summary>The compiler keeps what is extended in types of its own.</summary>
    private static bool IsMade(string name) => name.StartsWith("T:", StringComparison.Ordinal) && name.Contains('<', StringComparison.Ordinal);

    private static bool HasSummary(XElement member, XElement[] members, string[] types)
    {
        if (member.Element("summary") is { } summary)
        {
            return summary.HasElements || !string.IsNullOrWhiteSpace(summary.Value);
        }

        return member.Element("inheritdoc") is { } inherited && ((string?)inherited.Attribute("cref") is { } target
            ? IsElsewhere(target, types) || members.Any(other => NameOf(other) == target && HasSummary(other, members, types))
            : HasVisibleAncestor(NameOf(member)));
    }

    /// <summary>A base class or an interface that can be seen has comments.</summary>
    private static bool HasVisibleAncestor(string name)
    {
        string member = name[2..].Split('(')[0];
        string type = name.StartsWith("T:", StringComparison.Ordinal) ? member : member[..member.LastIndexOf('.')];
        Type declaring = AppDomain.CurrentDomain.GetAssemblies().Where(one => one.GetName().Name!.StartsWith("Liveness", StringComparison.Ordinal))
            .SelectMany(one => one.GetTypes()).First(one => NameOf(one) == type);
        return (declaring.BaseType is { } parent && parent != typeof(object) && DocumentationId.IsVisible(parent)) || declaring.GetInterfaces().Any(DocumentationId.IsVisible);
    }

    private static bool IsElsewhere(string target, string[] types) =>
        !types.Any(type => target[2..] == type || (target[2..].StartsWith(type, StringComparison.Ordinal) && target[2 + type.Length] is '.' or '('));

    private static IEnumerable<XElement> MembersOf(Assembly assembly) => XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")).Descendants("member");

    private static string NameOf(XElement member) => (string)member.Attribute("name")!;

    private static string NameOf(Type type) => (type.FullName ?? type.Name).Replace('+', '.');
}
