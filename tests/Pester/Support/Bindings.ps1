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

# Whether the object finds its way into the cmdlet: it is taken whole, and its endpoint is one that can be read.
function Test-TakesObject {
    param([type] $OutputType, [Management.Automation.CmdletInfo] $Cmdlet)

    $whole = $Cmdlet.Parameters['InputObject'].Attributes.Where({ $_ -is [Parameter] -and $_.ValueFromPipeline })
    $whole.Count -gt 0 -and $OutputType.GetProperty('Endpoint').PropertyType -in [string], [Collections.Generic.IReadOnlyList[string]]
}

# Parameters that are named like a property of the object and do not take it from there.
function Get-UnboundParameter {
    param([type] $OutputType, [Management.Automation.CmdletInfo] $Cmdlet)

    # How a member was reached is read from the object itself, which goes before -Connection; and a connection's properties belong together.
    # A file to write is never the one that an object tells of.
    $properties = $OutputType -eq [EtcdDefrag.Connection.EtcdConnection] ? $OutputType.GetProperty('Endpoint') : $OutputType.GetProperties()
    foreach ($property in @($properties).Where({ $_.Name -notin 'Connection', 'Path' })) {
        $parameter = $Cmdlet.Parameters[$property.Name]

        # -Cluster asks whether to take all members, an event's Cluster names the one that it is about.
        $isAnotherThing = $parameter.ParameterType -eq [switch] -and $property.PropertyType -ne [bool]
        if ($parameter -and -not $isAnotherThing -and -not $parameter.Attributes.Where({ $_ -is [Parameter] -and $_.ValueFromPipelineByPropertyName })) {
            $property.Name
        }
    }
}
