using System.Diagnostics.Metrics;
using System.Reflection;
using System.Reflection.Emit;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace Liveness.Tests.ForeignCode;

/// <summary>Finds, in the compiled code of an assembly, every call of what may be code of others: a delegate, a logger, a clock,
/// an instrument, an exception's text, the callbacks of a token.</summary>
internal static partial class ForeignCalls
{
    private static readonly OpCode[] s_opCodes = [.. typeof(OpCodes).GetFields().Select(static field => (OpCode)field.GetValue(null)!)];
    private static readonly Dictionary<short, OpCode> s_byValue = s_opCodes.ToDictionary(static code => code.Value);

    /// <returns>Who calls what, each pair once: "Type.Method: what".</returns>
    public static IReadOnlyCollection<string> In(Assembly assembly)
    {
        SortedSet<string> found = new(StringComparer.Ordinal);
        foreach (Type type in assembly.GetTypes())
        {
            foreach (MethodBase method in MethodsOf(type))
            {
                foreach (MethodBase callee in Callees(method))
                {
                    if (Kind(callee) is { } kind)
                    {
                        found.Add($"{Name(method)}: {kind}");
                    }
                }
            }
        }

        return found;
    }

    private static IEnumerable<MethodBase> MethodsOf(Type type)
    {
        const BindingFlags Any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance;
        const BindingFlags Own = Any | BindingFlags.DeclaredOnly;
        return type.GetMethods(Own).Cast<MethodBase>().Concat(type.GetConstructors(Own));
    }

    private static string? Kind(MethodBase callee) => callee.DeclaringType switch
    {
        { } type when typeof(Delegate).IsAssignableFrom(type) && callee.Name == "Invoke" => "a delegate",
        { } type when type == typeof(ILogger) || type == typeof(ILoggerFactory) => "a logger",
        { } type when type == typeof(TimeProvider) && callee is { IsStatic: false } => "a clock",
        { } type when typeof(Instrument).IsAssignableFrom(type) && callee.Name is "Add" or "Record" => "an instrument",
        { } type when type == typeof(IMeterFactory) || type == typeof(MeterFactoryExtensions) => "a meter",
        { } type when type == typeof(Meter) && callee.Name.StartsWith("Create", StringComparison.Ordinal) => "a meter",
        { } type when type == typeof(Exception) && callee.Name is "get_Message" or "ToString" => "a text of an exception",
        { } type when type == typeof(CancellationTokenSource) && callee.Name is "Cancel" or "CancelAsync" => "callbacks of a token",
        _ => null,
    };

    private static IEnumerable<MethodBase> Callees(MethodBase method)
    {
        byte[] code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        Type[] ofType = method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : [];
        Type[] ofMethod = method is MethodInfo { IsGenericMethod: true } generic ? generic.GetGenericArguments() : [];
        for (int at = 0; at < code.Length;)
        {
            short value = code[at++];
            OpCode opCode = s_byValue[value == 0xFE ? unchecked((short)(0xFE00 | code[at++])) : value];
            if (opCode.OperandType == OperandType.InlineMethod)
            {
                yield return method.Module.ResolveMethod(BitConverter.ToInt32(code, at), ofType, ofMethod)!;
            }

            at += Length(opCode.OperandType, code, at);
        }
    }

    private static int Length(OperandType operand, byte[] code, int at) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
        _ => 4,
    };

    /// <summary>As it stands in the source: what the compiler makes of a lambda or an async method counts for that method.</summary>
    private static string Name(MethodBase method)
    {
        string name = method.Name;
        Type type = method.DeclaringType!;
        for (; type.DeclaringType is { } outer; type = outer)
        {
            name = Original().Match(type.Name) is { Success: true } of ? of.Groups[1].Value : name;
        }

        name = Original().Match(name) is { Success: true } lambda ? lambda.Groups[1].Value : name;
        return $"{type.Name}.{name[(name.LastIndexOf('.') + 1)..]}";
    }

    [GeneratedRegex(@"^<+\.?(\w+)>")]
    private static partial Regex Original();
}
