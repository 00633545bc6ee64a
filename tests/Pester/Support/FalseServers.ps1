# Things that listen where an etcd member is expected.

# Accepts connections and never says a word (the backlog accepts for it).
function Start-SilentServer {
    $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
    $listener.Start()
    @{ Listener = $listener; Endpoint = "http://127.0.0.1:$($listener.LocalEndpoint.Port)" }
}

# A web server that knows HTTP/1.1 only.
function Start-OldWebServer {
    $server = Start-SilentServer
    $server.Shell = [powershell]::Create().AddScript({
        param($Listener)
        $answer = [Text.Encoding]::ASCII.GetBytes("HTTP/1.1 400 Bad Request`r`nContent-Length: 0`r`nConnection: close`r`n`r`n")
        while ($true) {
            $client = $Listener.AcceptTcpClient()
            $stream = $client.GetStream()
            $buffer = [byte[]]::new(1024)
            $null = $stream.Read($buffer, 0, $buffer.Length)
            $stream.Write($answer, 0, $answer.Length)

            # A connection that is closed with bytes unread is reset, and the answer may be lost with it.
            $client.Client.Shutdown('Send')
            $client.ReceiveTimeout = 2000
            try { while ($stream.Read($buffer, 0, $buffer.Length) -gt 0) { } } catch { }
            $client.Close()
        }
    }).AddArgument($server.Listener)
    $null = $server.Shell.BeginInvoke()
    $server
}

function Stop-FalseServer {
    param($Server)

    if ($Server) {
        $Server.Listener.Stop()
        if ($Server.Shell) {
            $Server.Shell.Dispose()
        }
    }
}
