using System.CommandLine;

namespace ParityGpu.Cli.Commands;

/// <summary>
/// parity completion: scripts with which shells complete the program's command lines. They ask the program itself: parity "[suggest:N]" LINE prints
/// candidates for the word that ends N characters into a line, which has the program's name removed.
/// </summary>
internal static class CompletionCommand
{
    // Options are offered after a dash only, so that elsewhere values and files come first; /? and /h never, since / begins a path.
    private const string Bash =
        """
        # Completion of parity in bash. Add this line to ~/.bashrc:
        #   source <(parity completion bash)
        _parity() {
            local line=${COMP_LINE:0:COMP_POINT} candidate
            line=${line#"${line%%[![:space:]]*}"}
            line=${line#"$1"}
            line=${line#"${line%%[![:space:]]*}"}
            local word=${line##*[[:space:]]}
            COMPREPLY=()
            while IFS= read -r candidate; do
                if [[ $candidate == "$word"* && ($candidate != [-/]* || $word == -*) ]]; then
                    COMPREPLY+=("$candidate")
                fi
            done < <("$1" "[suggest:${#line}]" "$line" 2> /dev/null)
            # bash ends words at = and :, and replaces only what follows the last of them.
            local kept=${word%"${word##*[$COMP_WORDBREAKS]}"}
            COMPREPLY=("${COMPREPLY[@]#"$kept"}")
            if [[ ${#COMPREPLY[@]} -gt 0 && ${COMPREPLY[0]} == *= ]]; then compopt -o nospace 2> /dev/null; fi
        }
        complete -o default -F _parity parity
        """;

    private const string Zsh =
        """
        #compdef parity
        # Completion of parity in zsh. Add this line to ~/.zshrc, after compinit:
        #   source <(parity completion zsh)
        _parity() {
            local line="${(j: :)words[2,CURRENT-1]}"
            (( CURRENT > 2 )) && line+=" "
            line+=$PREFIX
            local -a candidates
            candidates=("${(@f)$("${words[1]}" "[suggest:${#line}]" "$line" 2> /dev/null)}")
            candidates=(${candidates:#/*})
            [[ $PREFIX == -* ]] || candidates=(${candidates:#-*})
            (( $#candidates )) && compadd -a candidates || _files
        }
        if [[ ${funcstack[1]} == _parity ]]; then _parity "$@"; else compdef _parity parity; fi
        """;

    private const string Fish =
        """
        # Completion of parity in fish. Add this line to ~/.config/fish/config.fish:
        #   parity completion fish | source
        function __parity_candidates
            set -l word (commandline -ct)
            set -l program (commandline -po)[1]
            set -l line (commandline -pc | string replace -r '^\s*\S+\s*' '')
            set -l candidates ($program "[suggest:"(string length -- "$line")"]" "$line" 2> /dev/null | string match -rv '^/')
            string match -q -- '-*' $word; or set candidates (string match -rv -- '^-' $candidates)
            set candidates (string match -- "$word*" $candidates)
            if set -q candidates[1]
                printf '%s\n' $candidates
            else
                __fish_complete_path $word
            end
        end
        complete -c parity -f -a '(__parity_candidates)'
        """;

    private const string PowerShell =
        """
        # Completion of parity in PowerShell. Add this line to the file that $PROFILE names:
        #   parity completion powershell | Out-String | Invoke-Expression
        Register-ArgumentCompleter -Native -CommandName parity -ScriptBlock {
            param($wordToComplete, $commandAst, $cursorPosition)
            $command = $commandAst.CommandElements[0].Extent.Text
            $length = [Math]::Max($command.Length, $cursorPosition - $commandAst.Extent.StartOffset)
            $line = $commandAst.Extent.Text.PadRight($length).Substring(0, $length).Substring($command.Length).TrimStart()
            $word = ($line -split '\s')[-1]
            & $command "[suggest:$($line.Length)]" $line 2> $null |
                Where-Object { $_.StartsWith($word) -and ($word.StartsWith('-') -or $_ -notmatch '^[-/]') } |
                ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
        }
        """;

    private static readonly Dictionary<string, string> Scripts = new() { ["bash"] = Bash, ["zsh"] = Zsh, ["fish"] = Fish, ["powershell"] = PowerShell };

    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = string.Join(", ", Scripts.Keys) };
        shell.CompletionSources.Add([.. Scripts.Keys]);
        shell.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !Scripts.ContainsKey(token.Value))
                result.AddError($"SHELL {Specs.SpecSetting.Echo(token.Value)}: must be one of {string.Join(", ", Scripts.Keys)}{Specs.Spelling.Hint(token.Value, Scripts.Keys)}");
        });
        var command = new Command("completion", "Prints a script that lets a shell complete commands, options and values.") { shell };
        command.SetAction(parsed =>
        {
            parsed.InvocationConfiguration.Output.Write(Scripts[parsed.GetValue(shell)!].ReplaceLineEndings("\n") + "\n");
            return ExitCodes.Ok;
        });
        return command;
    }
}
