// Shared by the files of this folder that include RocksDB. Nobody else includes this.
#pragma once

#include <atomic>

#include <rocksdb/listener.h>
#include <rocksdb/options.h>
#include <rocksdb/status.h>

#include "engine/kv/store.h"

namespace liggare {

// Every option this engine relies on, by name: a default of RocksDB is nobody's decision.
rocksdb::Options rocksOptions(RocksProfile profile, Mode mode, std::shared_ptr<rocksdb::EventListener> listener);
enum class Wal : uint8_t { ON, OFF };
Wal walOf(RocksProfile profile);

// Turns what RocksDB says into what the engine understands; returns only when it is ok. The only place that does.
void check(const rocksdb::Status& status, const char* doing);

// Counts syncs and bytes as the file layer reports them. No exceptions, no locks: it is called from RocksDB's threads.
class CountingListener : public rocksdb::EventListener {
 public:
  bool ShouldBeNotifiedOnFileIO() override { return true; }
  void OnFileWriteFinish(const rocksdb::FileOperationInfo& info) override;
  void OnFileSyncFinish(const rocksdb::FileOperationInfo& info) override;

  std::atomic<uint64_t> walSyncs{0}, walBytes{0}, tableBytes{0}, otherBytes{0};
};

}  // namespace liggare
