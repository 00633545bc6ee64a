# A real etcd cluster, from the sandbox program: it lives until the program's standard input is closed, by Stop-TestCluster or by the end of this process.

function Find-SandboxProgram {
    if ($env:ETCD_DEFRAG_SANDBOX) {
        return $env:ETCD_DEFRAG_SANDBOX
    }

    $root = (Resolve-Path "$PSScriptRoot/../../..").Path
    $built = 'Release', 'Debug' |
        ForEach-Object { Join-Path $root "src/EtcdDefrag.Sandbox/bin/$_/net8.0/EtcdDefrag.Sandbox.dll" } |
        Where-Object { Test-Path $_ } |
        Select-Object -First 1
    if (-not $built) {
        throw 'The sandbox program is not built; run ./build.ps1 first, or name it in ETCD_DEFRAG_SANDBOX.'
    }

    $built
}

function Start-TestCluster {
    param([int] $FillMiB = 0, [int] $Members = 3)

    $start = [Diagnostics.ProcessStartInfo]::new('dotnet')
    $start.RedirectStandardInput = $start.RedirectStandardOutput = $start.RedirectStandardError = $true
    foreach ($argument in @(Find-SandboxProgram; 'up'; '--until-input-ends'; '--members'; "$Members"; if ($FillMiB) { '--fill'; "$FillMiB" })) {
        $start.ArgumentList.Add($argument)
    }

    $process = [Diagnostics.Process]::Start($start)
    $stderr = $process.StandardError.ReadToEndAsync()
    $firstLine = $process.StandardOutput.ReadLineAsync()
    if (-not $firstLine.Wait([TimeSpan]::FromMinutes(3)) -or -not $firstLine.Result) {
        Stop-TestCluster @{ Process = $process }
        throw "The sandbox did not come up: $($stderr.Result)"
    }

    @{ Process = $process; Endpoints = $firstLine.Result.Split(',') }
}

function Stop-TestCluster {
    param($Cluster)

    if ($Cluster) {
        $Cluster.Process.StandardInput.Close()
        if (-not $Cluster.Process.WaitForExit(30000)) {
            $Cluster.Process.Kill($true)
        }
    }
}
