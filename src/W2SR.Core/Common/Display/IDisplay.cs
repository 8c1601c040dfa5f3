namespace W2SR.Core.Common.Display;

/// <summary>How values of one type are shown to a person.</summary>
internal interface IDisplay<in T>
{
    /// <summary>A fragment of HTML that stands by itself: escaped, no script, nothing loaded from elsewhere, legible on light and dark.</summary>
    static abstract string Html(T value);

    /// <summary>The same for a terminal.</summary>
    static abstract string Text(T value);
}
