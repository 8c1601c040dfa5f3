namespace W2SR.Core.Handover.Settings;

/// <summary>What kind of value an engine's setting takes.</summary>
internal enum SettingKind
{
    /// <summary>A text, such as a path or a name.</summary>
    Text,

    /// <summary>True or false.</summary>
    Flag,

    /// <summary>A whole number.</summary>
    Whole,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A list of texts or numbers.</summary>
    Items,

    /// <summary>A number, or a text out of a list: <c>save_freq</c> is one.</summary>
    WholeOrName,
}
