// A copy of a store on disk, taken while others go on reading and writing.
#pragma once

#include <string>

#include "engine/kv/store.h"

namespace liggare {

// Copies the store to the directory `to`, which must not exist. The copy holds everything that was written before the
// call, is a prefix of the order of writes, and shares no file with the original: what happens to the one does not
// happen to the other.
//
//   Durable   the files are, when it returns; their directory's own name is the caller's
//   Throws    FAILED for a store in memory, or one opened for reading only
void copyStore(Store& store, const std::string& to);

}  // namespace liggare
