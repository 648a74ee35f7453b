using System.CommandLine;
using System.CommandLine.Parsing;
using ILGPU.Runtime;
using ParityGpu.Cli.Cluster;
using ParityGpu.Cli.Commands;
using ParityGpu.Cli.Export;
using ParityGpu.Cli.Reproduction;
using ParityGpu.Cli.Terminal;
using ParityGpu.Cli.Theory;
using ParityGpu.Devices;
using ParityGpu.Logs;
using ParityGpu.Scheduling;
using ParityGpu.Specs;

namespace ParityGpu.Cli;

/// <summary>The command line: parses, runs one command, turns errors into one line and an exit code.</summary>
public static class ParityProgram
{
    /// <summary>
    /// Runs a command line.
    /// </summary>
    /// <param name="args">Arguments without the program's name.</param>
    /// <param name="output">Results.</param>
    /// <param name="error">Progress and errors.</param>
    /// <returns>The exit code (<see cref="ExitCodes"/>).</returns>
    public static int Run(IReadOnlyList<string> args, TextWriter output, TextWriter error)
    {
        try
        {
            RootCommand root = Root();
            IReadOnlyList<string> words = args.Count == 0 || args[0] == "help" ? [.. args.Skip(1), "--help"] : args;
            ParseResult parsed = root.Parse(words, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (Mistake(parsed) is { } mistake)
                throw new UserErrorException(mistake);

            return parsed.Invoke(new InvocationConfiguration
            {
                Output = output,
                Error = error,
                EnableDefaultExceptionHandler = false,
            });
        }
        catch (UserErrorException e)
        {
            return Report(error, e, e.Message, ExitCodes.UserError);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DeviceFailedException)
        {
            return Report(error, e, e.Message, FailureOf(e));
        }
        catch (Exception e) when (e is AcceleratorException or KernelRefusedException or DeviceMemoryException)
        {
            return Report(error, e, $"the device failed: {DriverErrors.Explain(e)}", FailureOf(e));
        }
        catch (Exception e)
        {
            return Report(error, e, $"internal error: {e.GetType().Name}: {e.Message}", ExitCodes.InternalError);
        }
    }

    private static RootCommand Root()
    {
        var root = new RootCommand("Trains large numbers of small networks on the sparse parity problem and records when each learns it.")
        {
            SweepCommand.Create(),
            TrainCommand.Create(),
            ReproduceCommand.Create(),
            SummaryCommand.Create(),
            PlotCommand.Create(),
            ReportCommand.Create(),
            CompareCommand.Create(),
            ExportCommand.Create(),
            MergeCommand.Create(),
            DevicesCommand.Create(),
            VerifyCommand.Create(),
            BenchCommand.Create(),
            TheoryCommand.Create(),
            SlurmCommand.Create(),
            KubernetesCommand.Create(),
            CompletionCommand.Create(),
        };
        root.Options.OfType<VersionOption>().Single().Aliases.Add("-v");
        HelpText.Install(root);
        return root;
    }

    /// <summary>The first mistake in one line, or null. This program's validators say what is allowed; the parser's messages do not.</summary>
    private static string? Mistake(ParseResult parsed)
    {
        // [suggest] completes unfinished lines.
        if (parsed.Tokens.Any(token => token.Type == TokenType.Directive))
            return null;

        CommandResult given = parsed.CommandResult;
        string help = $"see 'parity {Path(given)}--help'";
        OptionResult? swallowed = given.Children.OfType<OptionResult>()
            .FirstOrDefault(result => result.Tokens.Any(token => token.Value.StartsWith("--", StringComparison.Ordinal)));
        if (swallowed is not null && parsed.Errors.Count > 0)
            return $"{swallowed.Option.Name} {swallowed.Tokens[0].Value}: must be followed by a value";

        // An argument of several words also swallows unknown options.
        bool optionsEnd = parsed.Tokens.Any(token => token.Type == TokenType.DoubleDash);
        IEnumerable<string> strange = parsed.UnmatchedTokens.Concat(
            optionsEnd ? [] : given.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens.Select(token => token.Value)));
        if (strange.FirstOrDefault(word => word.Length > 1 && word[0] == '-') is { } option)
        {
            string hint = Spelling.Hint(option, given.Command.Options.SelectMany(Names));
            return $"{option}: unknown option{(hint.Length > 0 ? "" : Owners(given.Command, option))}; {help}{hint}";
        }

        string[] commands = [.. given.Command.Subcommands.Select(command => command.Name)];
        if (commands.Length > 0 && parsed.UnmatchedTokens is [var unknown, ..])
            return $"{unknown}: unknown command; must be one of {string.Join(", ", commands)}{Spelling.Hint(unknown, commands)}";

        if (parsed.Errors.Count == 0)
            return null;

        if (parsed.Errors.FirstOrDefault(error => error.Message.Contains("must be", StringComparison.Ordinal)) is { } explained)
            return explained.Message;

        return parsed.UnmatchedTokens.Count == 0
            ? $"{parsed.Errors[0].Message.TrimEnd('.')}; {help}"
            : $"{parsed.UnmatchedTokens[0]}: unknown argument; {help}";
    }

    /// <summary>Which other commands have an option that this one lacks.</summary>
    private static string Owners(Command command, string option)
    {
        string[] owners =
        [
            .. command.Parents.OfType<Command>().SelectMany(parent => parent.Subcommands)
                .Where(other => other.Options.Any(known => Names(known).Contains(option))).Select(other => other.Name),
        ];
        return owners.Length == 0 ? "" : $" of {command.Name} (it belongs to {string.Join(", ", owners)})";
    }

    private static IEnumerable<string> Names(Option option) => option.Aliases.Prepend(option.Name);

    /// <summary>The names of a command and its parents below the root, each followed by a space.</summary>
    private static string Path(CommandResult command) =>
        command.Parent is CommandResult parent ? $"{Path(parent)}{command.Command.Name} " : "";

    /// <summary>The exit code of a failure: whether trying again may succeed.</summary>
    private static int FailureOf(Exception failure)
    {
        for (Exception? e = failure; e is not null; e = e.InnerException)
        {
            if (e is LogLostException or FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException or KernelRefusedException)
                return ExitCodes.Failed;
        }

        return ExitCodes.TryAgain;
    }

    private static int Report(TextWriter error, Exception exception, string message, int exitCode)
    {
        error.WriteLine(message.ReplaceLineEndings(" "));
        if (Environment.GetEnvironmentVariable("PARITY_TRACE") == "1")
            error.WriteLine(exception);

        return exitCode;
    }
}
