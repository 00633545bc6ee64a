using EtcdDefrag.Cli;
using EtcdDefrag.Cli.Output;

StandardWriter.ReserveClosed();
return await CommandLine.RunAsync(args, CommandHost.OfProcess()).ConfigureAwait(false);
