using Xunit;

namespace ParityGpu.Tests.Cli;

public sealed class CompletionCommandTests
{
    [Theory]
    [InlineData("su", "summary")]
    [InlineData("sweep --mo", "--model --momentum")]
    [InlineData("sweep --model ", "deep deep-mlp disjoint-polynet mlp polynet transformer")]
    [InlineData("sweep --model mlp,po", "mlp,polynet")]
    [InlineData("sweep --model mlp,", "mlp,deep mlp,deep-mlp mlp,disjoint-polynet mlp,polynet mlp,transformer")]
    [InlineData("sweep --subset ", "first random")]
    [InlineData("train --curve-gap ", "false true")]
    [InlineData("sweep --weights-at ", "curve end")]
    [InlineData("sweep --format ", "json text")]
    [InlineData("verify --device ", "auto cpu cuda opencl")]
    [InlineData("theory gradient --init x", "xavier-uniform")]
    [InlineData("compare log --by w", "weight-decay width")]
    [InlineData("sweep --quiet --l", "--log --logits --loss --lr")]
    [InlineData("sweep --samples ", "online")]
    [InlineData("sweep --device ", "all auto cpu cuda opencl")]
    [InlineData("sweep --device cpu,", "cpu,auto cpu,cuda cpu,opencl")]
    [InlineData("plot log --kind so", "solved")]
    [InlineData("plot log --x w", "weight-decay width")]
    [InlineData("summary log --where los", "loss= task-loss= target-loss=")]
    [InlineData("plot log --where loss=", "loss=correlation loss=hinge loss=logistic loss=square")]
    [InlineData("export log --where loss=hinge,s", "loss=hinge,square")]
    [InlineData("reproduce theo", "theorem4 theorem5")]
    [InlineData("reproduce --scale ", "laptop paper smoke")]
    [InlineData("theory gradient --init s", "sign")]
    public void The_program_suggests_what_may_follow(string line, string expected)
    {
        CommandResult result = CommandLine.Run($"[suggest:{line.Length}]", line);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal(expected.Split(' '), result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    [Fact]
    public void Bash_completes_with_the_printed_script()
    {
        if (OperatingSystem.IsWindows())
            return;

        using var folder = new TemporaryFolder();
        CommandResult result = ParityProcess.RunShell(
            folder.Root,
            """
            host=$0 program=$1
            parity() { "$host" "$program" "$@"; }
            source <(parity completion bash)
            COMP_WORDBREAKS=$' \t\n"\'><=;|&(:'
            candidates() {
                COMP_LINE=$1 COMP_POINT=${#1}
                _parity parity
                echo "${COMPREPLY[*]}"
            }
            complete -p parity
            candidates 'parity '
            candidates 'parity sweep --mo'
            candidates '  parity sweep --model mlp,po'
            candidates 'parity summary '
            candidates 'parity summary /'
            candidates 'parity summary --f'
            candidates 'parity sweep --quiet --resume --lo'
            candidates 'parity plot log --where loss=h'
            candidates 'parity plot log --where loss=hinge,s'
            candidates 'parity reproduce --scale s'
            COMP_LINE='parity swe --seeds 5' COMP_POINT=10
            _parity parity
            echo "${COMPREPLY[*]}"
            """);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal(
            [
                "complete -o default -F _parity parity",
                "bench compare completion devices export kubernetes merge plot report reproduce slurm summary sweep theory train verify",
                "--model --momentum",
                "mlp,polynet",
                // Nothing but files: bash falls back to them.
                "",
                "",
                "--force --format",
                "--log --logits --loss",
                "hinge",
                "hinge,square",
                "smoke",
                "sweep",
            ],
            result.Output.TrimEnd('\n').Split('\n'));
    }

    [Theory]
    [InlineData("bash", "complete -o default -F _parity parity")]
    [InlineData("zsh", "#compdef parity")]
    [InlineData("fish", "complete -c parity -f -a")]
    [InlineData("powershell", "Register-ArgumentCompleter -Native -CommandName parity")]
    public void Scripts_have_unix_line_ends_and_say_where_they_go(string shell, string part)
    {
        CommandResult result = CommandLine.Run("completion", shell);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains(part, result.Output, StringComparison.Ordinal);
        Assert.Contains($"parity completion {shell}", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', result.Output);
        Assert.EndsWith("\n", result.Output, StringComparison.Ordinal);
    }
}
