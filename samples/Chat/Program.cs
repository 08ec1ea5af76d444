using System.CommandLine;
using System.Threading.Channels;
using Chat;

Option<int> port = new("--port") { Description = "of the server", DefaultValueFactory = static _ => 5090 };
Option<string> host = new("--host") { Description = "of the server", DefaultValueFactory = static _ => "localhost" };
Argument<string> name = new("name") { Description = "what others see" };
Command serve = new("server", "Everybody hears what anybody says.") { port };
Command talk = new("client", "Sends what you type. Ctrl+D leaves.") { name, host, port };
serve.SetAction((parsed, stopping) => new ChatServer().RunAsync(parsed.GetValue(port), stopping));
talk.SetAction((parsed, stopping) =>
{
    Channel<string> lines = Channel.CreateBounded<string>(1);

    // The console can't be read asynchronously, and a thread of its own keeps no process alive.
    new Thread(() => Read(lines.Writer)) { IsBackground = true }.Start();
    return new ChatClient(parsed.GetValue(host)!, parsed.GetValue(port), parsed.GetValue(name)!).RunAsync(lines.Reader, stopping);
});

return await new RootCommand("A chat whose ends notice when the other is gone.") { serve, talk }.Parse(args).InvokeAsync();

static void Read(ChannelWriter<string> lines)
{
    while (Console.ReadLine() is { } line)
    {
        lines.WriteAsync(line).AsTask().Wait();
    }

    lines.Complete();
}
