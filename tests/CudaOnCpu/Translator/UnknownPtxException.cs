namespace CudaOnCpu.Translator;

/// <summary>PTX that is not translated; the message names it.</summary>
public sealed class UnknownPtxException(string message) : Exception(message);
