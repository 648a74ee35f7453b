namespace ParityGpu.Tests.Kernels;

/// <summary>One sample's way through the attention layer.</summary>
/// <param name="Inverses">R_h, [head].</param>
/// <param name="Mixed">o_j, [entry].</param>
/// <param name="Output">out_e, [dimension].</param>
internal sealed record CanonicalAttentionPass(float[] Inverses, float[] Mixed, float[] Output);
