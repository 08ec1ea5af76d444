using System.Globalization;
using System.Reflection;
using System.Text;

namespace Liveness.Tests;

/// <summary>The public surface of an assembly as sorted lines of text, one per type and member.</summary>
internal static class ApiText
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly NullabilityInfoContext s_nullability = new();

    public static IReadOnlyList<string> Render(Assembly assembly)
    {
        return [.. assembly.GetExportedTypes().Where(static type => !IsOfExtensions(type))
            .SelectMany(type => MembersOf(type).Select(member => $"{NameOf(type)}.{member}").Prepend(HeadOf(type)))
            .Order(StringComparer.Ordinal)];
    }

    private static string HeadOf(Type type)
    {
        string kind = type switch
        {
            { IsEnum: true } => $"enum : {NameOf(type.GetEnumUnderlyingType())}",
            { IsInterface: true } => "interface",
            { IsValueType: true } => "struct",
            _ when type.IsSubclassOf(typeof(Delegate)) => "delegate",
            { IsAbstract: true, IsSealed: true } => "static class",
            { IsAbstract: true } => "abstract class",
            { IsSealed: true } => "sealed class",
            _ => "class",
        };
        IEnumerable<Type> bases = type.IsEnum || type.IsValueType ? [] : type.GetInterfaces().Except(type.BaseType?.GetInterfaces() ?? []);
        if (type.BaseType is { } baseType && baseType != typeof(object) && !type.IsValueType)
        {
            bases = bases.Prepend(baseType);
        }

        string list = string.Join(", ", bases.Select(NameOf).Order(StringComparer.Ordinal));
        string flags = type.IsEnum && type.IsDefined(typeof(FlagsAttribute)) ? "[Flags] " : "";
        return $"{NameOf(type)} = {flags}{kind} in {type.Namespace}{(list.Length == 0 ? "" : $" : {list}")}";
    }

    private static IEnumerable<string> MembersOf(Type type)
    {
        if (type.IsEnum)
        {
            return Enum.GetNames(type).Select(name => string.Create(CultureInfo.InvariantCulture, $"{name} = {Enum.Parse(type, name):D}"));
        }

        Type[] extensions = [.. type.GetNestedTypes(Declared).Where(IsOfExtensions)];
        string[] accessors = [.. extensions.SelectMany(block => block.GetProperties(Declared)).SelectMany(property => property.GetAccessors()).Select(accessor => accessor.Name)];
        return type.GetConstructors(Declared).Where(IsVisible).Select(constructor => $".ctor({ParametersOf(constructor)})")
            .Concat(extensions.SelectMany(ExtensionsOf))
            .Concat(type.GetMethods(Declared).Where(method => IsVisible(method) && !accessors.Contains(method.Name) && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal))).Select(MethodText))
            .Concat(type.GetProperties(Declared).Where(property => IsVisible(property.GetMethod) || IsVisible(property.SetMethod)).Select(PropertyText))
            .Concat(type.GetFields(Declared).Where(field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly).Select(FieldText))
            .Concat(type.GetEvents(Declared).Where(@event => IsVisible(@event.AddMethod)).Select(@event => $"event {@event.Name} : {TypeText(@event.EventHandlerType!, s_nullability.Create(@event))}"));
    }

    /// <summary>The compiler keeps an extension block as nested types, which only it can name.</summary>
    private static bool IsOfExtensions(Type type) => type.Name.StartsWith("<G>", StringComparison.Ordinal) || type.Name.StartsWith("<M>", StringComparison.Ordinal);

    private static IEnumerable<string> ExtensionsOf(Type block)
    {
        string receiver = NameOf(block.GetNestedTypes(Declared).Single().GetMethods(Declared).Single().GetParameters().Single().ParameterType);
        return block.GetProperties(Declared).Select(property => $"extension({receiver}).{PropertyText(property)}");
    }

    private static string MethodText(MethodInfo method)
    {
        string generics = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(NameOf))}>" : "";
        string result = TypeText(method.ReturnType, s_nullability.Create(method.ReturnParameter));
        return $"{method.Name}{generics}({ParametersOf(method)}) : {result}{Modifiers(method)}";
    }

    private static string PropertyText(PropertyInfo property)
    {
        StringBuilder accessors = new();
        _ = IsVisible(property.GetMethod) ? accessors.Append(" get;") : accessors;
        if (IsVisible(property.SetMethod))
        {
            bool isInit = property.SetMethod!.ReturnParameter.GetRequiredCustomModifiers().Any(modifier => modifier.Name == "IsExternalInit");
            accessors.Append(isInit ? " init;" : " set;");
        }

        MethodInfo accessor = (property.GetMethod ?? property.SetMethod)!;
        string index = property.GetIndexParameters().Length == 0 ? "" : $"[{ParametersOf(accessor)}]";
        return $"{property.Name}{index} : {TypeText(property.PropertyType, s_nullability.Create(property))} {{{accessors} }}{Modifiers(accessor)}";
    }

    private static string FieldText(FieldInfo field)
    {
        string kind = field switch
        {
            { IsLiteral: true } => string.Create(CultureInfo.InvariantCulture, $" const = {field.GetRawConstantValue()}"),
            { IsInitOnly: true } => " readonly",
            _ => "",
        };
        return $"{field.Name} : {TypeText(field.FieldType, s_nullability.Create(field))}{(field.IsStatic && !field.IsLiteral ? " static" : "")}{kind}";
    }

    private static string ParametersOf(MethodBase method)
    {
        return string.Join(", ", method.GetParameters().Select(parameter =>
        {
            string prefix = parameter switch
            {
                { IsOut: true } => "out ",
                { ParameterType.IsByRef: true, IsIn: true } => "in ",
                { ParameterType.IsByRef: true } => "ref ",
                _ when parameter.IsDefined(typeof(ParamArrayAttribute)) => "params ",
                _ => "",
            };
            string value = parameter.HasDefaultValue ? string.Create(CultureInfo.InvariantCulture, $" = {parameter.DefaultValue ?? "default"}") : "";
            return $"{prefix}{TypeText(parameter.ParameterType, s_nullability.Create(parameter))} {parameter.Name}{value}";
        }));
    }

    private static string Modifiers(MethodBase method)
    {
        bool overrides = method is MethodInfo info && info.GetBaseDefinition() != info;
        string visibility = method.IsPublic ? "" : " protected";
        string binding = method switch
        {
            { IsStatic: true } => " static",
            { IsAbstract: true } => " abstract",
            _ when overrides => method.IsFinal ? " sealed override" : " override",
            { IsVirtual: true, IsFinal: false } => " virtual",
            _ => "",
        };
        return visibility + binding;
    }

    private static bool IsVisible(MethodBase? method) => method is not null && (method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly);

    private static string TypeText(Type type, NullabilityInfo nullability)
    {
        if (type.IsByRef)
        {
            return TypeText(type.GetElementType()!, nullability);
        }

        bool marked = !type.IsValueType && nullability.ReadState == NullabilityState.Nullable;
        string name = type switch
        {
            { IsArray: true } when nullability.ElementType is { } element => $"{TypeText(type.GetElementType()!, element)}[]",
            { IsGenericType: true } when Nullable.GetUnderlyingType(type) is null && nullability.GenericTypeArguments.Length == type.GetGenericArguments().Length
                => $"{BareName(type)}<{string.Join(", ", type.GetGenericArguments().Zip(nullability.GenericTypeArguments, TypeText))}>",
            _ => NameOf(type),
        };
        return marked ? name + "?" : name;
    }

    private static string NameOf(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return NameOf(underlying) + "?";
        }

        return type switch
        {
            { IsArray: true } => NameOf(type.GetElementType()!) + "[]",
            { IsGenericType: true } => $"{BareName(type)}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>",
            _ => BareName(type),
        };
    }

    /// <summary>Namespaces of the framework say nothing here; our own types are told apart from them by being listed.</summary>
    private static string BareName(Type type)
    {
        string name = type.Name.Split('`')[0];
        return type.IsNested && !type.IsGenericParameter ? $"{BareName(type.DeclaringType!)}.{name}" : name;
    }
}
