namespace W2SR.Core.Common.Display;

/// <summary>Hands a type's display to the notebook kernel, which calls these members by name.</summary>
/// <typeparam name="T">What is shown.</typeparam>
/// <typeparam name="TDisplay">How.</typeparam>
internal sealed class DisplaySource<T, TDisplay> where TDisplay : IDisplay<T>
{
    private readonly Formatter[] formatters = [new("text/html", TDisplay.Html), new("text/plain", TDisplay.Text)];

    /// <summary>One formatter for HTML, one for plain text.</summary>
    public IEnumerable<object> CreateTypeFormatters() => formatters;

    private sealed class Formatter(string mimeType, Func<T, string> write)
    {
        public string MimeType { get; } = mimeType;

        public bool Format(object instance, TextWriter writer)
        {
            if (instance is not T value) return false;
            writer.Write(write(value));
            return true;
        }
    }
}
