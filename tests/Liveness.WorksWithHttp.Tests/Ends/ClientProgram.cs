namespace Liveness.WorksWithHttp.Tests.Ends;

/// <summary>The client's end: opens all its subjects, and then obeys.</summary>
internal static class ClientProgram
{
    /// <summary>Commands: <c>open</c>, <c>recover</c>. Ends with its standard input.</summary>
    public static async Task RunAsync(IReadOnlyList<Subject> subjects)
    {
        using CancellationTokenSource ending = new();
        Reports.Write(new EndEvent(EndEventKind.Ready));
        while (await Console.In.ReadLineAsync() is { } command)
        {
            try
            {
                await (command switch
                {
                    "open" => OpenAsync(subjects, ending.Token),
                    "recover" => Task.WhenAll(subjects.Select(subject => subject.RecoverAsync(ending.Token))),
                    _ => throw new ArgumentException($"No such command: {command}", nameof(subjects)),
                });
            }
            catch (Exception failure)
            {
                Reports.Write(new EndEvent(EndEventKind.Broken) { Text = failure.ToString() });
            }
        }

        // What still hangs in a cut connection is of no use to anybody.
        Environment.Exit(0);
    }

    /// <summary>One after the other: each brings code to be compiled.</summary>
    private static async Task OpenAsync(IReadOnlyList<Subject> subjects, CancellationToken cancellationToken)
    {
        foreach (Subject subject in subjects)
        {
            await subject.OpenAsync(cancellationToken);
        }

        foreach (Subject subject in subjects)
        {
            _ = subject.RunAsync(cancellationToken);
        }

        Reports.Write(new EndEvent(EndEventKind.AllOpened));
    }
}
