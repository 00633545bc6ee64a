# Help is complete without a network, says what the cmdlets are, and is what docs/en-US says.

BeforeDiscovery {
    . "$PSScriptRoot/Support/Module.ps1"
    . "$RepositoryRoot/docs/help/HelpPage.ps1"
    $cmdlets = (Get-Module EtcdDefrag).ExportedCmdlets.Values | ForEach-Object { @{ Name = $_.Name; Cmdlet = $_ } }
    $parameters = foreach ($cmdlet in $cmdlets) {
        Get-HelpParameter $cmdlet.Cmdlet | ForEach-Object { @{ Name = $cmdlet.Name; Parameter = $_ } }
    }
    $topics = Get-ChildItem (Join-Path $RepositoryRoot 'docs/en-US') -Filter about_*.md | ForEach-Object { @{ Topic = $_.BaseName } }
}

BeforeAll {
    . "$PSScriptRoot/Support/Module.ps1"
    . "$RepositoryRoot/docs/help/HelpPage.ps1"
    $shared = Get-Content (Join-Path $RepositoryRoot 'docs/help/Parameters.md') -Raw
    $help = @{}
    foreach ($name in (Get-Module EtcdDefrag).ExportedCmdlets.Keys) {
        $help[$name] = Get-Help $name -Full
    }

    # What a person reads, without where lines end.
    function Get-HelpText {
        param($Part)

        ($Part.Text ?? "$Part") -join ' ' -replace '\s+', ' '
    }
}

Describe 'The page of <Name>' -ForEach $cmdlets {
    BeforeAll {
        $page = (Get-Content (Join-Path $RepositoryRoot "docs/en-US/$Name.md") -Raw) -replace "`r`n", "`n"
    }

    It 'describes every parameter that the cmdlet has, and no other' {
        Find-HelpGap $Cmdlet $page $shared | Should -BeNullOrEmpty
    }

    It 'has the syntax and the parameters of the cmdlet (./build.ps1 -Task Help writes them)' {
        $now = (Format-HelpPage $Cmdlet $page $shared) -split "`n"
        Compare-Object ($page -split "`n") $now | ForEach-Object { "$($_.SideIndicator) $($_.InputObject)" } | Should -BeNullOrEmpty
        $page -split "`n" | Should -Be $now
    }

    It 'has the sections that PlatyPS knows, in their order, each with something in it' {
        $page | Should -BeLike "---`ndocument type: cmdlet`nexternal help file: EtcdDefrag.PowerShell.dll-Help.xml`n*`nPlatyPS schema version: 2024-05-01`ntitle: $Name`n---`n*"
        $sections = [regex]::Matches($page, '(?ms)^## (?<title>[A-Z ]+)\n(?<body>.*?)(?=^## |\z)')
        $sections.ForEach({ $_.Groups['title'].Value }) |
            Should -Be 'SYNOPSIS', 'SYNTAX', 'ALIASES', 'DESCRIPTION', 'EXAMPLES', 'PARAMETERS', 'INPUTS', 'OUTPUTS', 'NOTES', 'RELATED LINKS'
        $sections.ForEach({ $_.Groups['body'].Value.Trim() }) | Should -Not -Contain ''
    }

    It 'has no placeholder in it' {
        $page | Should -Not -MatchExactly '\{\{|TODO|Fill in|ProgressAction'
    }

    It 'names the outputs of the cmdlet' {
        foreach ($type in $Cmdlet.OutputType.Type) {
            $page | Should -Match "(?ms)^## OUTPUTS\n.*^### $([regex]::Escape($type.FullName))\n"
        }
    }

    It 'leads to pages that there are' {
        $links = [regex]::Matches($page, '(?m)^- \[[^\]]+\]\((?<page>[^)]+)\)$').ForEach({ $_.Groups['page'].Value })
        $links.Count | Should -BeGreaterThan 0
        $links | ForEach-Object { Join-Path $RepositoryRoot "docs/en-US/$_" | Should -Exist }
    }
}

Describe 'Get-Help <Name>' -ForEach $cmdlets {
    It 'gives a synopsis, a description, notes and two examples or more' {
        $help[$Name].Synopsis | Should -Match '\.$'
        Get-HelpText $help[$Name].Description | Should -Not -BeNullOrEmpty
        Get-HelpText $help[$Name].alertSet.alert | Should -Not -BeNullOrEmpty
        @($help[$Name].Examples.Example).Count | Should -BeGreaterOrEqual 2
        foreach ($example in $help[$Name].Examples.Example) {
            $example.Code | Should -Not -BeNullOrEmpty
            Get-HelpText $example.Remarks | Should -Not -BeNullOrEmpty
        }
    }

    It 'gives the outputs and inputs' {
        @($help[$Name].returnValues.returnValue).type.name | Sort-Object | Should -Be (@($Cmdlet.OutputType.Type.FullName) | Sort-Object)
        @($help[$Name].inputTypes.inputType).Count | Should -BeGreaterThan 0
    }

    It 'gives each form of the call, with the parameters in their order' {
        $forms = @($help[$Name].syntax.syntaxItem)
        $forms.Count | Should -Be $Cmdlet.ParameterSets.Count
        for ($i = 0; $i -lt $forms.Count; $i++) {
            $expected = [regex]::Matches($Cmdlet.ParameterSets[$i].ToString(), '-(?<name>\w+)(?=[\] ])').ForEach({ $_.Groups['name'].Value })
            $forms[$i].parameter.name | Should -Be $expected
        }
    }

    It 'is found for -Examples and for -Parameter' {
        Get-Help $Name -Examples | Out-String | Should -BeLike '*Example 1:*Example 2:*'
        @(Get-Help $Name -Parameter *).Count | Should -Be @(Get-HelpParameter $Cmdlet).Count
    }
}

