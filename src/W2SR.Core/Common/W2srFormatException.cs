namespace W2SR.Core.Common;

/// <summary>A file or a text that we were given does not have the form it claims.</summary>
/// <remarks>A caller's slip is an <see cref="ArgumentException"/>; a model's wrong answer is a verdict, never an exception.</remarks>
public sealed class W2srFormatException : IOException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="path">The file, or a name for the text where there is no file.</param>
    /// <param name="location">Where in it (a line, a byte offset, a tensor or key name), or null for the whole.</param>
    /// <param name="problem">What is wrong, with the values seen, and what to try.</param>
    /// <param name="innerException">What raised it, if anything did.</param>
    public W2srFormatException(string path, string? location, string problem, Exception? innerException = null)
        : base(location is null ? $"{path}: {problem}" : $"{path}: {location}: {problem}", innerException)
    {
        Path = path;
        Location = location;
    }

    /// <summary>The file, or a name for the text where there is no file.</summary>
    public string Path { get; }

    /// <summary>Where in it, or null for the whole.</summary>
    public string? Location { get; }
}
