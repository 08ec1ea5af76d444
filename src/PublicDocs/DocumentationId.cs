using System.Reflection;

namespace Liveness.Build;

/// <summary>The names by which XML documentation speaks of types and members, such as "M:System.String.Clone".</summary>
internal static class DocumentationId
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>
    /// Of everything in an assembly that others can see: what is public, or protected in a type that can be derived from.
    /// </summary>
    public static IEnumerable<string> OfVisible(Assembly assembly) => assembly.GetTypes().Where(IsVisible).SelectMany(OfTypeAndMembers);

    /// <summary>Others can name it.</summary>
    public static bool IsVisible(Type type) => type.DeclaringType is { } outer
        ? (type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamORAssem) && IsVisible(outer)
        : type.IsPublic;

    private static IEnumerable<string> OfTypeAndMembers(Type type)
    {
        string name = NameOf(type);
        yield return "T:" + name;
        foreach (FieldInfo field in type.GetFields(Declared).Where(field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly))
        {
            yield return $"F:{name}.{field.Name}";
        }

        foreach (EventInfo @event in type.GetEvents(Declared).Where(@event => IsVisible(@event.AddMethod)))
        {
            yield return $"E:{name}.{@event.Name}";
        }

        foreach (PropertyInfo property in type.GetProperties(Declared).Where(one => IsVisible(one.GetMethod) || IsVisible(one.SetMethod)))
        {
            yield return $"P:{name}.{property.Name}{ParametersOf(property.GetIndexParameters())}";
        }

        foreach (MethodBase method in type.GetConstructors(Declared).Concat<MethodBase>(type.GetMethods(Declared)).Where(IsVisible))
        {
            string arity = method.IsGenericMethod ? $"``{method.GetGenericArguments().Length}" : "";
            string result = method is MethodInfo { Name: "op_Implicit" or "op_Explicit" } conversion
                ? "~" + Use(conversion.ReturnType)
                : "";
            yield return $"M:{name}.{method.Name.Replace('.', '#')}{arity}{ParametersOf(method.GetParameters())}{result}";
        }
    }

    private static bool IsVisible(MethodBase? method) => method is { IsPublic: true } or { IsFamily: true } or { IsFamilyOrAssembly: true };

    private static string NameOf(Type type) => (type.FullName ?? $"{type.Namespace}.{type.Name}").Replace('+', '.');

    private static string ParametersOf(ParameterInfo[] parameters) =>
        parameters.Length == 0 ? "" : $"({string.Join(",", parameters.Select(parameter => Use(parameter.ParameterType)))})";

    /// <summary>As it stands in a signature.</summary>
    private static string Use(Type type)
    {
        if (type.IsGenericParameter)
        {
            return (type.DeclaringMethod is null ? "`" : "``") + type.GenericParameterPosition;
        }

        if (type.HasElementType)
        {
            int rank = type.IsArray ? type.GetArrayRank() : 0;
            string bounds = rank > 1 ? string.Join(",", Enumerable.Repeat("0:", rank)) : "";
            return Use(type.GetElementType()!) + (type.IsArray ? $"[{bounds}]" : type.IsPointer ? "*" : "@");
        }

        return type.IsGenericType ? Constructed(type) : NameOf(type);
    }

    /// <summary>Each type of a nested one takes its own arguments: Outer{A}.Inner{B}.</summary>
    private static string Constructed(Type type)
    {
        Queue<Type> arguments = new(type.GetGenericArguments());
        IEnumerable<string> parts = NameOf(type.GetGenericTypeDefinition()).Split('.').Select(part =>
        {
            string[] nameAndArity = part.Split('`');
            if (nameAndArity.Length == 1)
            {
                return part;
            }

            IEnumerable<string> own = Enumerable.Range(0, int.Parse(nameAndArity[1])).Select(_ => Use(arguments.Dequeue()));
            return $"{nameAndArity[0]}{{{string.Join(",", own)}}}";
        });
        return string.Join(".", parts);
    }
}
