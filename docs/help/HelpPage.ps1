# What of a page of help follows from the cmdlet itself: its syntax, and each parameter's type, position and the like. The words are
# people's: those in the page, and for parameters that many cmdlets have, those in Parameters.md beside this file.

# The parameters that a text describes: name, description and default value.
function Read-HelpParameter {
    param([Parameter(Mandatory)] [AllowEmptyString()] [string] $Text)

    $described = [ordered] @{}
    $part = '(?ms)^### -(?<name>\w+)\n(?<words>.*?)(?:^```yaml\n(?<yaml>.*?)^```.*?)?(?=^###? |\z)'
    foreach ($match in [regex]::Matches(($Text -replace "`r`n", "`n"), $part)) {
        $default = [regex]::Match($match.Groups['yaml'].Value, "(?m)^DefaultValue: *(?:''|(?<value>.*))$").Groups['value'].Value
        $described[$match.Groups['name'].Value] = @{ Words = $match.Groups['words'].Value.Trim(); Default = $default }
    }

    $described
}

# The parameters of a cmdlet that its page must describe, in order of the alphabet.
function Get-HelpParameter {
    param([Parameter(Mandatory)] [Management.Automation.CmdletInfo] $Cmdlet)

    $common = [Management.Automation.PSCmdlet]::CommonParameters
    $Cmdlet.Parameters.Values | Where-Object Name -NotIn $common | Sort-Object Name
}

function Get-HelpSyntax {
    param([Parameter(Mandatory)] [Management.Automation.CmdletInfo] $Cmdlet)

    foreach ($set in $Cmdlet.ParameterSets) {
        $mark = $set.IsDefault -and $Cmdlet.ParameterSets.Count -gt 1 ? ' (Default)' : ''
        "### $($set.Name)$mark`n`n``````text`n$($Cmdlet.Name) $($set.ToString())`n``````"
    }
}

function Get-HelpYaml {
    param([Parameter(Mandatory)] [Management.Automation.ParameterMetadata] $Parameter, [string] $Default)

    $lines = @(
        "Type: $(Get-HelpTypeName $Parameter.ParameterType)"
        "DefaultValue: $($Default ? $Default : "''")"
        'SupportsWildcards: false'
        Get-HelpList 'Aliases' $Parameter.Aliases
        'ParameterSets:'
        foreach ($name in $Parameter.ParameterSets.Keys | Sort-Object) {
            $set = $Parameter.ParameterSets[$name]
            "- Name: $($name -eq '__AllParameterSets' ? '(All)' : $name)"
            "  Position: $($set.Position -eq [int]::MinValue ? 'Named' : $set.Position)"
            "  IsRequired: $("$($set.IsMandatory)".ToLowerInvariant())"
            "  ValueFromPipeline: $("$($set.ValueFromPipeline)".ToLowerInvariant())"
            "  ValueFromPipelineByPropertyName: $("$($set.ValueFromPipelineByPropertyName)".ToLowerInvariant())"
            "  ValueFromRemainingArguments: $("$($set.ValueFromRemainingArguments)".ToLowerInvariant())"
        }
        'DontShow: false'
        Get-HelpList 'AcceptedValues' (Get-HelpValue $Parameter)
        "HelpMessage: ''"
    )
    "``````yaml`n$($lines -join "`n")`n``````"
}

function Get-HelpList {
    param([string] $Key, [string[]] $Value)

    $Value ? @("${Key}:"; $Value.ForEach({ "- $_" })) : "${Key}: []"
}

# A nullable number is a number: that it may be left out is said elsewhere.
function Get-HelpTypeName {
    param([type] $Type)

    ([Nullable]::GetUnderlyingType($Type) ?? $Type).FullName
}

function Get-HelpValue {
    param([Management.Automation.ParameterMetadata] $Parameter)

    $element = $Parameter.ParameterType.IsArray ? $Parameter.ParameterType.GetElementType() : $Parameter.ParameterType
    $element.IsEnum ? [enum]::GetNames($element) : $Parameter.Attributes.Where({ $_ -is [ValidateSet] }).ValidValues
}

# What is wrong with the words: parameters that nobody describes, and descriptions of parameters that are not there.
function Find-HelpGap {
    param([Management.Automation.CmdletInfo] $Cmdlet, [string] $Page, [string] $Shared)

    $own = Read-HelpParameter $Page
    $common = Read-HelpParameter $Shared
    foreach ($name in (Get-HelpParameter $Cmdlet).Name) {
        if (-not ($common[$name] ?? $own[$name]).Words) {
            "$($Cmdlet.Name) -$name is not described, neither in its page nor in Parameters.md."
        }
    }

    $own.Keys | Where-Object { $_ -cnotin $Cmdlet.Parameters.Keys } | ForEach-Object { "$($Cmdlet.Name) has no parameter -$_, which its page describes." }
}

# The page of a new cmdlet: its sections, with nothing in them yet.
function New-HelpPage {
    param([string] $Name)

    $sections = 'SYNOPSIS', 'SYNTAX', 'ALIASES', 'DESCRIPTION', 'EXAMPLES', 'PARAMETERS', 'INPUTS', 'OUTPUTS', 'NOTES', 'RELATED LINKS'
    @"
---
document type: cmdlet
external help file: EtcdDefrag.PowerShell.dll-Help.xml
HelpUri: ''
Locale: en-US
Module Name: EtcdDefrag
PlatyPS schema version: 2024-05-01
title: $Name
---

# $Name

$($sections.ForEach({ "## $_" }) -join "`n`n")

"@
}

# The page with its words as they are, and everything else as the cmdlet is.
function Format-HelpPage {
    param([Management.Automation.CmdletInfo] $Cmdlet, [string] $Page, [string] $Shared)

    $text = $Page -replace "`r`n", "`n"
    $own = Read-HelpParameter $text
    $common = Read-HelpParameter $Shared
    $parameters = foreach ($parameter in Get-HelpParameter $Cmdlet) {
        $words = $common[$parameter.Name] ?? $own[$parameter.Name]
        "### -$($parameter.Name)`n`n$($words.Words)`n`n$(Get-HelpYaml $parameter $words.Default)"
    }

    $everywhere = "### CommonParameters`n`nThis cmdlet supports PowerShell's common parameters. For more information, see`n" +
        '[about_CommonParameters](https://go.microsoft.com/fwlink/?LinkID=113216).'
    $text = Set-HelpSection $text 'SYNTAX' ((Get-HelpSyntax $Cmdlet) -join "`n`n")
    Set-HelpSection $text 'PARAMETERS' ((@($parameters) + $everywhere) -join "`n`n")
}

function Set-HelpSection {
    param([string] $Text, [string] $Title, [string] $Body)

    $section = [regex] "(?ms)^## $Title\n.*?(?=^## |\z)"
    $section.Replace($Text, { "## $Title`n`n$Body`n`n" }, 1)
}
