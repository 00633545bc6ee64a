# What tests of the monitor have in common: it goes on until somebody has seen enough.

# Passes events on until one of a kind has come so many times, and ends the pipeline then.
function Read-UntilEvent {
    param([string] $Event, [int] $Count = 1, [int] $Seconds = 60, [Parameter(ValueFromPipeline)] $InputObject)

    begin {
        $clock = [Diagnostics.Stopwatch]::StartNew()
        $seen = 0
        $first = { Select-Object -First $Count }.GetSteppablePipeline()
        $all = [Collections.Generic.List[object]]::new()
        $first.Begin($true)
    }

    process {
        if ($clock.Elapsed.TotalSeconds -gt $Seconds) {
            throw "No $Event came in $Seconds s. $($all.Message -join "`n")"
        }

        $all.Add($InputObject)
        $InputObject
        if ($InputObject.Event -eq $Event) {
            # The count's end is Select-Object's, which alone may end a pipeline without an error.
            $null = $first.Process($InputObject)
        }
    }
}

function Wait-Until {
    param([scriptblock] $Condition, [int] $Seconds = 30)

    $clock = [Diagnostics.Stopwatch]::StartNew()
    while (-not (& $Condition)) {
        if ($clock.Elapsed.TotalSeconds -gt $Seconds) {
            throw "It did not come about in $Seconds s: $Condition"
        }

        Start-Sleep -Milliseconds 50
    }
}

# What a collection that is still being filled holds by now; to enumerate it would wait for its end.
function Get-Collected {
    param($Collection)

    for ($i = 0; $i -lt $Collection.Count; $i++) {
        $Collection[$i]
    }
}