Describe 'Get-Help <Name> -Parameter <Parameter.Name>' -ForEach $parameters {
    It 'says what it is' {
        $shown = $help[$Name].parameters.parameter | Where-Object name -CEQ $Parameter.Name
        @($shown).Count | Should -Be 1
        $set = $Parameter.ParameterSets[@($Parameter.ParameterSets.Keys | Sort-Object)[0]]
        Get-HelpText $shown.description | Should -Match '\.$'
        $shown.type.name | Should -Be (Get-HelpTypeName $Parameter.ParameterType).Split('.')[-1]
        $shown.required | Should -Be "$($set.IsMandatory)".ToLowerInvariant()
        $shown.position | Should -Be ($set.Position -eq [int]::MinValue ? 'named' : "$($set.Position)")
        $shown.aliases | Should -Be ($Parameter.Aliases ? $Parameter.Aliases -join ', ' : 'none')
        $ways = @(if ($set.ValueFromPipeline) { 'ByValue' }; if ($set.ValueFromPipelineByPropertyName) { 'ByPropertyName' }) -join ', '
        $shown.pipelineInput | Should -Be ($ways ? "True ($ways)" : 'False')
        @($shown.parameterValueGroup.parameterValue) -join ',' | Should -Be (@(Get-HelpValue $Parameter) -join ',')
    }
}

Describe 'The default values in the help' {
    It 'are those of the cmdlets' {
        foreach ($cmdlet in (Get-Module EtcdDefrag).ExportedCmdlets.Values) {
            $fresh = $cmdlet.ImplementingType::new()
            foreach ($parameter in $help[$cmdlet.Name].parameters.parameter | Where-Object defaultValue -NE 'None') {
                "$($fresh.($parameter.name))" | Should -Be $parameter.defaultValue -Because "-$($parameter.name) of $($cmdlet.Name)"
            }
        }
    }

    It 'are said where a number is not nothing' {
        foreach ($cmdlet in (Get-Module EtcdDefrag).ExportedCmdlets.Values) {
            $fresh = $cmdlet.ImplementingType::new()
            foreach ($parameter in Get-HelpParameter $cmdlet | Where-Object { $_.ParameterType.IsPrimitive -and $fresh.($_.Name) -gt 0 }) {
                ($help[$cmdlet.Name].parameters.parameter | Where-Object name -EQ $parameter.Name).defaultValue |
                    Should -Be "$($fresh.($parameter.Name))" -Because "-$($parameter.Name) of $($cmdlet.Name)"
            }
        }
    }
}

Describe 'The help of -Confirm and -WhatIf' {
    It 'is each cmdlet''s own: not every one asks before each member' {
        (Read-HelpParameter $shared).Keys | Where-Object { $_ -in 'Confirm', 'WhatIf' } | Should -BeNullOrEmpty
        $asking = $help.Keys | Where-Object { (Get-HelpText (Get-Help $_ -Parameter Confirm -ErrorAction Ignore).description) -like 'Asks before each member*' }
        $asking | Should -Be 'Invoke-EtcdDefrag'
    }
}

Describe 'docs/help/Parameters.md' {
    It 'describes parameters that a cmdlet has' {
        $all = (Get-Module EtcdDefrag).ExportedCmdlets.Values.ForEach({ $_.Parameters.Keys })
        (Read-HelpParameter $shared).Keys | Where-Object { $_ -cnotin $all } | Should -BeNullOrEmpty
    }
}

Describe 'Get-Help <Topic>' -ForEach $topics {
    It 'shows the topic, in lines that fit' {
        $text = "$(Get-Help $Topic)"
        $text | Should -BeLike "TOPIC*$Topic*SHORT DESCRIPTION*"
        $text -split "`n" | Where-Object { $_.Length -gt 120 } | Should -BeNullOrEmpty
        $text | Should -Not -Match '\]\(|\*\*\w|```'
    }
}

Describe 'about_EtcdDefragSafety' {
    It 'names every guard, on the side where it stands' {
        $text = "$(Get-Help about_EtcdDefragSafety)"
        $never, $rest = $text -split 'Passed by -Force, with a warning:'
        $forced = ($rest -split 'Passed by -NoLock')[0]
        foreach ($guard in Get-Guard | Where-Object Source -EQ 'All') {
            ($guard.CanBeForced ? $forced : $never) | Should -BeLike "*- $($guard.Name)$($guard.MayPass ? ' (waited for)' : ''):*"
        }
    }
}

Describe 'about_EtcdDefragPolicy' {
    It 'names every name and every preset' {
        $text = "$(Get-Help about_EtcdDefragPolicy)"
        foreach ($preset in Get-Preset) {
            $text | Should -Match "\b$($preset.Name)\b"
        }

        $reference = Get-Content (Join-Path $RepositoryRoot 'docs/policy.md') -Raw
        $names = [regex]::Match($reference, '(?ms)^## Names\n(?<body>.*?)^## ').Groups['body'].Value
        foreach ($name in [regex]::Matches($names, '(?m)^\| (?<first>`[^|]+) \|').ForEach({ $_.Groups['first'].Value -split ', ' }).Trim('`')) {
            $text | Should -MatchExactly "\b$name\b"
        }
    }
}
