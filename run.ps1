# run.ps1 build|test|bench|sweep [arguments…]: the everyday commands, from any directory.
# .NET calls and native commands only, so that it also runs in a bare PowerShell host. No param block: $args then takes
# options such as -q as they are, for the program behind the verb.
$verb, $rest = $args
# PowerShell reads 10,30,100 as an array; the program wants it as it was typed.
$rest = @(foreach ($argument in $rest) { $argument -join ',' })
$solution = "$PSScriptRoot/ParityGpu.sln"
$program = "$PSScriptRoot/src/ParityGpu.Cli"

switch -CaseSensitive ("$verb") {
    'build' { & dotnet build -c Release $solution @rest }
    'test' { & dotnet test -c Release $solution @rest }
    'bench' { & dotnet run -c Release --project $program -- bench @rest }
    'sweep' { & dotnet run -c Release --project $program -- sweep @rest }
    default {
        [Console]::Error.WriteLine("run.ps1: unknown verb '$verb'; use build, test, bench or sweep")
        exit 2
    }
}

exit $LASTEXITCODE
