#include "memory.h"

#include <sys/mman.h>

#include <cstdlib>
#include <cstring>
#include <deque>
#include <map>
#include <mutex>
#include <vector>

namespace {
constexpr size_t Page = 4096;
constexpr size_t Alignment = 256;               // of CUDA's allocations
constexpr size_t Filled = size_t(16) << 20;     // larger allocations are left to the operating system's zeros
constexpr size_t Quarantine = 4096;             // freed allocations whose addresses are not used again

struct Allocation {
    char* map;              // the first guard page
    char* start;
    size_t bytes, padded;   // asked for; up to the guard page
    size_t mapped;          // with both guard pages
    Context* context;
    unsigned char fill;
    bool freed, host;
};

std::mutex guard;
std::map<uintptr_t, Allocation>& ranges() {     // by the first guard page
    static auto& map = *new std::map<uintptr_t, Allocation>;
    return map;
}
std::deque<uintptr_t>& freed_ranges() {
    static auto& queue = *new std::deque<uintptr_t>;
    return queue;
}
std::map<int, size_t>& used_bytes() {
    static auto& map = *new std::map<int, size_t>;
    return map;
}

Allocation* find(uint64_t address) {
    auto next = ranges().upper_bound(address);
    if (next == ranges().begin()) return nullptr;
    auto& range = *--next;
    return address < range.first + range.second.mapped ? &range.second : nullptr;
}

int map_pages(Context* context, size_t bytes, bool host, void** pointer) {
    size_t padded = (bytes + Alignment - 1) / Alignment * Alignment;
    size_t pages = (padded + Page - 1) / Page * Page;
    void* map = mmap(nullptr, pages + 2 * Page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (map == MAP_FAILED) return OutOfMemory;
    char* first = static_cast<char*>(map);
    if (mprotect(first + Page, pages, PROT_READ | PROT_WRITE) != 0) {
        munmap(map, pages + 2 * Page);
        return OutOfMemory;
    }
    char* start = first + Page + (pages - padded);
    auto fill = static_cast<unsigned char>(settings::number("FILL", 205));
    if (bytes <= Filled && fill != 0) memset(start, fill, bytes);
    memset(start + bytes, fill, padded - bytes);
    ranges()[reinterpret_cast<uintptr_t>(map)] = {first, start, bytes, padded, pages + 2 * Page, context, fill, false, host};
    *pointer = start;
    return Success;
}

void unmap(Allocation& range) {
    range.freed = true;
    if (!range.host) used_bytes()[range.context->device] -= range.padded;
    // New pages without access in the place of the old ones give the memory back and keep the addresses.
    mmap(range.map, range.mapped, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
    freed_ranges().push_back(reinterpret_cast<uintptr_t>(range.map));
    if (freed_ranges().size() <= Quarantine) return;
    uintptr_t oldest = freed_ranges().front();
    freed_ranges().pop_front();
    munmap(reinterpret_cast<void*>(oldest), ranges()[oldest].mapped);
    ranges().erase(oldest);
}

int release_range(Context* context, void* pointer, bool host) {
    Allocation* range = find(reinterpret_cast<uintptr_t>(pointer));
    if (!range || range->start != pointer || range->freed || range->host != host) {
        report::found("%p is freed, which is %s", pointer, range && range->freed ? "freed already" : "not the start of an allocation");
        return InvalidValue;
    }
    if (!host && range->context != context) {
        report::found("%p is freed in another context than its own", pointer);
        return InvalidValue;
    }
    unmap(*range);
    return Success;
}
}  // namespace

namespace memory {
size_t total() { return static_cast<size_t>(settings::number("MEMORY", 4L << 30)); }

size_t used(int device) {
    std::lock_guard<std::mutex> hold(guard);
    return used_bytes()[device];
}

int allocate(Context* context, size_t bytes, void** pointer) {
    std::lock_guard<std::mutex> hold(guard);
    if (bytes == 0) return InvalidValue;
    size_t& used = used_bytes()[context->device];
    if (used >= total() || bytes > total() - used) return OutOfMemory;
    int error = map_pages(context, bytes, false, pointer);
    if (error == Success) used += (bytes + Alignment - 1) / Alignment * Alignment;
    return error;
}

int release(Context* context, void* pointer) {
    std::lock_guard<std::mutex> hold(guard);
    return release_range(context, pointer, false);
}

void release_all(Context* context) {
    std::lock_guard<std::mutex> hold(guard);
    std::vector<Allocation*> left;
    for (auto& [first, range] : ranges())
        if (range.context == context && !range.freed && !range.host) left.push_back(&range);
    size_t bytes = 0;
    for (Allocation* range : left) {
        bytes += range->bytes;
        unmap(*range);
    }
    if (!left.empty()) report::found("leak: a context is destroyed with %zu allocations of %zu bytes", left.size(), bytes);
}

int allocate_host(size_t bytes, void** pointer) {
    std::lock_guard<std::mutex> hold(guard);
    return map_pages(nullptr, bytes ? bytes : 1, true, pointer);
}

int release_host(void* pointer) {
    std::lock_guard<std::mutex> hold(guard);
    return release_range(nullptr, pointer, true);
}

bool is_device(const void* pointer) {
    std::lock_guard<std::mutex> hold(guard);
    Allocation* range = find(reinterpret_cast<uintptr_t>(pointer));
    return range && !range->host && !range->freed;
}

bool usable(Context* context, const char* function, const void* pointer, size_t bytes) {
    std::lock_guard<std::mutex> hold(guard);
    Allocation* range = find(reinterpret_cast<uintptr_t>(pointer));
    if (!range || bytes == 0) return true;  // ordinary memory of the process
    if (range->freed) {
        report::found("%s: use after free of an allocation of %zu bytes (at %p)", function, range->bytes, static_cast<void*>(range->start));
        return false;
    }
    auto* first = static_cast<const char*>(pointer);
    if (first < range->start || first + bytes > range->start + range->bytes) {
        report::found("%s: %zu bytes at %p go beyond an allocation of %zu bytes at %p", function, bytes, pointer, range->bytes,
                      static_cast<void*>(range->start));
        return false;
    }
    if (!range->host && range->context != context) {
        report::found("%s: a pointer (%p) of another context", function, pointer);
        return false;
    }
    return true;
}

bool is_foreign(Context* context, uint64_t address) {
    std::lock_guard<std::mutex> hold(guard);
    Allocation* range = find(address);
    return range && !range->freed && !range->host && range->context != context;
}

std::string describe(uint64_t address) {
    std::lock_guard<std::mutex> hold(guard);
    Allocation* range = find(address);
    if (!range) return "in no allocation";
    long offset = static_cast<long>(address - reinterpret_cast<uintptr_t>(range->start));
    return report::format("byte %ld of an allocation of %zu bytes%s", offset, range->bytes, range->freed ? ", use after free" : "");
}

bool has_overrun(Context* context) {
    std::lock_guard<std::mutex> hold(guard);
    bool any = false;
    for (auto& [first, range] : ranges()) {
        if (range.context != context || range.freed || range.host) continue;
        for (char* byte = range.start + range.bytes; byte < range.start + range.padded; byte++) {
            if (static_cast<unsigned char>(*byte) == range.fill) continue;
            report::found("written past the end of an allocation of %zu bytes (at %p)", range.bytes, static_cast<void*>(range.start));
            memset(range.start + range.bytes, range.fill, range.padded - range.bytes);
            any = true;
            break;
        }
    }
    return any;
}

void report_leaks() {
    std::lock_guard<std::mutex> hold(guard);
    size_t count = 0, bytes = 0;
    for (auto& [first, range] : ranges()) {
        if (range.freed) continue;
        count++;
        bytes += range.bytes;
    }
    if (count) report::found("leak: the process ends with %zu allocations of %zu bytes", count, bytes);
}
}  // namespace memory
