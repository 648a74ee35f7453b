using System.CommandLine;
using ParityGpu.Cli.Options;
using ParityGpu.Cli.Terminal;
using ParityGpu.Devices;

namespace ParityGpu.Cli.Commands;

/// <summary>parity devices: which devices can train, and why the others cannot.</summary>
internal static class DevicesCommand
{
    private static readonly ResultTable<DeviceInfo> Table = new(
        new("name", device => device.Name, "device"),
        new("kind", device => device.Kind, "kind"),
        new("description", device => device.Description),
        new("memoryBytes", device => device.MemoryBytes, "memory", device => device.MemoryBytes > 0 ? $"{device.MemoryBytes / (double)(1 << 30):0.0} GiB" : "-"),
        new("usable", device => device.Usable, "usable", device => device.Usable ? "yes" : "no"),
        new("reason", device => device.Reason),
        new("advice", device => device.Advice),
        new(null, device => device.Description, "description"))
    {
        Left = ["device", "kind", "usable", "description"],
    };

    public static Command Create()
    {
        Option<string> format = SharedOptions.Format("text", "json");
        var command = new Command("devices", "Lists every device found and, for each that cannot be used, why and what would help.")
        {
            format,
        };
        command.SetAction(parsed =>
        {
            IReadOnlyList<DeviceInfo> devices = DeviceCatalog.List();
            TextWriter output = parsed.InvocationConfiguration.Output;
            Table.Write(output, parsed.GetValue(format)!, devices);
            if (parsed.GetValue(format) != "text")
                return ExitCodes.Ok;

            foreach (DeviceInfo device in devices.Where(device => device.Reason is not null))
                ScreenText.Write(output, $"{device.Name}: {device.Reason}{(device.Advice is null ? "" : $"; {device.Advice}")}");

            return ExitCodes.Ok;
        });
        return command;
    }
}
