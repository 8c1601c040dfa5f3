using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace W2SR.Samples.GenerateTraces;

/// <summary>Warnings and worse as lines above the live display.</summary>
internal sealed class LinesLogger : ILogger
{
    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel)) AnsiConsole.WriteLine($"{logLevel}: {formatter(state, exception)}");
    }
}
