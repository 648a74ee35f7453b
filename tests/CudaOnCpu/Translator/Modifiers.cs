using System.Text.RegularExpressions;

namespace CudaOnCpu.Translator;

/// <summary>
/// The modifiers whose meaning is translated, by instruction. Any other would be dropped without a word: .sat, .ftz, .approx and .rz
/// change values, .red and .cc do something else.
/// </summary>
internal static partial class Modifiers
{
    private static readonly Dictionary<string, string> Known = new()
    {
        ["ld"] = "param global shared local v2 v4 volatile nc",
        ["st"] = "global shared local v2 v4 volatile",
        ["cvta"] = "to global shared local",
        ["cvt"] = "rn rni rzi rmi rpi",
        ["setp"] = "eq ne lt le gt ge lo ls hi hs equ neu ltu leu gtu geu num nan and or xor",
        ["bra"] = "uni",
        ["brx"] = "idx uni",
        ["bar"] = "sync",
        ["barrier"] = "sync aligned",
        ["membar"] = "cta gl sys",
        ["fence"] = "acq_rel sc cta gpu sys",
        ["ret"] = "uni",
        ["add"] = "rn",
        ["sub"] = "rn",
        ["mul"] = "rn lo hi wide",
        ["mad"] = "lo wide",
        ["fma"] = "rn",
        ["div"] = "rn",
        ["sqrt"] = "rn",
    };

    /// <summary>
    /// Throws unless all are known.
    /// </summary>
    /// <param name="parts">An opcode split at its dots: name, modifiers, types.</param>
    /// <exception cref="UnknownPtxException">One is not.</exception>
    public static void Check(string[] parts)
    {
        string[] known = Known.GetValueOrDefault(parts[0], "").Split(' ');
        if (Array.Find(parts[1..], part => !known.Contains(part) && !Type().IsMatch(part)) is { } unknown)
            throw new UnknownPtxException($".{unknown} of {string.Join('.', parts)}");
    }

    [GeneratedRegex("^([busf](8|16|32|64)|pred)$")]
    private static partial Regex Type();
}
