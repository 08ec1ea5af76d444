using System.Reflection;

namespace Liveness.Presence.Tests.Support;

/// <summary>A client of a server whose calls a test sees before they are made.</summary>
public class Intercepted : DispatchProxy
{
    private object? _inner;
    private Action<MethodInfo, object?[]> _before = static (_, _) => { };

    /// <summary>Wraps it.</summary>
    /// <param name="inner">Null = every call returns nothing.</param>
    /// <param name="before">Called before each call.</param>
    public static T Create<T>(T? inner, Action<MethodInfo, object?[]> before)
        where T : class
    {
        T proxy = Create<T, Intercepted>();
        ((Intercepted)(object)proxy)._inner = inner;
        ((Intercepted)(object)proxy)._before = before;
        return proxy;
    }

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        _before(targetMethod!, args ?? []);
        return _inner is null
            ? targetMethod!.ReturnType.IsValueType && targetMethod.ReturnType != typeof(void)
                ? Activator.CreateInstance(targetMethod.ReturnType)
                : null
            : targetMethod!.Invoke(_inner, args);
    }
}
