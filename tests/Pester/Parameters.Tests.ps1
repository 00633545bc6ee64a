# What the parameters of a run take, and what is written about them.

BeforeDiscovery {
    . "$PSScriptRoot/Support/Module.ps1"
    $parameters = foreach ($cmdlet in (Get-Module EtcdDefrag).ExportedCmdlets.Values) {
        $cmdlet.ImplementingType.GetProperties().Where({ $_.IsDefined([Parameter], $true) }).ForEach({ @{ Cmdlet = $cmdlet.Name; Property = $_ } })
    }
}

BeforeAll {
    . "$PSScriptRoot/Support/Module.ps1"
    $documentation = Get-ChildItem (Join-Path $RepositoryRoot 'src/EtcdDefrag.PowerShell/bin') -Recurse -Filter EtcdDefrag.PowerShell.xml |
        Sort-Object LastWriteTime | Select-Object -Last 1

    function Get-Summary {
        param([Reflection.PropertyInfo] $Property)

        $id = "P:$($Property.DeclaringType.FullName).$($Property.Name)"
        ([xml](Get-Content $documentation -Raw)).doc.members.member.Where({ $_.name -eq $id }).summary -replace '\s+', ' '
    }
}

Describe 'A value that cannot be' {
    It '-<Name> <Value> is refused by PowerShell' -ForEach @(
        @{ Name = 'MaxRaftLag'; Value = -1; Id = 'CannotConvertArgument*' }
        @{ Name = 'MaxRaftLag'; Value = 'many'; Id = 'CannotConvertArgument*' }
        @{ Name = 'PauseSeconds'; Value = -1; Id = 'ParameterArgumentValidationError' }
        @{ Name = 'PauseSeconds'; Value = [double]::NaN; Id = 'ParameterArgumentValidationError' }
        @{ Name = 'SettleTimeoutSeconds'; Value = 0; Id = 'ParameterArgumentValidationError' }
        @{ Name = 'SettleTimeoutSeconds'; Value = -60; Id = 'ParameterArgumentValidationError' }
        @{ Name = 'ObservationTimeoutSeconds'; Value = 0; Id = 'ParameterArgumentValidationError' }
        @{ Name = 'ObservationTimeoutSeconds'; Value = -1; Id = 'ParameterArgumentValidationError' }
        @{ Name = 'QuotaBytes'; Value = 0; Id = 'ParameterArgumentValidationError' }
        @{ Name = 'QuotaBytes'; Value = '8 gigs'; Id = 'CannotConvertArgument*' }
        @{ Name = 'DefragmentTimeoutSeconds'; Value = -0.1; Id = 'ParameterArgumentValidationError' }
        @{ Name = 'DefragmentTimeoutSeconds'; Value = [double]::PositiveInfinity; Id = 'ParameterArgumentValidationError' }
    ) {
        $given = @{ $Name = $Value }
        { Invoke-EtcdDefrag 127.0.0.1:1 @given } | Should -Throw -ErrorId "$Id,EtcdDefrag.PowerShell.Commands.InvokeEtcdDefragCommand"
    }
}

Describe 'The defaults of Invoke-EtcdDefrag' {
    It 'are those of a run' {
        $command = [EtcdDefrag.PowerShell.Commands.InvokeEtcdDefragCommand]::new()
        $command.MaxRaftLag | Should -Be 1000
        $command.PauseSeconds | Should -Be 0
        $command.SettleTimeoutSeconds | Should -Be 60
        $command.Dispose()
    }
}

Describe '<Cmdlet> -<Property.Name>' -ForEach $parameters {
    It 'is described, with its unit' {
        $summary = Get-Summary $Property
        $summary | Should -Not -BeNullOrEmpty
        if ($Property.Name -match '(Seconds|Minutes|Bytes)$') {
            $summary | Should -BeLike "* in $($Matches[1].ToLowerInvariant())*"
        }
    }
}

Describe 'Invoke-EtcdDefrag -Force' {
    It 'names every guard, on the side where it stands' {
        $property = [EtcdDefrag.PowerShell.Commands.InvokeEtcdDefragCommand].GetProperty('Force')
        $passed, $never = (Get-Summary $property) -split 'Never passed are'
        foreach ($guard in Get-Guard | Where-Object Source -EQ 'All') {
            ($guard.CanBeForced ? $passed : $never) | Should -BeLike "*$($guard.Name)*"
            ($guard.CanBeForced ? $never : $passed) | Should -Not -BeLike "*$($guard.Name)*"
        }
    }
}
