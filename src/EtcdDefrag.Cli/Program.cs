using EtcdDefrag.Cli.Commands;

return await CommandTree.Create().Parse(args).InvokeAsync().ConfigureAwait(false);
