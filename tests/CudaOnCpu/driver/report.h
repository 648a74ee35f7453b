// What the driver found wrong: lines on stderr, in the file CUDA_ON_CPU_REPORT, and kept for cudaOnCpuReport.
#pragma once
#include "settings.h"

namespace report {
bool traces();
__attribute__((format(printf, 1, 2))) void trace(const char* format, ...);
__attribute__((format(printf, 1, 2))) void found(const char* format, ...);
__attribute__((format(printf, 1, 2))) std::string format(const char* format, ...);
}  // namespace report

// Copies the lines found so far into a buffer, cut to its size, and forgets them; returns their length.
EXPORT int cudaOnCpuReport(char* buffer, int size);
