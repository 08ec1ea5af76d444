using System.Diagnostics.Metrics;
using Liveness.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Liveness;

/// <summary>What code alone can say of a heartbeat, and no file.</summary>
/// <remarks>They are no members of the options, so that nothing that binds a configuration takes them for settings: neither reflection nor
/// code that is generated for native programs. In C# they are used as if they were; other languages call the methods.</remarks>
public static class HeartbeatOptionsExtensions
{
    /// <param name="options">Of the heartbeat.</param>
    extension(HeartbeatOptions options)
    {
        /// <summary>The clock of everything that this connection times.</summary>
        /// <value>
        /// Default <see cref="System.TimeProvider.System"/>, which is driven by one background thread; any other is driven by the timers
        /// that it makes itself. Where that throws, the system's clock takes its place for good, with a line in the log. It must not block:
        /// whoever asks for the time waits for it.
        /// </value>
        public TimeProvider TimeProvider
        {
            get => options.TimeProvider;
            set => options.TimeProvider = value;
        }

        /// <summary>Where the connection logs: a loss once as a warning, suspicion at debug level.</summary>
        /// <value>Default null = nowhere.</value>
        public ILogger? Logger
        {
            get => options.Logger;
            set => options.Logger = value;
        }

        /// <summary>
        /// Where the meter comes from that measures these connections: see <see cref="LivenessMeter"/>. A generic host has one among its
        /// services.
        /// </summary>
        /// <value>Null (the default) = the meter of the process.</value>
        public IMeterFactory? MeterFactory
        {
            get => options.MeterFactory;
            set => options.MeterFactory = value;
        }
    }
}
