using System.Collections.Concurrent;
using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace EtcdDefrag.Wine;

/// <summary>Runs the tests of a class in this process and writes what came of each.</summary>
internal sealed class TestRun : LongLivedMarshalByRefObject, IMessageSink, IDisposable
{
    private readonly List<ITestCase> _cases = [];
    private readonly ConcurrentDictionary<string, int> _counts = new();
    private readonly ManualResetEventSlim _isFound = new();
    private readonly ManualResetEventSlim _isOver = new();

    public static int Run(Assembly tests, string className)
    {
        using var framework = new XunitTestFramework(new NullMessageSink());
        using var run = new TestRun();
        var options = new Options();
        using var discoverer = framework.GetDiscoverer(new ReflectionAssemblyInfo(tests));
        discoverer.Find(includeSourceInformation: false, run, options);
        run._isFound.Wait();
        using var executor = framework.GetExecutor(tests.GetName());
        executor.RunTests(run._cases.Where(c => c.TestMethod.TestClass.Class.Name.EndsWith($".{className}", StringComparison.Ordinal)), run, options);
        run._isOver.Wait();
        Console.WriteLine($"{run.Count("passed")} passed, {run.Count("FAILED")} failed, {run.Count("skipped")} skipped");
        return run.Count("FAILED") == 0 ? 0 : 1;
    }

    public bool OnMessage(IMessageSinkMessage message)
    {
        switch (message)
        {
            case ITestCaseDiscoveryMessage found:
                _cases.Add(found.TestCase);
                break;
            case IDiscoveryCompleteMessage:
                _isFound.Set();
                break;
            case ITestPassed:
                _counts.AddOrUpdate("passed", 1, (_, count) => count + 1);
                break;
            case ITestSkipped skipped:
                Write("skipped", skipped, skipped.Reason);
                break;
            case ITestFailed failed:
                Write("FAILED", failed, $"{string.Join('\n', failed.Messages)}\n{failed.StackTraces.FirstOrDefault()}");
                break;
            case ITestAssemblyFinished:
                _isOver.Set();
                break;
        }

        return true;
    }

    public void Dispose()
    {
        _isFound.Dispose();
        _isOver.Dispose();
    }

    private int Count(string outcome) => _counts.GetValueOrDefault(outcome);

    private void Write(string outcome, ITestMessage test, string reason)
    {
        _counts.AddOrUpdate(outcome, 1, (_, count) => count + 1);
        Console.WriteLine($"{outcome} {test.Test.DisplayName}: {reason}");
    }

    /// <summary>xunit's defaults.</summary>
    private sealed class Options : ITestFrameworkDiscoveryOptions, ITestFrameworkExecutionOptions
    {
        public TValue GetValue<TValue>(string name) => default!;

        public void SetValue<TValue>(string name, TValue value)
        {
        }
    }
}
