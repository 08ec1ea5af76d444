using Microsoft.CodeAnalysis;

namespace Liveness.Analyzers;

/// <summary>The types that the rules are about, as a compilation sees them.</summary>
internal sealed class KnownTypes
{
    private readonly INamedTypeSymbol[] _watches;
    private readonly INamedTypeSymbol[] _disposables;
    private readonly INamedTypeSymbol[] _readersAndWriters;
    private readonly INamedTypeSymbol[] _pipes;

    private KnownTypes(Compilation compilation, INamedTypeSymbol heartbeatStream)
    {
        HeartbeatStream = heartbeatStream;
        Monitor = compilation.GetTypeByMetadataName("Liveness.ConnectionMonitor");
        LivenessConnection = compilation.GetTypeByMetadataName("Liveness.LivenessConnection");
        LivenessOptions = compilation.GetTypeByMetadataName("Liveness.LivenessOptions");
        Stream = compilation.GetTypeByMetadataName("System.IO.Stream");
        NetworkStream = compilation.GetTypeByMetadataName("System.Net.Sockets.NetworkStream");
        Socket = compilation.GetTypeByMetadataName("System.Net.Sockets.Socket");
        TcpClient = compilation.GetTypeByMetadataName("System.Net.Sockets.TcpClient");
        TcpListener = compilation.GetTypeByMetadataName("System.Net.Sockets.TcpListener");
        TimeSpan = compilation.GetTypeByMetadataName("System.TimeSpan");
        _watches = Found(
            compilation, "Liveness.Kernel.SocketWatcher", "Liveness.ProtocolPing.ProtocolHeartbeat", "Liveness.SideChannel.SideWatch");
        _disposables = Found(
            compilation, "Liveness.HeartbeatStream", "Liveness.LivenessConnection", "Liveness.LivenessFactory",
            "Liveness.Kernel.SocketWatcher", "Liveness.ProtocolPing.ProtocolHeartbeat",
            "Liveness.SideChannel.SideChannelClient", "Liveness.SideChannel.SideChannelListener", "Liveness.SideChannel.SideChannelPool");
        _readersAndWriters = Found(
            compilation, "System.IO.StreamReader", "System.IO.StreamWriter", "System.IO.BinaryReader", "System.IO.BinaryWriter",
            "System.IO.BufferedStream", "System.Net.Security.SslStream");
        _pipes = Found(compilation, "System.IO.Pipelines.PipeReader", "System.IO.Pipelines.PipeWriter");
    }

    public INamedTypeSymbol HeartbeatStream { get; }

    public INamedTypeSymbol? Monitor { get; }

    public INamedTypeSymbol? LivenessConnection { get; }

    public INamedTypeSymbol? LivenessOptions { get; }

    public INamedTypeSymbol? Stream { get; }

    public INamedTypeSymbol? NetworkStream { get; }

    public INamedTypeSymbol? Socket { get; }

    public INamedTypeSymbol? TcpClient { get; }

    public INamedTypeSymbol? TcpListener { get; }

    public INamedTypeSymbol? TimeSpan { get; }

    /// <returns>Null = the compilation does not know Liveness.</returns>
    public static KnownTypes? Of(Compilation compilation) =>
        compilation.GetTypeByMetadataName("Liveness.HeartbeatStream") is { } heartbeatStream
            ? new KnownTypes(compilation, heartbeatStream)
            : null;

    public static bool Is(ITypeSymbol? type, ITypeSymbol? other) =>
        type is not null && other is not null && SymbolEqualityComparer.Default.Equals(type, other);

    public static bool IsOrDerives(ITypeSymbol? type, ITypeSymbol? ancestor)
    {
        while (type is not null && !Is(type, ancestor))
        {
            type = type.BaseType;
        }

        return type is not null;
    }

    public static bool IsOurs(IAssemblySymbol? assembly) =>
        assembly?.Name is { } name && (name == "Liveness" || name.StartsWith("Liveness.", StringComparison.Ordinal));

    /// <summary>What only watches: its one result is what its monitor tells.</summary>
    public bool IsWatch(ITypeSymbol? type) => _watches.Any(watch => Is(type, watch));

    /// <summary>What goes on until it is disposed. A SideWatch ends with its socket.</summary>
    public bool IsDisposable(ITypeSymbol? type) => _disposables.Any(disposable => Is(type, disposable));

    /// <summary>What reads or writes the stream that it is made over.</summary>
    public bool IsReaderOrWriter(ITypeSymbol? type) => _readersAndWriters.Any(one => Is(type, one));

    public bool IsPipe(ITypeSymbol? type) => _pipes.Any(pipe => Is(type, pipe));

    private static INamedTypeSymbol[] Found(Compilation compilation, params string[] names) =>
        [.. names.Select(compilation.GetTypeByMetadataName).OfType<INamedTypeSymbol>()];
}
