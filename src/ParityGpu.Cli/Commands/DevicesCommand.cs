using System.CommandLine;
using ParityGpu.Cli.Options;
using ParityGpu.Cli.Terminal;
using ParityGpu.Devices;

namespace ParityGpu.Cli.Commands;

/// <summary>parity devices: what can be trained on, and why not on the rest.</summary>
internal static class DevicesCommand
{
    public static Command Create()
    {
        Option<string> format = SharedOptions.Format("text", "json");
        var command = new Command("devices", "Lists every accelerator found; for a rejected one, why and what would help.")
        {
            format,
        };
        command.SetAction(parsed =>
        {
            IReadOnlyList<DeviceInfo> devices = DeviceCatalog.List();
            TextWriter output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(format) == "json")
                WriteJson(output, devices);
            else
                WriteText(output, devices);

            return ExitCodes.Ok;
        });
        return command;
    }

    private static void WriteText(TextWriter output, IReadOnlyList<DeviceInfo> devices)
    {
        var table = new TextTable("device", "kind", "memory", "usable", "description")
        {
            Left = ["device", "kind", "usable", "description"],
        };
        foreach (DeviceInfo device in devices)
        {
            table.Add(
                device.Name,
                device.Kind,
                device.MemoryBytes > 0 ? $"{device.MemoryBytes / (double)(1 << 30):0.0} GiB" : "-",
                device.Usable ? "yes" : "no",
                device.Description);
        }

        table.Write(output);
        foreach (DeviceInfo device in devices.Where(device => device.Reason is not null))
            ScreenText.Write(output, $"{device.Name}: {device.Reason}{(device.Advice is null ? "" : $"; {device.Advice}")}");
    }

    private static void WriteJson(TextWriter output, IReadOnlyList<DeviceInfo> devices) =>
        JsonOutput.Write(output, json =>
        {
            json.WriteStartArray();
            foreach (DeviceInfo device in devices)
            {
                json.WriteStartObject();
                json.WriteString("name", device.Name);
                json.WriteString("kind", device.Kind);
                json.WriteString("description", device.Description);
                json.WriteNumber("memoryBytes", device.MemoryBytes);
                json.WriteBoolean("usable", device.Usable);
                json.WriteString("reason", device.Reason);
                json.WriteString("advice", device.Advice);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
}
