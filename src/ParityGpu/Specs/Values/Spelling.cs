namespace ParityGpu.Specs;

/// <summary>Guesses what a mistyped word was meant to be.</summary>
public static class Spelling
{
    /// <summary>Longest word that is compared: the time grows with the square of the length.</summary>
    private const int MaxLength = 40;

    /// <summary>Minimum number of letters for the beginning of a word to match it.</summary>
    private const int FewestLetters = 3;

    /// <summary>The end of a message, <c>; did you mean width?</c>, or nothing if no known word is similar.</summary>
    public static string Hint(string word, IEnumerable<string> known) =>
        Nearest(word, known) is { } meant ? $"; did you mean {meant}?" : "";

    /// <summary>
    /// The known word that differs least, in at most one letter of three, or that begins the given word or starts with it; null if there is none.
    /// </summary>
    public static string? Nearest(string word, IEnumerable<string> known)
    {
        if (word.Length > MaxLength)
            return null;

        string[] words = [.. known.Where(other => other != word)];
        int most = Math.Max(1, word.TrimStart('-').Length / 3);
        return words.Select(other => (Word: other, Distance: Distance(word.ToLowerInvariant(), other.ToLowerInvariant())))
            .Where(other => other.Distance <= most && other.Distance < other.Word.TrimStart('-').Length)
            .OrderBy(other => other.Distance).Select(other => other.Word).FirstOrDefault()
            ?? words.FirstOrDefault(other => Begins(word, other)) ?? words.FirstOrDefault(other => Begins(other, word));
    }

    private static bool Begins(string beginning, string word) =>
        beginning.TrimStart('-').Length >= FewestLetters && word.StartsWith(beginning, StringComparison.OrdinalIgnoreCase);

    /// <summary>Letters to insert, delete, replace or swap with their neighbour (optimal string alignment).</summary>
    private static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                d[i, j] = i == 0 || j == 0
                    ? i + j
                    : Math.Min(Math.Min(d[i - 1, j], d[i, j - 1]) + 1, d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }

        return d[a.Length, b.Length];
    }
}
