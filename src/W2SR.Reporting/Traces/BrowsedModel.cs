namespace W2SR.Reporting.Traces;

/// <summary>A model of the trace browser.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Base">Index of the model that it was trained from; null where there is none among the models.</param>
/// <param name="Teacher">Index of the model that taught it; null where there is none.</param>
public sealed record BrowsedModel(string Name, int? Base = null, int? Teacher = null);
