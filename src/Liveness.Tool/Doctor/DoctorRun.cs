namespace Liveness.Tool.Doctor;

/// <summary>One look, or one after the other.</summary>
internal sealed class DoctorRun(DoctorRequest request, TimeProvider timeProvider, TextWriter output)
{
    /// <returns>The exit code.</returns>
    /// <exception cref="ToolException">This machine can't be looked at, or the target does not exist.</exception>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new ToolException("liveness doctor runs on Linux only: it asks the kernel's sock_diag.", ExitCodes.NotHere);
        }

        Surveyor surveyor = new(request, timeProvider);
        if (request.Watch is { } pause)
        {
            return await WatchAsync(surveyor, pause, stop).ConfigureAwait(false);
        }

        Survey survey = surveyor.Look();
        string told = request.Json ? JsonReport.Write(survey) + "\n" : TextReport.Write(survey, request.All);
        await output.WriteAsync(told).ConfigureAwait(false);
        return survey.ExitCode;
    }

    /// <exception cref="OperationCanceledException">It was stopped, which is its only end.</exception>
    private async Task<int> WatchAsync(Surveyor surveyor, TimeSpan pause, CancellationToken stop)
    {
        WatchReport report = new();
        while (true)
        {
            Survey survey = surveyor.Look();
            DateTimeOffset now = timeProvider.GetLocalNow();
            string told = request.Json ? JsonReport.Write(survey, now) + "\n" : report.Write(survey, now);
            await output.WriteAsync(told).ConfigureAwait(false);
            await output.FlushAsync(stop).ConfigureAwait(false);
            await Task.Delay(pause, timeProvider, stop).ConfigureAwait(false);
        }
    }
}
