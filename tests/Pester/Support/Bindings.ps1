# Which outputs go into which cmdlets, and whether their properties find the parameters of the same names.

# Every cmdlet whose output names a member, with every cmdlet that takes members from the pipeline.
function Get-ExpectedBinding {
    $cmdlets = (Get-Module EtcdDefrag).ExportedCmdlets.Values
    foreach ($from in $cmdlets) {
        foreach ($type in $from.OutputType.Type.Where({ $_.GetProperty('Endpoint') })) {
            foreach ($to in $cmdlets.Where({ Test-TakesMember $_ })) {
                @{ From = "$($from.Name) ($($type.Name))"; Type = $type; To = $to.Name }
            }
        }
    }
}

function Test-TakesMember {
    param([Management.Automation.CmdletInfo] $Cmdlet)

    $endpoint = $Cmdlet.Parameters['Endpoint']
    $endpoint -and $endpoint.Attributes.Where({ $_ -is [Parameter] -and $_.ValueFromPipelineByPropertyName }).Count -gt 0
}

# Whether the object finds its way into the cmdlet at all: as itself, or by its endpoint.
function Test-TakesObject {
    param([type] $OutputType, [Management.Automation.CmdletInfo] $Cmdlet)

    (Get-WholeParameter $OutputType $Cmdlet).Count -gt 0 -or $OutputType.GetProperty('Endpoint').PropertyType -in [string], [Collections.Generic.IReadOnlyList[string]]
}

# Parameters that are named like a property of the object and do not take it from there. Where the cmdlet takes the object itself it
# reads the properties by itself.
function Get-UnboundParameter {
    param([type] $OutputType, [Management.Automation.CmdletInfo] $Cmdlet)

    if ((Get-WholeParameter $OutputType $Cmdlet).Count -eq 0) {
        foreach ($property in $OutputType.GetProperties()) {
            $parameter = $Cmdlet.Parameters[$property.Name]

            # -Cluster asks whether to take all members, an event's Cluster names the one that it is about.
            $isAnotherThing = $parameter.ParameterType -eq [switch] -and $property.PropertyType -ne [bool]
            if ($parameter -and -not $isAnotherThing -and -not $parameter.Attributes.Where({ $_ -is [Parameter] -and $_.ValueFromPipelineByPropertyName })) {
                $property.Name
            }
        }
    }
}

function Get-WholeParameter {
    param([type] $OutputType, [Management.Automation.CmdletInfo] $Cmdlet)

    , @($Cmdlet.Parameters.Values.Where({
        $element = $_.ParameterType.IsArray ? $_.ParameterType.GetElementType() : $_.ParameterType
        $element -eq $OutputType -and $_.Attributes.Where({ $_ -is [Parameter] -and $_.ValueFromPipeline })
    }))
}
