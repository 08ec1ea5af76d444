using System.Globalization;

namespace Liveness.Tool.Bridge;

/// <summary>What the bridge prints: one line an event. Any thread.</summary>
internal sealed class BridgeReport(TimeProvider timeProvider, TextWriter output)
{
    private readonly Lock _lock = new();

    public void Write(string text)
    {
        string line = text.ReplaceLineEndings(" ");
        lock (_lock)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{timeProvider.GetLocalNow():yyyy-MM-dd HH:mm:ss.fff} {line}"));
            output.Flush();
        }
    }
}
