using System.Diagnostics.Metrics;
using Liveness.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Liveness;

/// <summary>The options of a heartbeat that only code can set, and no configuration file.</summary>
/// <remarks>They are extension members, so that no configuration binder takes them for settings, neither by reflection nor in generated
/// code. C# uses them like properties; other languages call the methods.</remarks>
public static class HeartbeatOptionsExtensions
{
    /// <param name="options">The options of the heartbeat.</param>
    extension(HeartbeatOptions options)
    {
        /// <summary>The clock of this connection.</summary>
        /// <value>
        /// The default is <see cref="System.TimeProvider.System"/>, which one background thread drives; any other clock is driven by its
        /// own timers. It must not block, because every caller waits for it. A clock that throws is replaced by the system's clock for
        /// good, with one line in the log.
        /// </value>
        public TimeProvider TimeProvider
        {
            get => options.TimeProvider;
            set => options.TimeProvider = value;
        }

        /// <summary>The logger of the connection. It logs a loss once as a warning, and suspicion at debug level.</summary>
        /// <value>Null, the default, means no logging.</value>
        public ILogger? Logger
        {
            get => options.Logger;
            set => options.Logger = value;
        }

        /// <summary>
        /// The factory of the meter that measures these connections: see <see cref="LivenessMeter"/>. A generic host provides one as a
        /// service.
        /// </summary>
        /// <value>Null, the default, means the meter of the process.</value>
        public IMeterFactory? MeterFactory
        {
            get => options.MeterFactory;
            set => options.MeterFactory = value;
        }
    }
}
