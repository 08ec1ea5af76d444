using System.IO.Pipelines;

namespace Liveness.AspNetCore;

/// <summary>What the application reads and writes in place of the transport.</summary>
internal sealed class ApplicationPipe(PipeReader input, PipeWriter output) : IDuplexPipe
{
    public PipeReader Input => input;

    public PipeWriter Output => output;
}
