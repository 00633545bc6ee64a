# A real etcd cluster, from 'etcd-defrag sandbox': it lives until its standard input is closed.

function Find-EtcdDefragProgram {
    if ($env:ETCD_DEFRAG_CLI) {
        return $env:ETCD_DEFRAG_CLI
    }

    $root = (Resolve-Path "$PSScriptRoot/../../..").Path
    $built = 'Release', 'Debug' |
        ForEach-Object { Join-Path $root "src/EtcdDefrag.Cli/bin/$_/net8.0/etcd-defrag.dll" } |
        Where-Object { Test-Path $_ } |
        Select-Object -First 1
    if (-not $built) {
        throw 'etcd-defrag is not built; run ./build.ps1 first, or name it in ETCD_DEFRAG_CLI.'
    }

    $built
}

function Start-TestCluster {
    param([int] $FillMiB = 0, [int] $Members = 3)

    $start = [Diagnostics.ProcessStartInfo]::new('dotnet')
    $start.RedirectStandardInput = $start.RedirectStandardOutput = $start.RedirectStandardError = $true
    foreach ($argument in @(Find-EtcdDefragProgram; 'sandbox'; '--members'; "$Members"; if ($FillMiB) { '--fill'; "$FillMiB" })) {
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
