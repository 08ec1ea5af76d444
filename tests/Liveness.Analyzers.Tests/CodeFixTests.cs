using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;

namespace Liveness.Analyzers.Tests;

/// <summary>What a code fix makes of a mistake compiles, and is no mistake any more.</summary>
public sealed class CodeFixTests
{
    [Fact]
    public Task A_stream_that_is_never_started_is_started_where_it_is_declared() => FixAsync<NeverStartedAnalyzer, StartCodeFix>(
        """
        class C
        {
            async Task M(Socket socket)
            {
                await using HeartbeatStream stream = {|LIV001:new(socket)|};
                await stream.Monitor.Completion;
            }
        }
        """,
        """
        class C
        {
            async Task M(Socket socket)
            {
                await using HeartbeatStream stream = new(socket);
                await stream.StartAsync();
                await stream.Monitor.Completion;
            }
        }
        """);

    [Fact]
    public Task So_it_is_in_a_using_statement() => FixAsync<NeverStartedAnalyzer, StartCodeFix>(
        """
        class C
        {
            async Task M(Socket socket)
            {
                await using (HeartbeatStream stream = {|LIV001:new(socket)|})
                {
                    await stream.Monitor.Completion;
                }
            }
        }
        """,
        """
        class C
        {
            async Task M(Socket socket)
            {
                await using (HeartbeatStream stream = new(socket))
                {
                    await stream.StartAsync();
                    await stream.Monitor.Completion;
                }
            }
        }
        """);

    [Fact]
    public Task Nothing_is_awaited_where_no_await_may_stand() => FixAsync<NeverStartedAnalyzer, StartCodeFix>(
        """
        class C
        {
            void M(Socket socket)
            {
                using HeartbeatStream stream = {|LIV001:new(socket)|};
            }
        }
        """);

    [Fact]
    public Task The_wrapper_takes_the_place_of_the_stream_that_it_wraps() => FixAsync<InnerUsedAnalyzer, UseWrapperCodeFix>(
        """
        class C
        {
            async Task M(TcpClient client, byte[] data)
            {
                await using HeartbeatStream stream = await HeartbeatStream.StartAsync(client.GetStream());
                await {|LIV002:client.GetStream()|}.WriteAsync(data);
            }
        }
        """,
        """
        class C
        {
            async Task M(TcpClient client, byte[] data)
            {
                await using HeartbeatStream stream = await HeartbeatStream.StartAsync(client.GetStream());
                await stream.WriteAsync(data);
            }
        }
        """);

    [Fact]
    public Task It_does_not_take_the_place_of_a_socket() => FixAsync<InnerUsedAnalyzer, UseWrapperCodeFix>(
        """
        class C
        {
            async Task M(Socket socket, byte[] data)
            {
                await using HeartbeatStream stream = await HeartbeatStream.StartAsync(socket);
                {|LIV002:socket|}.Send(data);
            }
        }
        """);

    [Fact]
    public Task What_is_never_disposed_is_declared_with_await_using() => FixAsync<NotDisposedAnalyzer, DisposeCodeFix>(
        """
        class C
        {
            async Task M(Socket socket, byte[] data)
            {
                // Greets.
                HeartbeatStream stream = await {|LIV007:HeartbeatStream.StartAsync(socket)|};
                await stream.WriteAsync(data);
            }
        }
        """,
        """
        class C
        {
            async Task M(Socket socket, byte[] data)
            {
                // Greets.
                await using HeartbeatStream stream = await HeartbeatStream.StartAsync(socket);
                await stream.WriteAsync(data);
            }
        }
        """);

    [Fact]
    public Task Days_become_seconds() => FixAsync<BareDaysAnalyzer, SecondsCodeFix>(
        """
        class C
        {
            HeartbeatOptions options = new() { DetectWithin = {|LIV008:TimeSpan.Parse("30")|}, HandshakeTimeout = {|LIV008:TimeSpan.FromDays(5)|} };
        }
        """,
        """
        class C
        {
            HeartbeatOptions options = new() { DetectWithin = TimeSpan.FromSeconds(30), HandshakeTimeout = TimeSpan.FromSeconds(5) };
        }
        """);

    [Fact]
    public Task So_they_do_where_the_namespace_of_TimeSpan_is_not_imported() => FixAsync<BareDaysAnalyzer, SecondsCodeFix>(
        """
        class C
        {
            HeartbeatOptions options = new() { DetectWithin = {|LIV008:System.TimeSpan.FromDays(5)|} };
        }
        """,
        """
        class C
        {
            HeartbeatOptions options = new() { DetectWithin = System.TimeSpan.FromSeconds(5) };
        }
        """,
        usings: "using Liveness;\n\n");

    [Fact]
    public Task So_they_do_where_System_is_another_namespace() => FixAsync<BareDaysAnalyzer, SecondsCodeFix>(
        """
        namespace Own.System
        {
            class C
            {
                HeartbeatOptions options = new() { DetectWithin = {|LIV008:global::System.TimeSpan.FromDays(5)|} };
            }
        }
        """,
        """
        namespace Own.System
        {
            class C
            {
                HeartbeatOptions options = new() { DetectWithin = global::System.TimeSpan.FromSeconds(5) };
            }
        }
        """,
        usings: "using Liveness;\n\n");

    /// <param name="before">The mistake is marked.</param>
    /// <param name="after">Null = no fix is offered.</param>
    /// <param name="usings">Of both; null = all that the other tests need.</param>
    private static async Task FixAsync<TAnalyzer, TFix>(string before, string? after = null, string? usings = null)
        where TAnalyzer : DiagnosticAnalyzer, new()
        where TFix : CodeFixProvider, new()
    {
        const string Usings = """
            using System;
            using System.Net.Sockets;
            using System.Threading.Tasks;
            using Liveness;


            """;
        CSharpCodeFixTest<TAnalyzer, TFix, DefaultVerifier> test = new()
        {
            TestCode = (usings ?? Usings) + before,
            FixedCode = (usings ?? Usings) + (after ?? before),

            // Of this process: none are fetched.
            ReferenceAssemblies = new ReferenceAssemblies("net10.0"),
        };
        test.TestState.AdditionalReferences.AddRange(Analysis.References);
        await test.RunAsync();
    }
}
