using System.Globalization;

namespace DeviceGateway;

/// <summary>What the command line asks for. Everything else stands in appsettings.json.</summary>
internal sealed record Arguments(string Mode, int Count = 5, int Cut = 0, int Freeze = 0, int Kill = 0, int Slow = 0, int After = 3, int For = 15, int Port = 5081)
{
    public const string Usage = """
        dotnet run --project samples/DeviceGateway                              the gateway; settings such as --Gateway:DevicePort=6081 override appsettings.json
        dotnet run --project samples/DeviceGateway -- devices [N] [options]     N devices (default 5) that connect to it

          --cut C      so many of them lose their cable after --after
          --freeze F   so many are processes of their own that are stopped (SIGSTOP; not on Windows)
          --kill K     so many are processes of their own that are killed
          --slow S     so many sit behind a line of 2,000 bytes a second and never read: no loss
          --after 3    seconds until the damage is done
          --for 15     seconds until all go
          --port 5081  of the gateway
        """;

    public bool Help { get; private init; }

    public string? Problem { get; private init; }

    public static Arguments Parse(string[] args)
    {
        Arguments arguments = new(args is [("devices" or "device") and { } mode, ..] ? mode : "gateway");
        if (arguments.Mode == "gateway" && args is [{ } first, ..] && !first.StartsWith('-'))
        {
            return arguments with { Problem = $"There is no mode {first}." };
        }

        if (args.Contains("--help"))
        {
            return arguments with { Help = true };
        }

        for (int i = 1; arguments.Mode != "gateway" && i < args.Length; i++)
        {
            bool isCount = i == 1 && !args[1].StartsWith('-');
            string value = isCount ? args[i] : args.ElementAtOrDefault(i + 1) ?? "";
            if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            {
                return arguments with { Problem = $"{args[i]} needs a whole number, not '{value}'." };
            }

            arguments = isCount ? arguments with { Count = number } : arguments.With(args[i++], number);
        }

        int damaged = arguments.Cut + arguments.Freeze + arguments.Kill + arguments.Slow;
        return arguments.Problem is null && damaged > arguments.Count ? arguments with { Problem = $"{damaged} devices are to be damaged, but there are only {arguments.Count}." } : arguments;
    }

    private Arguments With(string option, int number) => option switch
    {
        "--cut" => this with { Cut = number },
        "--freeze" => this with { Freeze = number },
        "--kill" => this with { Kill = number },
        "--slow" => this with { Slow = number },
        "--after" => this with { After = number },
        "--for" => this with { For = number },
        "--port" => this with { Port = number },
        _ => this with { Problem = $"There is no option {option}." },
    };
}
