namespace Liveness.Tool.Conformance;

/// <summary>One call of <c>liveness conformance</c>: starts the testee, plays, reports.</summary>
internal sealed class ConformanceJob(ConformanceRequest request, TimeProvider timeProvider, TextWriter output)
{
    private readonly Lock _lock = new();

    /// <returns>The exit code.</returns>
    /// <exception cref="ToolException">The testee can't be reached, or a report can't be written.</exception>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        bool isAll = request is { Lists: true, IsSideChannel: true, Peer: null, Command.Count: 0 };
        ConformanceCase[] cases = [.. (isAll ? CaseFile.SideChannel : CaseFile.Of(request.Chapter)).Where(IsWanted)];
        if (request.Lists)
        {
            List(cases);
            return ExitCodes.Ok;
        }

        if (cases.Length == 0)
        {
            throw new ToolException($"No case has \"{request.Only}\" in its number or name: --list lists them.", ExitCodes.BadArguments);
        }

        // Better now than after a minute; and a run that is broken off leaves no file that nothing can read, or that looks good.
        await WriteAsync(ConformanceReport.Unfinished(request.Testee)).ConfigureAwait(false);
        long begun = timeProvider.GetTimestamp();
        ITestee testee = Testee(cases.Length);
        IReadOnlyList<CaseResult> results;
        await using (testee.ConfigureAwait(false))
        {
            results = await new ConformanceRun(testee, request.AtOnce, timeProvider, Tell, request.Chapter)
                .PlayAsync(cases, cancellationToken).ConfigureAwait(false);
        }

        ConformanceReport report = new(request.Testee, results, timeProvider.GetElapsedTime(begun));
        await WriteAsync(report).ConfigureAwait(false);
        await output.WriteLineAsync(request.PrintsJson ? JsonForm.Of(report).TrimEnd() : report.Summary).ConfigureAwait(false);
        if (results.All(static result => result.Verdict == Verdict.Unsupported))
        {
            throw new ToolException(
                "Nothing was played: the testee calls every case unsupported, by exit code 127. A shell gives the same where a program is "
                + "not found.",
                ExitCodes.NoSuchTarget);
        }

        bool isGood = report.Count(Verdict.Failed) + report.Count(Verdict.NotPlayed) == 0
            && (!request.IsStrict || report.Count(Verdict.NonStrict) == 0);
        return isGood ? ExitCodes.Ok : ExitCodes.Found;
    }

    private ITestee Testee(int cases) => request switch
    {
        { Peer: { } peer } => ListeningTestee.At(peer, timeProvider),
        _ when Placeholders.NamesHost(request.Command) =>
            new ConnectingTestee(request.Command, timeProvider),
        _ => ListeningTestee.Start(request.Command, cases, timeProvider),
    };

    private bool IsWanted(ConformanceCase one) =>
        request.Only is not { } parts
        || parts.Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Any(part => $"{one.Id} {one.Name}".Contains(part, StringComparison.OrdinalIgnoreCase));

    private void List(ConformanceCase[] cases)
    {
        foreach (ConformanceCase one in cases)
        {
            output.WriteLine($"{one.Id} {one.Name}");
            foreach (CaseStep step in one.Steps)
            {
                output.WriteLine($"  {step}");
            }
        }
    }

    private void Tell(CaseResult result)
    {
        if (request.PrintsJson || result is { Verdict: Verdict.Ok, Times: 1 })
        {
            return;
        }

        lock (_lock)
        {
            output.WriteLine($"{ConformanceReport.NameOf(result.Verdict),-11} {result.Case.Id} {result.Case.Name}: {result.Told}");
        }
    }

    private async Task WriteAsync(ConformanceReport report)
    {
        await WriteAsync(request.JsonFile, () => JsonForm.Of(report)).ConfigureAwait(false);
        await WriteAsync(request.HtmlFile, () => HtmlForm.Of(report)).ConfigureAwait(false);
        await WriteAsync(request.JUnitFile, () => JUnitForm.Of(report)).ConfigureAwait(false);
    }

    private static Task WriteAsync(string? file, Func<string> text) => file is null ? Task.CompletedTask : WriteAsync(file, text());

    private static async Task WriteAsync(string file, string text)
    {
        try
        {
            await File.WriteAllTextAsync(file, text).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ToolException($"The report \"{file}\" can't be written: {exception.Message}", ExitCodes.NoSuchTarget);
        }
    }
}
