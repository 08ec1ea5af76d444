namespace Liveness.Tool.Conformance;

/// <summary>The end of the testee's process.</summary>
/// <param name="Code">As the system tells it: 128 and the signal's number where a signal ended it.</param>
/// <param name="At">A timestamp of the run's clock.</param>
/// <param name="Said">The last lines that it printed.</param>
internal sealed record TesteeExit(int Code, long At, string Said)
{
    private const int FirstSignal = 128;

    /// <summary>A program that connects may end behind each connection: with 0, or with 1 where it was lost.</summary>
    private const int MostOrderly = 1;

    /// <summary>No program ends like this on purpose.</summary>
    public bool IsViolent => Code > MostOrderly && Code != TesteeProcess.Unsupported;

    public override string ToString()
    {
        string how = Code > FirstSignal ? $"exit code {Code}, signal {Code - FirstSignal}" : $"exit code {Code}";
        return Said.Length == 0 ? how : $"{how}: {Said}";
    }
}
