using System.Reflection;
using Microsoft.Extensions.Logging;

namespace Liveness.Tests;

/// <summary>Every log message of the library, of whichever feature, in the order of their ids.</summary>
internal static class LogMessages
{
    private const BindingFlags Any = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    public static IReadOnlyList<MethodInfo> Methods { get; } =
    [
        .. typeof(ConnectionMonitor).Assembly.GetTypes()
            .SelectMany(static type => type.GetMethods(Any))
            .Where(static method => method.GetCustomAttribute<LoggerMessageAttribute>() is not null)
            .OrderBy(static method => Of(method).EventId),
    ];

    public static IReadOnlyList<LoggerMessageAttribute> All { get; } = [.. Methods.Select(Of)];

    /// <summary>The classes that hold them.</summary>
    public static IReadOnlySet<string> Classes { get; } = Methods.Select(static method => method.DeclaringType!.Name).ToHashSet();

    private static LoggerMessageAttribute Of(MethodInfo method) => method.GetCustomAttribute<LoggerMessageAttribute>()!;
}
