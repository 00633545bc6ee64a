# Starts the PowerShell that runs this script once more. Installed as a .NET tool it is a library that dotnet runs, so that the path of
# the process is not enough.

# The program, and the arguments that have to come before all others.
function Get-PwshCommand {
    [Environment]::ProcessPath
    if ([IO.Path]::GetFileNameWithoutExtension([Environment]::ProcessPath) -eq 'dotnet') {
        Join-Path $PSHOME 'pwsh.dll'
    }
}

# Runs it to its end.
function Invoke-Pwsh {
    param([Parameter(Mandatory)] [string[]] $ArgumentList)

    $program, [string[]] $first = Get-PwshCommand
    & $program @first @ArgumentList
}
