# docs/errors.md is what the code does: the same ids, categories and ways out.

BeforeDiscovery {
    . "$PSScriptRoot/Support/Module.ps1"
    . "$PSScriptRoot/Support/ErrorTable.ps1"
    $errorFolder = Join-Path $RepositoryRoot 'src/EtcdDefrag.PowerShell/Errors'
    $made = @(Get-GuardError; Get-WrittenError $errorFolder) | ForEach-Object { @{ Id = $_.Id; Category = $_.Category; Remedy = $_.Remedy } }
    $documented = Get-DocumentedError (Join-Path $RepositoryRoot 'docs/errors.md') | ForEach-Object { @{ Id = $_.Id; Cause = $_.Cause } }
}

BeforeAll {
    . "$PSScriptRoot/Support/Module.ps1"
    . "$PSScriptRoot/Support/ErrorTable.ps1"
    $errorFolder = Join-Path $RepositoryRoot 'src/EtcdDefrag.PowerShell/Errors'
    $table = Get-DocumentedError (Join-Path $RepositoryRoot 'docs/errors.md')
    $inCode = @(Get-GuardError; Get-WrittenError $errorFolder)
}

Describe 'The error <Id>' -ForEach $made {
    It 'stands in docs/errors.md, with its category and its way out' {
        $line = @($table | Where-Object Id -CEQ $Id)
        $line.Count | Should -Be 1
        if ($Category) { $line.Category | Should -BeExactly $Category } else { $line.Category | Should -Not -BeNullOrEmpty }
        if ($Remedy) { $line.Remedy | Should -BeExactly $Remedy }
    }
}

Describe 'The line of <Id> in docs/errors.md' -ForEach $documented {
    It 'is about an error that there is, and says the cause' {
        $inCode.Id | Should -Contain $Id
        $Cause | Should -Match '\.$'
    }
}

Describe 'Error records' {
    It 'are made in one room' {
        $makers = Get-ChildItem (Join-Path $RepositoryRoot 'src/EtcdDefrag.PowerShell') -Recurse -Filter *.cs |
            Where-Object FullName -NotMatch '[\\/](bin|obj|Errors)[\\/]' |
            Where-Object { (Get-Content $_ -Raw) -match '\bnew\s+ErrorRecord\s*\(|\bErrorRecord\s+\w+\s*=\s*new\b' }
        $makers.Name | Should -BeNullOrEmpty
    }

    It 'are all understood by this test: no id is written in another form' {
        $source = (Get-ChildItem $errorFolder -Filter *.cs | Get-Content -Raw) -join "`n"
        $spoken = [regex]::Matches($source, 'new ErrorInfo\(|ErrorInfo \w+ = new\(').Count
        # One takes everything from a guard, and two are nameless until their id is known.
        $spoken - 3 + [regex]::Matches($source, '\bId = "').Count | Should -Be @(Get-WrittenError $errorFolder).Count
    }

    It 'are refusals of a guard, of the lock or of a rule' {
        $source = (Get-ChildItem (Join-Path $RepositoryRoot 'src/EtcdDefrag.Core') -Recurse -Filter *.cs | Get-Content -Raw) -join "`n"
        [regex]::Matches($source, 'new GuardRefusal\((?<id>[^,]+),').ForEach({ $_.Groups['id'].Value.Trim() }) | Sort-Object |
            Should -Be '"PolicyUnanswerable"', '"VoterUnreachable"', 'Name', 'Rule', 'Rule'
    }
}

Describe 'The example in docs/errors.md' {
    BeforeAll {
        $block = [regex]::Match((Get-Content (Join-Path $RepositoryRoot 'docs/errors.md') -Raw), '(?ms)^```powershell\r?\n(?<code>.*?)^```').Groups['code'].Value
        $closed = $block.Replace('10.0.0.1:2379', '127.0.0.1:1')
    }

    It 'gives what its comments say' {
        $said = [regex]::Matches($closed, '(?m)^    \$_.*? # (?<said>.*?)\r?$').ForEach({ $_.Groups['said'].Value })
        $said.Count | Should -Be 4
        & ([scriptblock]::Create($closed)) | ForEach-Object { "$_" } | Should -BeExactly $said
    }

    It 'is of another id where a run is refused, with the same failure inside' {
        Invoke-EtcdDefrag 127.0.0.1:1 -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'VoterUnreachable,*'
        $failed[0].Exception.InnerException | Should -BeOfType EtcdDefrag.Connection.EtcdException
    }

    It 'is of another id where leadership was to be moved, and no error where only health was asked for' {
        Move-EtcdLeader 127.0.0.1:1 -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'LeaderNotMoved,*'
        (Test-EtcdClusterHealth 127.0.0.1:1 -ErrorAction Stop).IsHealthy | Should -BeFalse
        Get-EtcdDefragPlan 127.0.0.1:1 -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'EtcdUnreachable,*'
    }
}
