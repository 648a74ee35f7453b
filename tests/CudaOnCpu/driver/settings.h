// What the driver is told to be and to do: variables CUDA_ON_CPU_<name>, read at each use.
#pragma once
#include <string>

#define EXPORT extern "C" __attribute__((visibility("default")))

namespace settings {
// In this order: set for this thread, set for the process, the environment's.
std::string text(const char* name, const std::string& otherwise);
long number(const char* name, long otherwise);
}  // namespace settings

// Settings of a running process, names without the prefix; null takes a value back.
EXPORT void cudaOnCpuSet(const char* name, const char* value);
EXPORT void cudaOnCpuSetHere(const char* name, const char* value);  // the calling thread's
