// Device memory: each allocation between guard pages, full of garbage, kept apart for a while after it is freed.
#pragma once
#include <cstddef>
#include <cstdint>

#include "context.h"

namespace memory {
size_t total();
size_t used(int device);

int allocate(Context* context, size_t bytes, void** pointer);
int release(Context* context, void* pointer);
// Frees and reports what a context still has.
void release_all(Context* context);

int allocate_host(size_t bytes, void** pointer);
int release_host(void* pointer);

bool is_device(const void* pointer);
// Reports what is wrong with a range that a copy or a filling touches: beyond an allocation, freed, another context's.
bool usable(Context* context, const char* function, const void* pointer, size_t bytes);
// Reports a live allocation of another context that contains the address.
bool is_foreign(Context* context, uint64_t address);
// Where an address lies, in words.
std::string describe(uint64_t address);
// Reports allocations whose padding has been written to.
bool has_overrun(Context* context);
// Reports what is still allocated.
void report_leaks();
}  // namespace memory
