namespace Liveness.WorksWithHttp.Tests.Ends;

/// <summary>A client library with a connection, idle or busy.</summary>
internal sealed record Subject
{
    /// <summary>The client, how it is watched, and whether it is idle or busy: "HttpClient HTTP/2, in-band, idle".</summary>
    public required string Name { get; init; }

    /// <summary>Uses the connection once; connects where there is none.</summary>
    public required Func<CancellationToken, Task> UseAsync { get; init; }

    /// <summary>Waits over the connection for something that never comes: ends when the client library tells that it is gone. Null = it
    /// lies unused, and nobody waits.</summary>
    public Func<CancellationToken, Task>? WaitAsync { get; init; }

    /// <summary>Uses it over and over, in place of waiting.</summary>
    public bool IsBusy { get; init; }

    /// <summary>The longest that <see cref="UseAsync"/> may take when all is well again.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(5);

    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await UseUntilItWorksAsync(cancellationToken);
        Reports.Write(new EndEvent(EndEventKind.Opened, Name) { Text = IsBusy || WaitAsync is not null ? "waits" : "unused" });
    }

    /// <summary>Until the client library tells, in whatever way.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (!IsBusy && WaitAsync is null)
        {
            return;
        }

        string told;
        try
        {
            if (IsBusy)
            {
                while (true)
                {
                    await UseAsync(cancellationToken);
                    await Task.Delay(50, cancellationToken);
                }
            }

            await WaitAsync!(cancellationToken);
            told = "ended";
        }
        catch (Exception failure)
        {
            told = TextOf(failure);
        }

        Reports.Write(new EndEvent(EndEventKind.Failed, Name) { Text = told });
    }

    /// <summary>As an application would: again, until it works.</summary>
    public async Task RecoverAsync(CancellationToken cancellationToken)
    {
        await UseUntilItWorksAsync(cancellationToken);
        Reports.Write(new EndEvent(EndEventKind.Used, Name));
    }

    private async Task UseUntilItWorksAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                patience.CancelAfter(Patience);
                await UseAsync(patience.Token);
                return;
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                await Console.Error.WriteLineAsync($"{Name}: {TextOf(failure)}");
                await Task.Delay(100, cancellationToken);
            }
        }
    }

    private static string TextOf(Exception failure)
    {
        string text = $"{failure.GetType().Name}: {failure.Message}";
        return failure.InnerException is { } inner ? $"{text} <- {TextOf(inner)}" : text;
    }
}
