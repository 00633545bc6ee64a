using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Google.Protobuf;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace EtcdDefrag.Integration.Support.Fakes;

/// <summary>How a call to a fake member ends: well, with a refusal, or in one of the ways in which a sick server ends it.</summary>
internal sealed class FakeReply
{
    private readonly Func<HttpContext, Task> _send;

    private FakeReply(Func<HttpContext, Task> send) => _send = send;

    /// <summary>No answer, ever; the connection stays open and in use.</summary>
    public static FakeReply Hang { get; } = new(context => HangAsync(context.RequestAborted));

    /// <summary>The call alone is broken off (RST_STREAM); the connection stays.</summary>
    public static FakeReply Reset { get; } = new(context =>
    {
        context.Abort();
        return Task.CompletedTask;
    });

    /// <summary>The whole connection is broken off without an answer.</summary>
    public static FakeReply Disconnect { get; } = new(context =>
    {
        AbortConnection(context);
        return Task.CompletedTask;
    });

    /// <summary>The headers of a good answer, and then the end: no message and no status.</summary>
    public static FakeReply Nothing { get; } = new(context => BeginAsync(context));

    /// <summary>The message of a good answer; null of any other.</summary>
    public IMessage? Content { get; private init; }

    /// <summary>A good answer.</summary>
    /// <param name="message">The message.</param>
    /// <param name="more">Fields that the message's type does not have, as they are written.</param>
    public static FakeReply Message(IMessage message, byte[]? more = null)
    {
        // What the test changes in its state afterwards does not change what was answered.
        var frame = Frame([.. message.ToByteArray(), .. more ?? []]);
        return new FakeReply(async context =>
        {
            await BeginAsync(context);
            await context.Response.Body.WriteAsync(frame, context.RequestAborted);
            AppendStatus((name, value) => context.Response.AppendTrailer(name, value), code: 0, "");
        })
        {
            Content = message,
        };
    }

    /// <summary>A refusal by trailers, after headers of their own.</summary>
    public static FakeReply Refuse(int code, string message) => new(async context =>
    {
        await BeginAsync(context);
        AppendStatus((name, value) => context.Response.AppendTrailer(name, value), code, message);
    });

    /// <summary>A refusal in the headers, with nothing after them, as gRPC servers send most.</summary>
    public static FakeReply RefuseAtOnce(int code, string message) => new(context =>
    {
        context.Response.ContentType = "application/grpc";
        AppendStatus((name, value) => context.Response.Headers.Append(name, value), code, message);
        return Task.CompletedTask;
    });

    /// <summary>An answer that breaks off within its message.</summary>
    /// <param name="message">The message, of which the first half comes.</param>
    /// <param name="then">How it breaks off: <see cref="Reset"/>, <see cref="Disconnect"/> or <see cref="Hang"/>; null for an orderly end without a status.</param>
    public static FakeReply Half(IMessage message, FakeReply? then = null) => new(async context =>
    {
        await BeginAsync(context);
        var frame = Frame(message.ToByteArray());
        await context.Response.Body.WriteAsync(frame.AsMemory(0, frame.Length / 2), context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        if (then is not null)
        {
            await then.SendAsync(context);
        }
    });

    /// <summary>An answer that is not gRPC, as of a server in front of the member.</summary>
    public static FakeReply Http(int status, string text) => new(context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain";
        return context.Response.WriteAsync(text, context.RequestAborted);
    });

    /// <summary>Sends it.</summary>
    internal Task SendAsync(HttpContext context) => _send(context);

    private static Task BeginAsync(HttpContext context)
    {
        context.Response.ContentType = "application/grpc";
        return context.Response.Body.FlushAsync(context.RequestAborted);
    }

    private static byte[] Frame(byte[] body)
    {
        var frame = new byte[5 + body.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)body.Length);
        body.CopyTo(frame, 5);
        return frame;
    }

    private static void AppendStatus(Action<string, string> append, int code, string message)
    {
        append("grpc-status", code.ToString(CultureInfo.InvariantCulture));
        append("grpc-message", PercentEncode(message));
    }

    // Printable ASCII without the percent sign stands for itself; every other byte of the UTF-8 is encoded.
    private static string PercentEncode(string text) => string.Concat(Encoding.UTF8.GetBytes(text).Select(b =>
        b is >= 0x20 and <= 0x7E and not (byte)'%' ? ((char)b).ToString() : $"%{b:X2}"));

    // The stream's own end is not enough: a client that gives its call up resets only that.
    private static void AbortConnection(HttpContext context) => context.Features.Get<IConnectionLifetimeFeature>()!.Abort();

    private static async Task HangAsync(CancellationToken gone)
    {
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = gone.Register(end.SetResult);
        await end.Task;
    }
}
