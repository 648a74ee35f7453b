using System.Reflection;

namespace ParityGpu.Specs;

/// <summary>Reads and writes a property, even an init-only one, of an object that nobody else references yet.</summary>
internal sealed class Accessor<TOwner, T>(PropertyInfo property)
{
    public Func<TOwner, T> Get { get; } = property.GetMethod!.CreateDelegate<Func<TOwner, T>>();

    public Action<TOwner, T> Set { get; } = property.SetMethod!.CreateDelegate<Action<TOwner, T>>();
}
