# The text of table cells and messages.

BeforeDiscovery {
    . "$PSScriptRoot/Support/Module.ps1"
}

Describe 'ViewText' {
    It 'writes <Bytes> bytes as "<Text>"' -ForEach @(
        @{ Bytes = $null; Text = '' }
        @{ Bytes = 0; Text = '0 B' }
        @{ Bytes = 999; Text = '999 B' }
        @{ Bytes = 1000; Text = '1.0 KiB' }
        @{ Bytes = 20480; Text = '20.0 KiB' }
        @{ Bytes = 11010048; Text = '10.5 MiB' }
        @{ Bytes = 1020MB; Text = '1.0 GiB' }
        @{ Bytes = 3GB; Text = '3.0 GiB' }
        @{ Bytes = 2TB; Text = '2.0 TiB' }
        @{ Bytes = -5MB; Text = '-5.0 MiB' }
    ) {
        [EtcdDefrag.PowerShell.Views.ViewText]::Size($Bytes) | Should -BeExactly $Text
    }

    It 'writes a size both ways' {
        [EtcdDefrag.PowerShell.Views.ViewText]::ExactSize(11010048) | Should -BeExactly '10.5 MiB (11010048 bytes)'
        [EtcdDefrag.PowerShell.Views.ViewText]::ExactSize($null) | Should -BeExactly ''
    }

    It 'writes <Seconds> s as "<Text>"' -ForEach @(
        @{ Seconds = 0; Text = '' }
        @{ Seconds = 0.0354; Text = '35 ms' }
        @{ Seconds = 2.44; Text = '2.4 s' }
        @{ Seconds = 60; Text = '60.0 s' }
        @{ Seconds = 185; Text = '3.1 min' }
        @{ Seconds = 7500; Text = '125.0 min' }
    ) {
        [EtcdDefrag.PowerShell.Views.ViewText]::Duration([timespan]::FromSeconds($Seconds)) | Should -BeExactly $Text
    }

    It 'writes a guess of <Seconds> s as "<Text>"' -ForEach @(
        @{ Seconds = 0; Text = 'about 1 s'; Short = '~1 s' }
        @{ Seconds = 1.2; Text = 'about 2 s'; Short = '~2 s' }
        @{ Seconds = 75; Text = 'about 75 s'; Short = '~75 s' }
    ) {
        [EtcdDefrag.PowerShell.Views.ViewText]::AboutShort([timespan]::FromSeconds($Seconds)) | Should -BeExactly $Short
        [EtcdDefrag.PowerShell.Views.ViewText]::About([timespan]::FromSeconds($Seconds)) | Should -BeExactly $Text
    }

    It 'writes a member''s part and its alarms' {
        [EtcdDefrag.PowerShell.Views.ViewText]::State($true, $false, @()) | Should -BeExactly 'leader'
        [EtcdDefrag.PowerShell.Views.ViewText]::State($false, $true, $null) | Should -BeExactly 'learner'
        [EtcdDefrag.PowerShell.Views.ViewText]::State($false, $false, [EtcdDefrag.Model.EtcdAlarmType[]] 'NoSpace') | Should -BeExactly 'follower, NOSPACE'
        [EtcdDefrag.PowerShell.Views.ViewText]::State($false, $false, @('Corrupt')) | Should -BeExactly 'follower, CORRUPT'
    }

    It 'names a member by what is known of it' {
        [EtcdDefrag.PowerShell.Views.ViewText]::Member('http://a:1', 'm1', $true) | Should -BeExactly 'http://a:1 (m1, leader)'
        [EtcdDefrag.PowerShell.Views.ViewText]::Member('http://a:1', 'm1', $false) | Should -BeExactly 'http://a:1 (m1)'
        [EtcdDefrag.PowerShell.Views.ViewText]::Member('http://a:1', '', $false) | Should -BeExactly 'http://a:1'
    }

    It 'writes a ratio as a percentage' {
        [EtcdDefrag.PowerShell.Views.ViewText]::Percent(0.956) | Should -BeExactly '96 %'
        [EtcdDefrag.PowerShell.Views.ViewText]::PercentOrNothing($null) | Should -BeExactly ''
        [EtcdDefrag.PowerShell.Views.ViewText]::PercentOrNothing(1.02) | Should -BeExactly '102 %'
    }

    It 'draws <Ratio> as a bar of <Filled> of 8 places in colour <Colour>, of which only the percentage is left where colours are not wanted' -ForEach @(
        @{ Ratio = 0.0; Filled = 0; Colour = '30;42'; Text = '   0 %  ' }
        @{ Ratio = 0.5; Filled = 4; Colour = '30;43'; Text = '  50 %  ' }
        @{ Ratio = 0.956; Filled = 8; Colour = '97;41'; Text = '  96 %  ' }
        @{ Ratio = 1.0; Filled = 8; Colour = '97;41'; Text = ' 100 %  ' }
    ) {
        $bar = [EtcdDefrag.PowerShell.Views.ViewText]::Bar($Ratio)
        $bar | Should -BeExactly "`e[$($Colour)m$($Text.Substring(0, $Filled))`e[97;100m$($Text.Substring($Filled))`e[0m"
        $bar -replace "`e\[[\d;]+m" | Should -BeExactly $Text
    }

    It 'writes <Endpoint> in lines of 28' -ForEach @(
        @{ Endpoint = ''; Lines = '' }
        @{ Endpoint = 'https://255.255.255.255:2379'; Lines = 'https://255.255.255.255:2379' }
        @{ Endpoint = 'https://etcd-1.etcd.kube-system.svc:2379'; Lines = 'https://etcd-1.etcd.kube-', 'system.svc:2379' }
        @{ Endpoint = 'https://kube-control-plane-01:2379'; Lines = 'https://kube-control-plane-', '01:2379' }
        @{ Endpoint = 'https://[2001:db8:1234:5678:9abc:def0:1234:5678]:2379'; Lines = 'https://[2001:db8:1234:5678:', '9abc:def0:1234:5678]:2379' }
        @{ Endpoint = "https://$('x' * 60):2379"; Lines = "https://$('x' * 20)", ('x' * 28), "$('x' * 12):2379" }
    ) {
        [EtcdDefrag.PowerShell.Views.ViewText]::Endpoint($Endpoint) -split "`n" | Should -BeExactly $Lines
    }

    It 'names a member without an address' {
        [EtcdDefrag.PowerShell.Views.ViewText]::Endpoint('', 'm1') | Should -BeExactly 'm1'
    }

    It 'writes what was done, and why' {
        [EtcdDefrag.PowerShell.Views.ViewText]::Because('Skipped', 'a learner') | Should -BeExactly 'Skipped: a learner'
        [EtcdDefrag.PowerShell.Views.ViewText]::Because('Defragmented', '') | Should -BeExactly 'Defragmented'
    }

    It 'shows text from elsewhere on one line, escaped and bounded' {
        $hostile = "m1`nWARNING: forged`e[2J`u{202e}"
        [EtcdDefrag.PowerShell.Views.ViewText]::Text($hostile) | Should -BeExactly 'm1\nWARNING: forged\u001b[2J\u202e'
        [EtcdDefrag.PowerShell.Views.ViewText]::Text(@('a', "b`n")) | Should -BeExactly 'a, b\n'
        [EtcdDefrag.PowerShell.Views.ViewText]::Text($null) | Should -BeExactly ''
        [EtcdDefrag.PowerShell.Views.ViewText]::Member('http://a:1', $hostile, $false) | Should -BeExactly 'http://a:1 (m1\nWARNING: forged\u001b[2J\u202e)'
        [EtcdDefrag.PowerShell.Views.ViewText]::Text('x' * 100000).Length | Should -BeLessOrEqual 4000
        [EtcdDefrag.PowerShell.Views.ViewText]::Lines(@("a`n", 'b')) | Should -BeExactly "a\n`nb"
    }

    It 'writes numbers as the user does' {
        $before = [cultureinfo]::CurrentCulture
        try {
            [cultureinfo]::CurrentCulture = 'de-DE'
            [EtcdDefrag.PowerShell.Views.ViewText]::Size(11010048) | Should -BeExactly '10,5 MiB'
            [EtcdDefrag.PowerShell.Views.ViewText]::Duration([timespan]::FromSeconds(2.44)) | Should -BeExactly '2,4 s'
        }
        finally {
            [cultureinfo]::CurrentCulture = $before
        }
    }
}
