using ParityGpu.Scheduling;
using Spectre.Console;

namespace ParityGpu.Cli.Terminal;

/// <summary>The live progress line in a terminal. A class of its own, so that nothing else loads the terminal library.</summary>
internal static class LiveProgress
{
    public static void Watch(Action<Action<SweepProgress>> train)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        console.Progress()
            .AutoClear(false)
            .Columns(new ProgressBarColumn { Width = 24 }, new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context =>
            {
                ProgressTask task = context.AddTask("starting");
                train(progress =>
                {
                    task.MaxValue = progress.Runs;
                    task.Value = progress.Done;
                    task.Description = Markup.Escape(ProgressDisplay.Describe(progress));
                });
            });
    }
}
