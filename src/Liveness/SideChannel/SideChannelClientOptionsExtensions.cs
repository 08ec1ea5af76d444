using System.Diagnostics.Metrics;
using System.Net.Security;
using Liveness.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Liveness.SideChannel;

/// <summary>The options of the connecting end that only code can set, and no configuration file.</summary>
/// <remarks>They are extension members, so that no configuration binder takes them for settings, neither by reflection nor in generated
/// code. C# uses them like properties; other languages call the methods.</remarks>
public static class SideChannelClientOptionsExtensions
{
    /// <param name="options">The options of the connecting end.</param>
    extension(SideChannelClientOptions options)
    {
        /// <summary>The TLS options of the side connection, including client certificates.</summary>
        /// <value>
        /// Null, the default, means plain TCP. If <see cref="SslClientAuthenticationOptions.TargetHost"/> is null, it is taken from the
        /// endpoint's host name.
        /// </value>
        public SslClientAuthenticationOptions? Tls
        {
            get => options.Tls;
            set => options.Tls = value;
        }

        /// <summary>The clock of this end.</summary>
        /// <value>
        /// The default is <see cref="System.TimeProvider.System"/>. Another clock must not block, because every caller waits for it. A
        /// clock that throws is replaced by the system's clock for good, with one line in the log.
        /// </value>
        public TimeProvider TimeProvider
        {
            get => options.TimeProvider;
            set => options.TimeProvider = value;
        }

        /// <summary>The logger of this end.</summary>
        /// <value>Null, the default, means no logging.</value>
        public ILogger? Logger
        {
            get => options.Logger;
            set => options.Logger = value;
        }

        /// <summary>
        /// The factory of the meter that measures these connections and the side connection (whose tag <c>liveness.mode</c> is
        /// <c>side</c>): see <see cref="LivenessMeter"/>. A generic host provides one as a service.
        /// </summary>
        /// <value>Null, the default, means the meter of the process.</value>
        public IMeterFactory? MeterFactory
        {
            get => options.MeterFactory;
            set => options.MeterFactory = value;
        }
    }
}
