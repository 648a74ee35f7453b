// Devices and contexts.
#include <cstdio>
#include <cstring>
#include <map>

#include "memory.h"

namespace {
long devices() { return settings::number("DEVICES", 1); }

enum Attribute { PciDevice = 34, CapabilityMajor = 75, CapabilityMinor = 76 };

// CUdevice_attribute → value, of a card with 4 multiprocessors of 2048 threads.
const std::map<int, int> attributes = {
    {1, 1024}, {2, 1024}, {3, 1024}, {4, 64}, {5, 2147483647}, {6, 65535}, {7, 65535}, {8, 49152}, {9, 65536}, {10, 32},
    {11, 2147483647}, {12, 65536}, {13, 1755000}, {14, 512}, {15, 1}, {16, 2}, {17, 0}, {18, 0}, {19, 1}, {20, 0}, {31, 1},
    {32, 1}, {33, 1}, {35, 0}, {36, 2619000}, {37, 5120}, {38, 52428800}, {39, 2048}, {40, 3}, {41, 1}, {50, 0}, {81, 233472},
    {82, 65536}, {83, 1}, {90, 1}, {97, 232448}, {106, 32}};
}  // namespace

API cuInit(unsigned) {
    ENTER(cuInit);
    return Success;
}
API cuDriverGetVersion(int* version) {
    ENTER(cuDriverGetVersion);
    *version = static_cast<int>(settings::number("DRIVER", 13000));
    return Success;
}
API cuDeviceGetCount(int* count) {
    ENTER(cuDeviceGetCount);
    *count = static_cast<int>(devices());
    return Success;
}
API cuDeviceGet(int* device, int ordinal) {
    ENTER(cuDeviceGet);
    if (ordinal < 0 || ordinal >= devices()) return InvalidDevice;
    *device = ordinal;
    return Success;
}
API cuDeviceGetName(char* name, int length, int) {
    ENTER(cuDeviceGetName);
    snprintf(name, length, "PTX on this CPU");
    return Success;
}
API cuDeviceTotalMem_v2(size_t* bytes, int) {
    ENTER(cuDeviceTotalMem_v2);
    *bytes = memory::total();
    return Success;
}
API cuDeviceGetAttribute(int* value, int attribute, int device) {
    ENTER(cuDeviceGetAttribute);
    int capability = static_cast<int>(settings::number("SM", 90));
    auto known = attributes.find(attribute);
    if (attribute == CapabilityMajor) *value = capability / 10;
    else if (attribute == CapabilityMinor) *value = capability % 10;
    else if (attribute == PciDevice) *value = device;
    else if (known != attributes.end()) *value = known->second;
    else {
        report::trace("attribute %d is not known, 0", attribute);
        *value = 0;
    }
    return Success;
}
API cuDeviceCanAccessPeer(int* can, int, int) {
    ENTER(cuDeviceCanAccessPeer);
    *can = 0;
    return Success;
}
API cuDeviceGetP2PAttribute(int* value, int, int, int) {
    ENTER(cuDeviceGetP2PAttribute);
    *value = 0;
    return Success;
}

API cuCtxCreate_v2(Context** context, unsigned, int device) {
    ENTER(cuCtxCreate_v2);
    if (device < 0 || device >= devices()) return InvalidDevice;
    *context = contexts::create(device);
    return Success;
}
API cuCtxDestroy_v2(Context* context) {
    ENTER(cuCtxDestroy_v2);
    if (!context || !context->alive) return InvalidContext;
    memory::release_all(context);
    contexts::destroy(context);
    return Success;
}
API cuCtxSetCurrent(Context* context) {
    ENTER(cuCtxSetCurrent);
    return contexts::make_current(context) ? Success : InvalidContext;
}
API cuCtxGetCurrent(Context** context) {
    ENTER(cuCtxGetCurrent);
    *context = contexts::current();
    return Success;
}
API cuCtxSynchronize() {
    ENTER_CONTEXT(cuCtxSynchronize);
    return Success;
}
API cuCtxGetCacheConfig(int* config) {
    ENTER_CONTEXT(cuCtxGetCacheConfig);
    *config = 0;
    return Success;
}
API cuCtxSetCacheConfig(int) {
    ENTER_CONTEXT(cuCtxSetCacheConfig);
    return Success;
}
API cuCtxGetSharedMemConfig(int* config) {
    ENTER_CONTEXT(cuCtxGetSharedMemConfig);
    *config = 1;
    return Success;
}
API cuCtxSetSharedMemConfig(int) {
    ENTER_CONTEXT(cuCtxSetSharedMemConfig);
    return Success;
}
API cuCtxEnablePeerAccess(Context*, unsigned) {
    ENTER_CONTEXT(cuCtxEnablePeerAccess);
    return PeerAccessUnsupported;
}
API cuCtxDisablePeerAccess(Context*) {
    ENTER_CONTEXT(cuCtxDisablePeerAccess);
    return PeerAccessNotEnabled;
}

namespace {
// CUDA's own names and texts of the errors that a test is likely to ask for.
const std::map<int, const char*> error_texts = {
    {0, "no error"}, {1, "invalid argument"}, {2, "out of memory"}, {3, "initialization error"}, {46, "CUDA-capable device(s) is/are busy or unavailable"},
    {100, "no CUDA-capable device is detected"}, {101, "invalid device ordinal"}, {201, "invalid device context"}, {209, "no kernel image is available for execution on the device"},
    {214, "uncorrectable ECC error encountered"}, {217, "peer access is not supported between these two devices"}, {218, "a PTX JIT compilation failed"},
    {222, "the provided PTX was compiled with an unsupported toolchain."}, {303, "shared object initialization failed"}, {304, "OS call failed or operation not supported on this OS"},
    {400, "invalid resource handle"},
    {500, "named symbol not found"}, {700, "an illegal memory access was encountered"}, {701, "too many resources requested for launch"},
    {702, "the launch timed out and was terminated"}, {705, "peer access has not been enabled"}, {716, "misaligned address"}, {719, "unspecified launch failure"},
    {802, "system not yet initialized"}, {803, "system has unsupported display driver / cuda driver combination"}, {999, "unknown error"}};
}  // namespace

API cuGetErrorString(int error, const char** text) {
    ENTER(cuGetErrorString);
    auto known = error_texts.find(error);
    *text = known == error_texts.end() ? "unrecognized error code" : known->second;
    return known == error_texts.end() ? InvalidValue : Success;
}
