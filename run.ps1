# run.ps1 build|test|bench|sweep|publish [arguments…]: the everyday commands, from any directory.
# publish makes self-contained bundles, which need no .NET, for linux-x64, win-x64 and osx-arm64, or for the runtimes given.
# Uses only .NET calls and native commands, so that it also runs in a bare PowerShell host. There is no param block, so that
# $args passes options such as -q unchanged to the program behind the verb.
$verb, $rest = $args
# PowerShell reads 10,30,100 as an array; the program needs it as typed.
$rest = @(foreach ($argument in $rest) { $argument -join ',' })
$solution = "$PSScriptRoot/ParityGpu.sln"
$program = "$PSScriptRoot/src/ParityGpu.Cli"

switch -CaseSensitive ("$verb") {
    'build' { & dotnet build -c Release $solution @rest }
    'test' { & dotnet test -c Release $solution @rest }
    'bench' { & dotnet run -c Release --project $program -- bench @rest }
    'sweep' { & dotnet run -c Release --project $program -- sweep @rest }
    'publish' {
        foreach ($runtime in $(if ($rest) { $rest } else { 'linux-x64', 'win-x64', 'osx-arm64' })) {
            & dotnet publish -c Release -r $runtime $program -o "$PSScriptRoot/publish/$runtime"
            if ($LASTEXITCODE) { break }
        }
    }
    default {
        [Console]::Error.WriteLine("run.ps1: unknown verb '$verb'; use build, test, bench, sweep or publish")
        exit 2
    }
}

exit $LASTEXITCODE
