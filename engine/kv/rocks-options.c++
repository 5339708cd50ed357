#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>

#include <kj/debug.h>

#include "engine/kv/rocks-internal.h"

namespace liggare {
namespace {

constexpr size_t KIB = 1024, MIB = 1024 * KIB;

// Figures that differ between the four uses.
struct Figures {
  Wal wal;
  size_t memtable;                 // one write buffer
  size_t cache;                    // block cache
  size_t block;                    // table block
  int bloomBits;                   // 0: none; a log is found by seeking, never by a key that may be absent
  rocksdb::CompressionType codec;  // one for all levels, or sorted files could not move down unrewritten
};

Figures figuresOf(RocksProfile profile) {
  switch (profile) {
    // Ciphertext and digests do not compress.
    case RocksProfile::LOG: return {Wal::ON, 32 * MIB, 64 * MIB, 16 * KIB, 0, rocksdb::kNoCompression};
    case RocksProfile::VAULT: return {Wal::ON, 16 * MIB, 32 * MIB, 4 * KIB, 10, rocksdb::kNoCompression};
    // Rows are book ids and leaf hashes: the prefixes are shared by delta encoding, the rest is random.
    case RocksProfile::INDEX: return {Wal::OFF, 16 * MIB, 128 * MIB, 8 * KIB, 10, rocksdb::kNoCompression};
    case RocksProfile::VIEWS: return {Wal::OFF, 16 * MIB, 64 * MIB, 8 * KIB, 10, rocksdb::kLZ4Compression};
  }
  KJ_UNREACHABLE;
}

// Says nothing. A journal opened for reading is not to be written in; and where a diary cannot be written (a full disk
// is enough) the library stops the process by an assertion at the next line of it. What matters comes as a status.
class QuietLogger : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

void setSafety(rocksdb::Options& o) {
  // Recovery gives a prefix; whether it is the right prefix is decided by the chain of commits and outside evidence.
  o.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  o.track_and_verify_wals_in_manifest = false;  // refuses honest databases beside SyncWAL on 7.8.3
  o.atomic_flush = false;                       // one column family
  o.avoid_flush_during_recovery = false;        // what was recovered is in tables, synced, before we serve
  o.avoid_flush_during_shutdown = false;
  o.recycle_log_file_num = 0;
  o.manual_wal_flush = false;  // a plain crash of the process loses nothing that was written
  o.wal_compression = rocksdb::kNoCompression;
  o.max_bgerror_resume_count = 0;  // after a failed sync nobody goes on as if nothing had happened
  o.paranoid_checks = true;
  o.force_consistency_checks = true;
  o.verify_sst_unique_id_in_manifest = true;
  o.flush_verify_memtable_count = true;
  o.use_fsync = false;  // fdatasync
  o.allow_mmap_reads = false;
  o.allow_mmap_writes = false;
  o.use_direct_reads = false;
  o.use_direct_io_for_flush_and_compaction = false;
  o.unordered_write = false;
  o.two_write_queues = false;
  o.enable_pipelined_write = false;
  o.best_efforts_recovery = false;
  o.skip_checking_sst_file_sizes_on_db_open = false;
}

void setShape(rocksdb::Options& o, const Figures& f) {
  o.compaction_style = rocksdb::kCompactionStyleLevel;  // rising keys never overlap: files move down, 0 bytes rewritten
  o.compression = f.codec;
  o.bottommost_compression = rocksdb::kDisableCompressionOption;  // same codec as the other levels
  o.num_levels = 7;
  o.level_compaction_dynamic_level_bytes = false;
  o.level0_file_num_compaction_trigger = 4;
  o.level0_slowdown_writes_trigger = 20;
  o.level0_stop_writes_trigger = 36;
  o.target_file_size_base = 64 * MIB;
  o.max_bytes_for_level_base = 256 * MIB;
  o.periodic_compaction_seconds = 0;  // cold files are left alone
  o.ttl = 0;
  o.disable_auto_compactions = false;
  o.write_buffer_size = f.memtable;
  o.max_write_buffer_number = 3;
  o.min_write_buffer_number_to_merge = 1;
  o.max_write_buffer_size_to_maintain = 0;
  o.max_total_wal_size = 4 * f.memtable;
  o.allow_concurrent_memtable_write = false;  // one writer
  o.enable_write_thread_adaptive_yield = false;
  o.max_open_files = 512;
  o.max_file_opening_threads = 2;  // each opening starts all of these, even for a store without tables
  o.max_background_jobs = 2;
  o.max_subcompactions = 1;
  o.bytes_per_sync = 1 * MIB;  // tables trickle out instead of stalling a sync of the log
  o.wal_bytes_per_sync = 1 * MIB;
}

void setTable(rocksdb::Options& o, const Figures& f) {
  rocksdb::BlockBasedTableOptions t;
  t.format_version = 5;
  t.checksum = rocksdb::kXXH3;
  t.block_size = f.block;
  t.block_cache = rocksdb::NewLRUCache(f.cache, 2);
  t.cache_index_and_filter_blocks = false;
  t.verify_compression = false;
  if (f.bloomBits > 0) t.filter_policy.reset(rocksdb::NewBloomFilterPolicy(f.bloomBits));
  t.whole_key_filtering = true;  // no prefix extractor: seeks across prefixes stay right
  o.table_factory.reset(rocksdb::NewBlockBasedTableFactory(t));
}

void setLogging(rocksdb::Options& o) {
  o.info_log = std::make_shared<QuietLogger>();
  o.stats_dump_period_sec = 0;
  o.stats_persist_period_sec = 0;
}

}  // namespace

Wal walOf(RocksProfile profile) { return figuresOf(profile).wal; }

rocksdb::Options rocksOptions(RocksProfile profile, Mode mode, std::shared_ptr<rocksdb::EventListener> listener) {
  Figures figures = figuresOf(profile);
  rocksdb::Options o;
  o.create_if_missing = mode == Mode::CREATE || mode == Mode::OPEN_OR_CREATE;
  o.error_if_exists = mode == Mode::CREATE;
  o.create_missing_column_families = false;
  setSafety(o);
  setShape(o, figures);
  setTable(o, figures);
  setLogging(o);
  o.listeners.push_back(std::move(listener));
  KJ_ASSERT(o.merge_operator == nullptr && o.compaction_filter == nullptr && o.prefix_extractor == nullptr);
  return o;
}

}  // namespace liggare
