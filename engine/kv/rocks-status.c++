#include <kj/debug.h>

#include "engine/kv/rocks-internal.h"

namespace liggare {
namespace {

using Type = kj::Exception::Type;

// The kind tells the caller what to do next: come again, call again elsewhere, or stop.
Type typeOf(const rocksdb::Status& s) {
  if (s.IsNoSpace() || s.IsBusy() || s.IsTimedOut() || s.IsMemoryLimit() || s.IsTryAgain()) return Type::OVERLOADED;
  if (s.IsIOError() && s.subcode() == rocksdb::Status::SubCode::kNoSpace) return Type::OVERLOADED;
  if (s.IsShutdownInProgress()) return Type::DISCONNECTED;
  if (s.IsNotSupported()) return Type::UNIMPLEMENTED;
  return Type::FAILED;
}

// RocksDB has no code for "somebody else has the lock", only these words (env/fs_posix.cc of 7.8).
bool saysLocked(const std::string& text) {
  return text.find("While lock file") != std::string::npos ||
         text.find("lock hold by current process") != std::string::npos;
}

}  // namespace

void check(const rocksdb::Status& status, const char* doing) {
  if (KJ_LIKELY(status.ok())) return;
  std::string text = status.ToString();
  bool locked = status.IsIOError() && saysLocked(text);
  Type type = locked ? Type::OVERLOADED : typeOf(status);
  kj::throwFatalException(
      kj::Exception(type, __FILE__, __LINE__,
                    kj::str("store: ", doing, locked ? ": in use by another process: " : ": ", text.c_str())));
}

namespace {

bool endsWith(const std::string& text, std::string_view end) {
  return text.size() >= end.size() && std::string_view(text).substr(text.size() - end.size()) == end;
}

}  // namespace

void CountingListener::OnFileWriteFinish(const rocksdb::FileOperationInfo& info) {
  auto& counter = endsWith(info.path, ".log") ? walBytes : endsWith(info.path, ".sst") ? tableBytes : otherBytes;
  counter.fetch_add(info.length, std::memory_order_relaxed);
}

void CountingListener::OnFileSyncFinish(const rocksdb::FileOperationInfo& info) {
  if (endsWith(info.path, ".log")) walSyncs.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace liggare
