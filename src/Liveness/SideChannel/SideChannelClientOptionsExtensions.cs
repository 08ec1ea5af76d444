using System.Diagnostics.Metrics;
using System.Net.Security;
using Liveness.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Liveness.SideChannel;

/// <summary>What code alone can say of the connecting end of a side channel, and no file.</summary>
/// <remarks>They are no members of the options, so that nothing that binds a configuration takes them for settings: neither reflection nor
/// code that is generated for native programs. In C# they are used as if they were; other languages call the methods.</remarks>
public static class SideChannelClientOptionsExtensions
{
    /// <param name="options">Of the connecting end.</param>
    extension(SideChannelClientOptions options)
    {
        /// <summary>Encrypts the side connection; client certificates belong here.</summary>
        /// <value>
        /// Null (the default) = plain TCP. <see cref="SslClientAuthenticationOptions.TargetHost"/> is taken from the endpoint's host name
        /// where it is null.
        /// </value>
        public SslClientAuthenticationOptions? Tls
        {
            get => options.Tls;
            set => options.Tls = value;
        }

        /// <summary>The clock of everything that is timed here.</summary>
        /// <value>
        /// Default <see cref="System.TimeProvider.System"/>. Where another throws, that takes its place for good, with a line in the log.
        /// It must not block: whoever asks for the time waits for it.
        /// </value>
        public TimeProvider TimeProvider
        {
            get => options.TimeProvider;
            set => options.TimeProvider = value;
        }

        /// <summary>Where it logs.</summary>
        /// <value>Default null = nowhere.</value>
        public ILogger? Logger
        {
            get => options.Logger;
            set => options.Logger = value;
        }

        /// <summary>
        /// Where the meter comes from that measures these connections, the side connection among them (its tag <c>liveness.mode</c> is
        /// <c>side</c>): see <see cref="LivenessMeter"/>. A generic host has one among its services.
        /// </summary>
        /// <value>Null (the default) = the meter of the process.</value>
        public IMeterFactory? MeterFactory
        {
            get => options.MeterFactory;
            set => options.MeterFactory = value;
        }
    }
}
