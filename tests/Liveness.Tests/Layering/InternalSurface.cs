using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Liveness.Tests.Layering;

/// <summary>What a compiled assembly uses of the library that is not public.</summary>
internal static class InternalSurface
{
    /// <returns>Types as "Type", members as "Type.Member"; each once.</returns>
    public static IReadOnlyCollection<string> Of(Assembly user)
    {
        SortedSet<string> found = new(StringComparer.Ordinal);
        Assembly library = typeof(ConnectionMonitor).Assembly;
        using PEReader file = new(File.OpenRead(user.Location));
        MetadataReader reader = file.GetMetadataReader();
        for (int row = 1; row <= reader.GetTableRowCount(TableIndex.TypeRef); row++)
        {
            Note(user.ManifestModule.ResolveType(MetadataTokens.GetToken(MetadataTokens.TypeReferenceHandle(row))));
        }

        for (int row = 1; row <= reader.GetTableRowCount(TableIndex.MemberRef); row++)
        {
            int token = MetadataTokens.GetToken(MetadataTokens.MemberReferenceHandle(row));
            Note(user.ManifestModule.ResolveMember(token, OfType(user), OfType(user))!);
        }

        return found;

        void Note(MemberInfo member)
        {
            if (member is Type type && type.Assembly == library && !type.IsVisible)
            {
                found.Add(type.Name);
            }
            else if (member.DeclaringType is { } owner && owner.Assembly == library && owner.IsVisible && !IsVisible(member))
            {
                found.Add($"{owner.Name}.{member.Name}");
            }
        }
    }

    /// <summary>For the parameters of generic members, which matter to nobody here.</summary>
    private static Type[] OfType(Assembly user) => [.. Enumerable.Repeat(user.GetTypes()[0], 8)];

    private static bool IsVisible(MemberInfo member) => member switch
    {
        MethodBase method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly,
        FieldInfo field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly,
        _ => true,
    };
}
