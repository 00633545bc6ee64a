# The recipes of docs/recipes.md: what they say, and how they are run, all in one PowerShell of its own.

. "$PSScriptRoot/Pwsh.ps1"
. "$PSScriptRoot/Examples.ps1"

# The blocks of code in order, each with the output that is shown below it (null for none).
function Get-Recipe {
    param([Parameter(Mandatory)] [string] $Text)

    [regex]::Matches($Text, '(?ms)^```powershell\n(?<code>.*?)^```\n(\n```text\n(?<output>.*?)^```\n)?').ForEach({
        $output = $_.Groups['output']
        [pscustomobject]@{ Code = $_.Groups['code'].Value; Output = $output.Success ? $output.Value.TrimEnd() : $null }
    })
}

# Runs them on a sandbox and gives what each gave. Questions are answered with no; a task of Windows is not registered.
function Invoke-Recipe {
    param([Parameter(Mandatory)] [object[]] $Recipe, [Parameter(Mandatory)] [string[]] $Endpoint, [Parameter(Mandatory)] [string] $ModuleFolder)

    $folder = (New-Item -ItemType Directory (Join-Path ([IO.Path]::GetTempPath()) "etcd-recipes-$([guid]::NewGuid())")).FullName
    $session = {
        Set-Location 'FOLDER'
        $env:PSModulePath = 'MODULES' + [IO.Path]::PathSeparator + $env:PSModulePath
        Import-Module EtcdDefrag
        [cultureinfo]::CurrentCulture = 'en-US'
        $PSStyle.OutputRendering = 'PlainText'
        function New-ScheduledTaskAction { param($Execute, $Argument) [pscustomobject]@{ Execute = $Execute; Argument = $Argument } }
        function New-ScheduledTaskTrigger { param([switch] $Daily, [datetime] $At) }
        function Register-ScheduledTask { param($TaskName, $Action, $Trigger, $User) Set-Content 'FOLDER/task.txt' $Action.Argument }
        foreach ($file in Get-ChildItem 'FOLDER' -Filter *.recipe.ps1 | Sort-Object Name) {
            . ([scriptblock]::Create((Get-Content $file -Raw))) 2>&1 | ForEach-Object { $_ -is [Management.Automation.ErrorRecord] ? "ERROR: $_" : $_ } | Out-String -Width 100
            '<next recipe>'
        }
    }
    try {
        for ($i = 0; $i -lt $Recipe.Count; $i++) {
            ConvertTo-SandboxCode $Recipe[$i].Code $Endpoint | Set-Content (Join-Path $folder ('{0:00}.recipe.ps1' -f $i))
        }

        $modules = Split-Path (Resolve-Path $ModuleFolder)
        $script = "$session".Replace('FOLDER', $folder).Replace('MODULES', $modules)
        $lines = @('n') * 20 | & { $program, [string[]] $first = Get-PwshCommand; $input | & $program @first -NoProfile -Command $script } | ForEach-Object { "$_".TrimEnd() }
        $text = $lines -join "`n"

        # In tables the address keeps its width.
        for ($i = 0; $i -lt $Endpoint.Count; $i++) {
            $own = $Endpoint[$i] -replace '^https?://'
            $shown = "10.0.0.$($i + 1):2379"
            $text = $text -replace "$([regex]::Escape($own))(?=  )", $shown.PadRight($own.Length) -replace [regex]::Escape($own), $shown
        }

        $task = Join-Path $folder task.txt
        @{
            Outputs = @($text.Replace($folder, '.') -split '<next recipe>' | Select-Object -First $Recipe.Count | ForEach-Object { $_.Trim("`n") })
            Task    = (Test-Path $task) ? (Get-Content $task -Raw).Trim() : $null
        }
    }
    finally {
        Remove-Item $folder -Recurse -Force
    }
}
