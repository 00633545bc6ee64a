# The errors of docs/errors.md, and those of the code, as tables of id, category and way out.

# What neither has as a plain text: it is put together when the error is made.
$DecidedLater = 'by the failure', 'said for each setting'

function Get-DocumentedError {
    param([Parameter(Mandatory)] [string] $Path)

    foreach ($line in Get-Content -LiteralPath $Path) {
        if ($line -match '^\| `(?<id>\w+)` \| (?<category>[^|]+) \| (?<cause>[^|]+) \| (?<way>.+) \|$') {
            [pscustomobject]@{ Id = $Matches.id; Category = $Matches.category; Cause = $Matches.cause; Remedy = $Matches.way }
        }
    }
}

# Guards say it themselves; PowerShell's category for each comes from the factory of error records.
function Get-GuardError {
    $core = [EtcdDefrag.Execution.EtcdDefragResult].Assembly
    $refusal = $core.GetType('EtcdDefrag.Execution.Guarding.GuardRefusal')
    $factory = (Get-Module EtcdDefrag).ImplementingAssembly.GetType('EtcdDefrag.PowerShell.Errors.ErrorRecords')
    $categoryOf = $factory.GetMethod('CategoryOf', [Reflection.BindingFlags]'NonPublic, Static')
    $others = $core.GetTypes().ForEach({ $_.GetField('Rule', [Reflection.BindingFlags]'Public, NonPublic, Static') }).Where({ $_ -and $_.IsLiteral }).ForEach({
        [pscustomobject]@{ Name = $_.GetRawConstantValue(); Remedy = $null }
    })
    foreach ($guard in @(Get-Guard) + $others) {
        $made = [Activator]::CreateInstance($refusal, @($guard.Name, '', ''))
        [pscustomobject]@{ Id = $guard.Name; Category = "$($categoryOf.Invoke($null, @($made)))"; Remedy = $guard.Remedy }
    }
}

# Everything else is written down where error records are made, in one of these forms.
function Get-WrittenError {
    param([Parameter(Mandatory)] [string] $Folder)

    $source = (Get-ChildItem -LiteralPath $Folder -Filter *.cs | Get-Content -Raw) -join "`n"
    $meaning = '(?:new ErrorInfo|ErrorInfo \w+ = new)\(\s*"(?<id>\w+)",\s*(?<category>[^"]+?),\s*(?<way>\$?"(?:[^"\\]|\\.)*"|[\w.]+)\s*\)'
    foreach ($match in [regex]::Matches($source, $meaning)) {
        $isPlain = $match.Groups['way'].Value.StartsWith('"')
        [pscustomobject]@{
            Id = $match.Groups['id'].Value
            Category = $match.Groups['category'].Value -match '^ErrorCategory\.(\w+)$' ? $Matches[1] : $null
            Remedy = $isPlain ? [regex]::Unescape($match.Groups['way'].Value.Trim('"')) : $null
        }
    }

    foreach ($match in [regex]::Matches($source, '\bId = "(?<id>\w+)"')) {
        [pscustomobject]@{ Id = $match.Groups['id'].Value; Category = $null; Remedy = $null }
    }
}
