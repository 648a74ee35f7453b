using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using ParityGpu.Devices;
using Xunit;

namespace ParityGpu.Tests.DeviceFailures;

public sealed class DriverErrorsTests
{
    [Fact]
    public void NamesAreThoseOfIlgpuWhereIlgpuHasThem()
    {
        Assert.All(
            DriverErrors.KnownCuda.Where(error => Enum.IsDefined((CudaError)error.Number)),
            error => Assert.Equal($"{(CudaError)error.Number}", error.Name));
        Assert.All(
            DriverErrors.KnownOpenCL.Where(error => Enum.IsDefined((CLError)error.Number)),
            error => Assert.Equal($"{(CLError)error.Number}", error.Name));
    }

    [Fact]
    public void OnlyErrorsOfMemorySpeakOfTooLittleOfIt() => Assert.All(
        DriverErrors.KnownCuda.Concat(DriverErrors.KnownOpenCL),
        error => Assert.Equal(
            error.Kind == DriverErrorKind.Memory,
            error.Words.Contains("memory is free", StringComparison.Ordinal)
                || error.Words.Contains("so much memory", StringComparison.Ordinal)));

    [Theory]
    [InlineData(803, "cuInit returned 803 (CUDA_ERROR_SYSTEM_DRIVER_MISMATCH): ")]
    [InlineData(719, "cuInit returned 719 (CUDA_ERROR_LAUNCH_FAILED): ")]
    [InlineData(4711, "cuInit returned 4711 (unnamed error): ")]
    public void AnAnswerHasTheDriversNumberAndName(int number, string start) =>
        Assert.StartsWith(start, DriverErrors.Cuda(number).Answer("cuInit"), StringComparison.Ordinal);

    [Fact]
    public void OpenCLHasItsOwnNumbers() => Assert.StartsWith(
        "the driver returned -11 (CL_BUILD_PROGRAM_FAILURE): ",
        DriverErrors.Explain(new CLException(CLError.CL_BUILD_PROGRAM_FAILURE)),
        StringComparison.Ordinal);
}
