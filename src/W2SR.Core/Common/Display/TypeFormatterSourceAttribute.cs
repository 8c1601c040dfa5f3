namespace W2SR.Core.Common.Display;

/// <summary>
/// Tells a .NET notebook kernel how a type wants to be shown. The kernel finds it by its name and its two properties alone,
/// so the library needs no package of the notebook's.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class TypeFormatterSourceAttribute(Type formatterSourceType) : Attribute
{
    /// <summary>The type whose <c>CreateTypeFormatters()</c> makes the formatters.</summary>
    public Type FormatterSourceType { get; } = formatterSourceType;

    /// <summary>What a notebook shows when nothing else was asked for.</summary>
    public string[] PreferredMimeTypes { get; } = ["text/html"];
}
