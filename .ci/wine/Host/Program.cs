using System.Reflection;
using System.Runtime.Loader;

namespace Liveness.Ci.Wine;

/// <summary>What runs here of "dotnet", for systems that have no SDK: "exec PROGRAM.dll ARGUMENT..." runs a program, and "test TESTS.dll
/// OPTION..." runs xunit's tests, both as they were built for any system.</summary>
internal static class Program
{
    /// <summary>The program that runs: one that starts itself anew names this one in its place.</summary>
    private const string ProgramVariable = "LIVENESS_HOSTED_PROGRAM";

    private static int Main(string[] args)
    {
        if (args.Length > 0 && args[0] == Environment.GetCommandLineArgs()[0] && Environment.GetEnvironmentVariable(ProgramVariable) is { } again)
        {
            args = ["exec", again, .. args[1..]];
        }

        if (args is not ["exec" or "test", string path, ..])
        {
            Console.Error.WriteLine("usage: dotnet exec PROGRAM.dll [ARGUMENT...], or: dotnet test TESTS.dll [OPTION...]");
            return 2;
        }

        path = Path.GetFullPath(path);
        AppContext.SetData("APP_CONTEXT_BASE_DIRECTORY", Path.GetDirectoryName(path) + Path.DirectorySeparatorChar);
        Environment.SetEnvironmentVariable(ProgramVariable, path);
        AssemblyLoadContext.Default.Resolving += (context, name) =>
        {
            string beside = Path.Combine(Path.GetDirectoryName(path)!, name.Name + ".dll");
            return File.Exists(beside) ? context.LoadFromAssemblyPath(beside) : null;
        };
        Assembly assembly = AssemblyLoadContext.Default.LoadFromAssemblyPath(path);
        return args[0] == "test" ? TestRunner.Run(assembly, TestArguments.Parse(args[2..])) : Run(assembly, args[2..]);
    }

    /// <summary>The compiler has made an entry point that waits for an asynchronous one.</summary>
    private static int Run(Assembly program, string[] args)
    {
        MethodInfo main = program.EntryPoint ?? throw new ArgumentException($"{program.Location} has no entry point.", nameof(program));
        object?[]? arguments = main.GetParameters().Length == 0 ? null : [args];
        return main.Invoke(null, BindingFlags.DoNotWrapExceptions, binder: null, arguments, culture: null) as int? ?? Environment.ExitCode;
    }
}
