#include "settings.h"

#include <cstdlib>
#include <map>
#include <mutex>

namespace {
using Values = std::map<std::string, std::string>;
std::mutex guard;
Values& process_values() {
    static auto& values = *new Values;  // outlives the library's destructors
    return values;
}
thread_local Values thread_values;

void set(Values& values, const char* name, const char* value) {
    if (value) values[name] = value;
    else values.erase(name);
}
}  // namespace

namespace settings {
std::string text(const char* name, const std::string& otherwise) {
    auto here = thread_values.find(name);
    if (here != thread_values.end()) return here->second;
    {
        std::lock_guard<std::mutex> hold(guard);
        auto found = process_values().find(name);
        if (found != process_values().end()) return found->second;
    }
    const char* value = getenv((std::string("CUDA_ON_CPU_") + name).c_str());
    return value ? value : otherwise;
}

long number(const char* name, long otherwise) {
    std::string value = text(name, "");
    return value.empty() ? otherwise : strtol(value.c_str(), nullptr, 0);
}
}  // namespace settings

EXPORT void cudaOnCpuSet(const char* name, const char* value) {
    std::lock_guard<std::mutex> hold(guard);
    set(process_values(), name, value);
}
EXPORT void cudaOnCpuSetHere(const char* name, const char* value) { set(thread_values, name, value); }
