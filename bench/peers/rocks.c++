// Bare RocksDB, sync=true, as embedded stores are compared: a key that rises, no unique id, no version, nothing hashed.
// Threads share its write queue, which gathers them into groups by itself.
#include <kj/debug.h>
#include <rocksdb/db.h>
#include <rocksdb/version.h>

#include <atomic>

#include "bench/peers/peer.h"

namespace liggare::bench {

namespace {

struct SharedRocks {
  std::unique_ptr<rocksdb::DB> db;
  std::atomic<uint64_t> next{0};
};

class RocksClient : public PeerClient {
 public:
  explicit RocksClient(std::shared_ptr<SharedRocks> given) : shared(std::move(given)) {}
  void put(std::span<const PeerEvent> events) override {
    rocksdb::WriteBatch batch;
    for (const PeerEvent& event : events) {
      uint8_t key[8], value[16 + 8 + 8 + PEER_PAYLOAD];
      putBe64(key, shared->next.fetch_add(1));
      std::copy(event.id.begin(), event.id.end(), value);
      putBe64(value + 16, event.stream);
      putBe64(value + 24, event.version);
      std::copy(event.payload.begin(), event.payload.end(), value + 32);
      batch.Put({reinterpret_cast<char*>(key), sizeof key}, {reinterpret_cast<char*>(value), sizeof value});
    }
    rocksdb::WriteOptions synced;
    synced.sync = true;
    auto status = shared->db->Write(synced, &batch);
    KJ_REQUIRE(status.ok(), status.ToString());
  }

 private:
  std::shared_ptr<SharedRocks> shared;
};

class Rocks : public Peer {
 public:
  explicit Rocks(const std::string& directory) : shared(std::make_shared<SharedRocks>()) {
    rocksdb::Options options;
    options.create_if_missing = true;
    options.compression = rocksdb::kNoCompression;
    options.write_buffer_size = 64 << 20;
    options.info_log_level = rocksdb::ERROR_LEVEL;
    rocksdb::DB* db = nullptr;
    auto status = rocksdb::DB::Open(options, directory + "/rocks", &db);
    KJ_REQUIRE(status.ok(), status.ToString());
    shared->db.reset(db);
  }
  std::unique_ptr<PeerClient> connect() override { return std::make_unique<RocksClient>(shared); }
  std::string name() const override {
    return "RocksDB " + std::to_string(ROCKSDB_MAJOR) + "." + std::to_string(ROCKSDB_MINOR);
  }
  std::string syncMode() const override { return "sync=true"; }
  std::string checks() const override { return "none"; }

 private:
  std::shared_ptr<SharedRocks> shared;
};

}  // namespace

std::unique_ptr<Peer> rocksPeer(const std::string& directory) { return std::make_unique<Rocks>(directory); }

}  // namespace liggare::bench
