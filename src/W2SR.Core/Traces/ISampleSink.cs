namespace W2SR.Core.Traces;

/// <summary>Takes samples as they are finished. Thread-safe: a remote reasoner calls it from several threads.</summary>
public interface ISampleSink
{
    /// <summary>A sample is there.</summary>
    void Finished(Trace trace);

    /// <summary>A sample could not be made.</summary>
    void Failed(SampleFailure failure);
}
