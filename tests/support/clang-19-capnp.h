// Included before everything else by the coverage preset only. Clang 19 follows P2468 and no longer turns
// `StringPtr == const char*` around, which the headers of Cap'n Proto 0.9.2 rely on.
#pragma once

#include <kj/string.h>

namespace kj {

inline bool operator==(const char* a, const StringPtr& b) { return b == StringPtr(a); }
inline bool operator!=(const char* a, const StringPtr& b) { return !(b == StringPtr(a)); }

}  // namespace kj
