using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Kernel = ParityGpu.Kernels.Monomial;

namespace ParityGpu.Specs;

/// <summary>
/// What is learned: the parity of all hidden coordinates, or a polynomial, a sum of parities of some of them with coefficients (staircases and leaps:
/// Abbe, Boix-Adserà, Misiakiewicz 2022 and 2023). Text form of a polynomial: <c>x1+x1x2-0.5x1x2x3</c>, where x1, x2, … are the hidden coordinates in
/// order, or the inputs of a sample's task; <c>*</c> may separate factors, and spaces may appear anywhere except in numbers. A term without inputs is a constant.
/// </summary>
public sealed partial class Target : IEquatable<Target>
{
    private const string ParityName = "parity";

    private const double LeastCoefficient = 1e-30;
    private const double MostCoefficient = 1e30;

    private readonly string text;

    private Target(ImmutableArray<Term> monomials)
    {
        Monomials = monomials;
        text = monomials.Length == 0 ? ParityName : string.Concat(monomials.Select(Format)).TrimStart('+');
    }

    /// <summary>A term: its coefficient, and the hidden coordinates, from 1, whose parity it takes, ascending.</summary>
    public sealed record Term(double Coefficient, ImmutableArray<int> Inputs)
    {
        /// <summary>The parity alone, such as x1x2; 1 for a constant.</summary>
        public string Name => Inputs.Length == 0 ? "1" : string.Concat(Inputs.Select(input => $"x{input}"));
    }

    /// <summary>The product of all hidden coordinates.</summary>
    public static Target Parity { get; } = new([]);

    /// <summary>The terms in the order in which they are added; empty for the parity.</summary>
    public ImmutableArray<Term> Monomials { get; }

    /// <summary>Whether it is the parity of all hidden coordinates, with labels ±1.</summary>
    public bool IsParity => Monomials.Length == 0;

    /// <summary>Hidden coordinates of a polynomial: the highest one that it names.</summary>
    public int Inputs => Monomials.SelectMany(monomial => monomial.Inputs).DefaultIfEmpty(0).Max();

    /// <summary>Reads the text form; null if it is invalid.</summary>
    public static Target? TryParse(string text)
    {
        string packed = Spaces().Replace(text, "");
        if (packed == ParityName)
            return Parity;

        var terms = ImmutableArray.CreateBuilder<Term>();
        for (int at = 0; at < packed.Length;)
        {
            Match match = TermForm().Match(packed, at);
            if (!match.Success || match.Length == 0 || (at > 0 && match.Groups["sign"].Length == 0) || terms.Count == Kernel.Most
                || TermOf(match) is not { } term || terms.Any(other => other.Name == term.Name))
            {
                return null;
            }

            terms.Add(term);
            at += match.Length;
        }

        return terms.Any(term => term.Inputs.Length > 0) ? new Target(terms.ToImmutable()) : null;
    }

    public bool Equals(Target? other) => text == other?.text;

    public override bool Equals(object? obj) => Equals(obj as Target);

    public override int GetHashCode() => text.GetHashCode(StringComparison.Ordinal);

    /// <summary>The text form, without spaces.</summary>
    public override string ToString() => text;

    private static Term? TermOf(Match match)
    {
        string number = match.Groups["number"].Value;
        double size = 1;
        if (number.Length > 0 && !double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out size))
            return null;

        CaptureCollection factors = match.Groups["input"].Captures;
        int[] inputs = [.. factors.Select(factor => factor.Length > 2 ? 0 : int.Parse(factor.Value, CultureInfo.InvariantCulture)).Order()];
        bool valid = size is >= LeastCoefficient and <= MostCoefficient && (inputs.Length > 0 || number.Length > 0)
            && inputs.All(input => input is >= 1 and <= Kernel.MostInputs) && inputs.Distinct().Count() == inputs.Length;
        return valid ? new Term(match.Groups["sign"].Value == "-" ? -size : size, [.. inputs]) : null;
    }

    private static string Format(Term term)
    {
        double size = Math.Abs(term.Coefficient);
        string factor = size == 1 && term.Inputs.Length > 0 ? "" : size.ToString("R", CultureInfo.InvariantCulture);
        return $"{(term.Coefficient < 0 ? '-' : '+')}{factor}{(term.Inputs.Length == 0 ? "" : term.Name)}";
    }

    [GeneratedRegex(@"\s")]
    private static partial Regex Spaces();

    /// <summary>A sign, a number and inputs. An exponent of the number is written with e.</summary>
    [GeneratedRegex(@"\G(?<sign>[+-]?)(?<number>(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?)?(\*?x(?<input>\d+))*")]
    private static partial Regex TermForm();
}
