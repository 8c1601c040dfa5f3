using System.Net;
using Polly.Timeout;

namespace W2SR.Core.Traces;

/// <summary>Which failures are the server's, which the request's own, and which may pass.</summary>
internal static class ServerFailures
{
    /// <summary>Failures of servers and the way to them; anything else is a mistake of the program and is raised.</summary>
    public static bool IsServers(Exception e) => e is ChatServerException or HttpRequestException or IOException or TimeoutRejectedException or OperationCanceledException;

    /// <summary>Worth another attempt.</summary>
    public static bool MayPass(Exception e) => e switch
    {
        OperationCanceledException => false,
        _ when StatusOf(e) is { } status => status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || (int)status is 425 or >= 500,
        _ => IsServers(e),
    };

    /// <summary>The server is well and refuses this request, such as a prompt longer than its context.</summary>
    public static bool IsRequestsOwn(Exception e) => StatusOf(e) is HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnprocessableEntity;

    private static HttpStatusCode? StatusOf(Exception e) => e switch
    {
        ChatServerException server => server.Status,
        HttpRequestException http => http.StatusCode,
        _ => null,
    };
}
