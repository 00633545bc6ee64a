# Runs Pester tests in the PowerShell that runs this: the Windows one, under Wine.
param([string] $Pester, [string] $Path)

Import-Module $Pester -ErrorAction Stop
$configuration = New-PesterConfiguration
$configuration.Run.Path = $Path
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Normal'
$result = Invoke-Pester -Configuration $configuration
"$($result.PassedCount) passed, $($result.FailedCount) failed, $($result.SkippedCount) skipped"
exit [int] ($result.FailedCount + $result.FailedContainersCount -gt 0)
