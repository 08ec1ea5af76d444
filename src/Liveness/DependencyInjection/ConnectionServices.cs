using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Liveness;

/// <summary>What everything of one name shares with the rest of the program.</summary>
/// <param name="Name">In logs and metrics; null = the nameless settings.</param>
/// <param name="TimeProvider">The clock.</param>
/// <param name="Logger">Where it logs.</param>
/// <param name="MeterFactory">Null = the meter of the process.</param>
internal sealed record ConnectionServices(string? Name, TimeProvider TimeProvider, ILogger Logger, IMeterFactory? MeterFactory);
