// Memory, copies, streams and events. Streams do nothing: every call has ended when it returns.
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "module.h"

namespace {
struct Stream {
    Context* context;
};
struct Event {
    timespec at;
};
std::atomic<int> streams{0}, events{0};

int create_stream(Stream** stream) {
    *stream = new Stream{contexts::current()};
    streams++;
    return Success;
}

bool usable(Stream* stream, const char* function) {
    if (!stream || stream->context == contexts::current()) return true;
    report::found("%s: a stream of another context", function);
    return false;
}

__attribute__((destructor)) void at_exit() {
    memory::report_leaks();
    if (modules::live()) report::found("leak: the process ends with %d modules", modules::live());
    if (streams) report::found("leak: the process ends with %d streams", streams.load());
    if (events) report::found("leak: the process ends with %d events", events.load());
    if (contexts::alive()) report::found("leak: the process ends with %d contexts", contexts::alive());
}
}  // namespace

API cuMemGetInfo_v2(size_t* free, size_t* all) {
    ENTER_CONTEXT(cuMemGetInfo_v2);
    size_t used = memory::used(contexts::current()->device);
    *all = memory::total();
    *free = used < *all ? *all - used : 0;
    return Success;
}
API cuMemAlloc_v2(void** pointer, size_t bytes) {
    ENTER_CONTEXT(cuMemAlloc_v2);
    int error = memory::allocate(contexts::current(), bytes, pointer);
    report::trace("%zu bytes at %p: %d", bytes, error ? nullptr : *pointer, error);
    return error;
}
API cuMemFree_v2(void* pointer) {
    ENTER_CONTEXT(cuMemFree_v2);
    return memory::release(contexts::current(), pointer);
}
API cuMemAllocHost_v2(void** pointer, size_t bytes) {
    ENTER_CONTEXT(cuMemAllocHost_v2);
    return memory::allocate_host(bytes, pointer);
}
API cuMemFreeHost(void* pointer) {
    ENTER_CONTEXT(cuMemFreeHost);
    return memory::release_host(pointer);
}
API cuMemHostRegister_v2(void*, size_t, unsigned) {
    ENTER_CONTEXT(cuMemHostRegister_v2);
    return Success;
}
API cuMemHostUnregister(void*) {
    ENTER_CONTEXT(cuMemHostUnregister);
    return Success;
}
API cuMemHostGetDevicePointer_v2(void** device, void* host, unsigned) {
    ENTER_CONTEXT(cuMemHostGetDevicePointer_v2);
    *device = host;
    return Success;
}
API cuMemcpyAsync(void* to, const void* from, size_t bytes, Stream* stream) {
    ENTER_CONTEXT(cuMemcpyAsync);
    Context* context = contexts::current();
    bool allowed = memory::usable(context, "cuMemcpyAsync, target", to, bytes) && memory::usable(context, "cuMemcpyAsync, source", from, bytes)
        && usable(stream, "cuMemcpyAsync");
    if (!allowed) return InvalidValue;
    memmove(to, from, bytes);
    return Success;
}
API cuMemsetD8Async(void* to, unsigned char value, size_t bytes, Stream* stream) {
    ENTER_CONTEXT(cuMemsetD8Async);
    if (!memory::usable(contexts::current(), "cuMemsetD8Async", to, bytes) || !usable(stream, "cuMemsetD8Async")) return InvalidValue;
    memset(to, value, bytes);
    return Success;
}
API cuPointerGetAttribute(void* data, int attribute, const void* pointer) {
    ENTER(cuPointerGetAttribute);
    constexpr int MemoryType = 2, Host = 1, Device = 2;
    if (attribute != MemoryType) return InvalidValue;
    *static_cast<unsigned*>(data) = memory::is_device(pointer) ? Device : Host;
    return Success;
}

API cuStreamCreate(Stream** stream, unsigned) {
    ENTER_CONTEXT(cuStreamCreate);
    return create_stream(stream);
}
API cuStreamCreateWithPriority(Stream** stream, unsigned, int) {
    ENTER_CONTEXT(cuStreamCreateWithPriority);
    return create_stream(stream);
}
API cuStreamDestroy_v2(Stream* stream) {
    ENTER(cuStreamDestroy_v2);
    if (!stream) return InvalidHandle;
    streams--;
    delete stream;
    return Success;
}
API cuStreamSynchronize(Stream* stream) {
    ENTER_CONTEXT(cuStreamSynchronize);
    return usable(stream, "cuStreamSynchronize") ? Success : InvalidHandle;
}

API cuEventCreate(Event** event, unsigned) {
    ENTER_CONTEXT(cuEventCreate);
    *event = new Event{};
    events++;
    return Success;
}
API cuEventDestroy_v2(Event* event) {
    ENTER(cuEventDestroy_v2);
    if (!event) return InvalidHandle;
    events--;
    delete event;
    return Success;
}
API cuEventRecord(Event* event, Stream* stream) {
    ENTER_CONTEXT(cuEventRecord);
    if (!usable(stream, "cuEventRecord")) return InvalidHandle;
    clock_gettime(CLOCK_MONOTONIC, &event->at);
    return Success;
}
API cuEventQuery(Event*) {
    ENTER_CONTEXT(cuEventQuery);
    return Success;
}
API cuEventSynchronize(Event*) {
    ENTER_CONTEXT(cuEventSynchronize);
    return Success;
}
API cuEventElapsedTime(float* milliseconds, Event* from, Event* to) {
    ENTER_CONTEXT(cuEventElapsedTime);
    *milliseconds = (to->at.tv_sec - from->at.tv_sec) * 1e3f + (to->at.tv_nsec - from->at.tv_nsec) / 1e6f;
    return Success;
}
