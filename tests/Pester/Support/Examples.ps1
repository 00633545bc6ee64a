# The examples of the documentation, as they are read; and how they are run on a sandbox.

# What the documentation's endpoints stand for: the members of one cluster of three.
$DocumentedEndpoint = [regex] '10\.0\.0\.(?<member>[1-3]):2379'

function Get-Example {
    param([Parameter(Mandatory)] [string] $Path)

    $text = (Get-Content -LiteralPath $Path -Raw) -replace "`r`n", "`n"
    $number = 0
    foreach ($block in [regex]::Matches($text, '(?ms)^```powershell\n(?<code>.*?)^```')) {
        $number++
        @{ Page = [IO.Path]::GetFileNameWithoutExtension($Path); Number = $number; Code = $block.Groups['code'].Value }
    }
}

# The same text, with the sandbox's members in the place of the documentation's.
function ConvertTo-SandboxCode {
    param([Parameter(Mandatory)] [string] $Code, [Parameter(Mandatory)] [string[]] $Endpoint)

    $DocumentedEndpoint.Replace($Code, { $Endpoint[$args[0].Groups['member'].Value - 1] -replace '^https?://', '' })
}

# What examples read: an authority, a client certificate that it issued, and a user.
function New-ExampleFile {
    $key = [Security.Cryptography.ECDsa]::Create()
    $sha256 = [Security.Cryptography.HashAlgorithmName]::SHA256
    $today = [DateTimeOffset]::UtcNow
    $authority = [Security.Cryptography.X509Certificates.CertificateRequest]::new('CN=etcd-ca', $key, $sha256)
    $authority.CertificateExtensions.Add([Security.Cryptography.X509Certificates.X509BasicConstraintsExtension]::new($true, $false, 0, $true))
    $issuer = $authority.CreateSelfSigned($today.AddDays(-1), $today.AddYears(1))
    $clientKey = [Security.Cryptography.ECDsa]::Create()
    $client = [Security.Cryptography.X509Certificates.CertificateRequest]::new('CN=root', $clientKey, $sha256).Create($issuer, $today.AddDays(-1), $today.AddDays(90), [byte[]](1..8))
    Set-Content ca.crt $issuer.ExportCertificatePem()
    Set-Content client.crt $client.ExportCertificatePem()
    Set-Content client.key $clientKey.ExportPkcs8PrivateKeyPem()
    [pscredential]::new('root', [Net.NetworkCredential]::new('', 'not a secret').SecurePassword) | Export-Clixml etcd-user.xml
}
