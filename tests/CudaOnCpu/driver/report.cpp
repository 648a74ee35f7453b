#include "report.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <mutex>

namespace {
std::mutex guard;
std::string& lines() {
    static auto& text = *new std::string;  // outlives the library's destructors
    return text;
}

std::string formatted(const char* format, va_list list) {
    char line[2048];
    vsnprintf(line, sizeof line, format, list);
    return line;
}

void append_to_file(const std::string& line) {
    std::string path = settings::text("REPORT", "");
    if (path.empty()) return;
    int file = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (file < 0 || write(file, line.data(), line.size()) != static_cast<ssize_t>(line.size()))
        fprintf(stderr, "cuda-on-cpu: cannot write %s: %s\n", path.c_str(), strerror(errno));
    if (file >= 0) close(file);
}
}  // namespace

namespace report {
bool traces() { return settings::number("TRACE", 0) != 0; }

void trace(const char* format, ...) {
    if (!traces()) return;
    va_list list;
    va_start(list, format);
    fprintf(stderr, "cuda-on-cpu: %s\n", formatted(format, list).c_str());
    va_end(list);
}

void found(const char* format, ...) {
    va_list list;
    va_start(list, format);
    std::string line = formatted(format, list) + "\n";
    va_end(list);
    fprintf(stderr, "cuda-on-cpu: %s", line.c_str());
    append_to_file(line);
    std::lock_guard<std::mutex> hold(guard);
    lines() += line;
}

std::string format(const char* format, ...) {
    va_list list;
    va_start(list, format);
    std::string text = formatted(format, list);
    va_end(list);
    return text;
}
}  // namespace report

EXPORT int cudaOnCpuReport(char* buffer, int size) {
    std::lock_guard<std::mutex> hold(guard);
    int length = static_cast<int>(lines().size());
    if (size > 0) {
        size_t kept = std::min<size_t>(lines().size(), size - 1);
        memcpy(buffer, lines().data(), kept);
        buffer[kept] = 0;
    }
    lines().clear();
    return length;
}
