// A store on disk. One column family; every option in rocks-options.c++, every fault through rocks-status.c++.
#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include <kj/debug.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <rocksdb/sst_file_writer.h>
#include <rocksdb/utilities/checkpoint.h>
#include <rocksdb/write_batch.h>

#include "engine/kv/manifest-tail.h"
#include "engine/kv/rocks-internal.h"
#include "engine/kv/store-copy.h"

namespace liggare {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t INGEST_FILE_BYTES = 64 << 20;
constexpr char INGEST_PREFIX[] = "ingest-";

rocksdb::Slice slice(Bytes b) { return {reinterpret_cast<const char*>(b.data()), b.size()}; }
Bytes bytes(const rocksdb::Slice& s) { return {reinterpret_cast<const uint8_t*>(s.data()), s.size()}; }

class RocksCursor : public Cursor {
 public:
  RocksCursor(std::shared_ptr<rocksdb::DB> db, Bounds given) : db(std::move(db)), bounds(std::move(given)) {
    lower = slice(bounds.from);
    upper = slice(bounds.to);
    rocksdb::ReadOptions read;
    read.verify_checksums = true;
    read.total_order_seek = true;
    if (!bounds.from.empty()) read.iterate_lower_bound = &lower;
    if (!bounds.to.empty()) read.iterate_upper_bound = &upper;
    iterator.reset(this->db->NewIterator(read));
  }

  void seek(Bytes key) override {
    iterator->Seek(slice(key));
    settle();
  }
  void seekFirst() override {
    iterator->SeekToFirst();
    settle();
  }
  void seekLast() override {
    iterator->SeekToLast();
    settle();
  }
  void seekBack(Bytes key) override {
    iterator->SeekForPrev(slice(key));
    settle();
  }
  void next() override {
    KJ_REQUIRE(iterator->Valid(), "a cursor at its end");
    iterator->Next();
    settle();
  }
  void prev() override {
    KJ_REQUIRE(iterator->Valid(), "a cursor at its end");
    iterator->Prev();
    settle();
  }
  bool valid() const override { return iterator->Valid(); }
  Bytes key() const override {
    KJ_REQUIRE(iterator->Valid(), "a cursor at its end");
    return bytes(iterator->key());
  }
  Bytes value() const override {
    KJ_REQUIRE(iterator->Valid(), "a cursor at its end");
    return bytes(iterator->value());
  }

 private:
  std::shared_ptr<rocksdb::DB> db;  // before the iterator, so that it dies after it
  Bounds bounds;
  rocksdb::Slice lower, upper;  // RocksDB keeps pointers to these
  std::unique_ptr<rocksdb::Iterator> iterator;

  void settle() {
    if (!iterator->Valid()) check(iterator->status(), "reading rows");
  }
};

class RocksStore : public Store {
 public:
  RocksStore(std::string path, std::shared_ptr<rocksdb::DB> db, rocksdb::Options options, Wal wal,
             std::shared_ptr<CountingListener> listener)
      : path(std::move(path)),
        options(std::move(options)),
        wal(wal),
        listener(std::move(listener)),
        db(std::move(db)) {}

  // Unsynced rows of a store without a log are flushed by RocksDB's own Close (avoid_flush_during_shutdown is false).
  ~RocksStore() override {
    if (db.use_count() == 1) db->Close().PermitUncheckedError();
  }

  std::optional<Buffer> get(Bytes key) override {
    rocksdb::PinnableSlice found;
    rocksdb::ReadOptions read;
    read.verify_checksums = true;
    rocksdb::Status status = db->Get(read, db->DefaultColumnFamily(), slice(key), &found);
    if (status.IsNotFound()) return std::nullopt;
    check(status, "reading a row");
    Bytes value = bytes(found);
    return Buffer(value.begin(), value.end());
  }

  void write(Batch& batch, Sync sync) override {
    if (batch.empty()) return;
    KJ_REQUIRE(!broken, "this store failed to write or sync before; open it again");
    rocksdb::WriteBatch out(batch.bytes() + 16 * batch.all().size() + 64, 0, 0, 0);
    for (const Batch::Op& op : batch.all()) {
      check(op.value ? out.Put(slice(op.key), slice(*op.value)) : out.Delete(slice(op.key)), "building a batch");
    }
    rocksdb::WriteOptions how;
    how.disableWAL = wal == Wal::OFF;
    how.sync = wal == Wal::ON && sync == Sync::YES;
    guard(db->Write(how, &out), "writing");
    batches.fetch_add(1, std::memory_order_relaxed);
    batch.clear();
    if (wal == Wal::OFF && sync == Sync::YES) flush();
  }

  void syncWal() override {
    KJ_REQUIRE(!broken, "this store failed to write or sync before; open it again");
    guard(wal == Wal::ON ? db->SyncWAL() : db->Flush(rocksdb::FlushOptions()), "syncing");
  }

  void flush() override {
    KJ_REQUIRE(!broken, "this store failed to write or sync before; open it again");
    guard(db->Flush(rocksdb::FlushOptions()), "flushing");
  }

  void compact(Bytes from, Bytes to) override {
    rocksdb::CompactRangeOptions how;
    how.exclusive_manual_compaction = true;
    how.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
    rocksdb::Slice begin = slice(from), end = slice(to);
    check(db->CompactRange(how, from.empty() ? nullptr : &begin, to.empty() ? nullptr : &end), "compacting");
  }

  std::unique_ptr<Cursor> cursor(Bounds bounds) override {
    return std::make_unique<RocksCursor>(db, std::move(bounds));
  }

  void ingest(const SortedRows& rows) override;
  void copyTo(const std::string& to);

  void verifyChecksums() override { check(db->VerifyChecksum(), "reading tables against their checksums"); }

  StoreCounters counters() const override {
    return {listener->walSyncs, listener->walBytes, listener->tableBytes, listener->otherBytes, batches};
  }

 private:
  std::string path;
  rocksdb::Options options;
  Wal wal;
  std::shared_ptr<CountingListener> listener;
  std::shared_ptr<rocksdb::DB> db;
  std::atomic<uint64_t> batches{0};
  std::atomic<bool> broken{false};
  std::atomic<uint64_t> ingested{0};

  // After a failed write or sync nobody knows what the disk holds: every later write is refused.
  void guard(const rocksdb::Status& status, const char* doing) {
    if (!status.ok()) broken = true;
    check(status, doing);
  }
};

// Writes tables beside the store and moves them in. A crash in between leaves ingest-* files, removed at the next
// opening.
void RocksStore::ingest(const SortedRows& rows) {
  std::vector<std::string> files;
  rocksdb::Options table = options;
  table.listeners.clear();
  std::unique_ptr<rocksdb::SstFileWriter> writer;
  auto finish = [&] {
    if (!writer) return;
    rocksdb::ExternalSstFileInfo info;
    check(writer->Finish(&info), "finishing a sorted run");
    listener->tableBytes += info.file_size;
    writer.reset();
  };
  Bytes key, value;
  while (rows(key, value) == More::YES) {
    if (writer && writer->FileSize() >= INGEST_FILE_BYTES) finish();
    if (!writer) {
      writer = std::make_unique<rocksdb::SstFileWriter>(rocksdb::EnvOptions(options), table);
      files.push_back(path + "/" + INGEST_PREFIX + std::to_string(ingested++));
      check(writer->Open(files.back()), "beginning a sorted run");
    }
    check(writer->Put(slice(key), slice(value)), "writing a sorted run");
  }
  finish();
  if (files.empty()) return;
  rocksdb::IngestExternalFileOptions how;
  how.move_files = true;
  how.failed_move_fall_back_to_copy = true;
  how.snapshot_consistency = true;
  how.allow_global_seqno = true;
  how.allow_blocking_flush = true;
  how.write_global_seqno = false;
  guard(db->IngestExternalFile(files, how), "taking in sorted runs");
}

void syncDirectory(const fs::path& path) {
  int fd;
  KJ_SYSCALL(fd = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), path.c_str());
  KJ_DEFER(close(fd));
  KJ_SYSCALL(fsync(fd), path.c_str());
}

// Tables are linked by a checkpoint: a flipped bit on the disk would then be in the original and in the copy.
void giveOwnBytes(const fs::path& file) {
  bool isShared = fs::hard_link_count(file) > 1;
  fs::path own = isShared ? file.string() + ".own" : file.string();
  if (isShared) fs::copy_file(file, own);
  int fd;
  KJ_SYSCALL(fd = open(own.c_str(), O_RDONLY | O_CLOEXEC), own.c_str());
  KJ_DEFER(close(fd));
  KJ_SYSCALL(fsync(fd), own.c_str());
  if (isShared) {
    KJ_SYSCALL(rename(own.c_str(), file.c_str()), file.c_str());
  }
}

// The checkpoint flushes, links tables, and copies manifest and write-ahead log as far as they had come.
void RocksStore::copyTo(const std::string& to) {
  std::error_code error;
  KJ_REQUIRE(!fs::exists(to, error), "something is in the way", to);
  rocksdb::Checkpoint* raw = nullptr;
  check(rocksdb::Checkpoint::Create(db.get(), &raw), "copying");
  std::unique_ptr<rocksdb::Checkpoint> checkpoint(raw);
  check(checkpoint->CreateCheckpoint(to), "copying");
  for (const auto& entry : fs::directory_iterator(to)) giveOwnBytes(entry.path());
  syncDirectory(to);
}

fs::path parentOf(const fs::path& path) {
  fs::path parent = fs::absolute(path).lexically_normal().parent_path();
  return parent.empty() ? fs::path(".") : parent;
}

// Makes an empty store under another name and renames it: a crash on the way leaves nothing under the real name.
void create(const std::string& path, RocksProfile profile) {
  std::error_code error;
  KJ_REQUIRE(!fs::exists(path, error), "something is in the way", path);
  std::string fresh = path + ".new";
  fs::remove_all(fresh, error);
  rocksdb::DB* raw = nullptr;
  check(rocksdb::DB::Open(rocksOptions(profile, Mode::CREATE, std::make_shared<CountingListener>()), fresh, &raw),
        "creating");
  std::unique_ptr<rocksdb::DB> db(raw);
  check(db->Close(), "creating");
  db.reset();
  syncDirectory(fresh);
  KJ_SYSCALL(rename(fresh.c_str(), path.c_str()), path);
  syncDirectory(parentOf(path));
}

void removeLeftovers(const std::string& path) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(path, error)) {
    if (entry.path().filename().string().starts_with(INGEST_PREFIX)) fs::remove(entry.path(), error);
  }
}

// A file that ends where its whole records do.
class EndingFile : public rocksdb::FSSequentialFileOwnerWrapper {
 public:
  EndingFile(std::unique_ptr<rocksdb::FSSequentialFile> file, uint64_t bytes)
      : FSSequentialFileOwnerWrapper(std::move(file)), left(bytes) {}
  rocksdb::IOStatus Read(size_t n, const rocksdb::IOOptions& how, rocksdb::Slice* result, char* scratch,
                         rocksdb::IODebugContext* debug) override {
    auto status = FSSequentialFileOwnerWrapper::Read(std::min<uint64_t>(n, left), how, result, scratch, debug);
    if (status.ok()) left -= result->size();
    return status;
  }
  rocksdb::IOStatus Skip(uint64_t n) override {
    n = std::min(n, left);
    left -= n;
    return FSSequentialFileOwnerWrapper::Skip(n);
  }

 private:
  uint64_t left;
};

// The file system without the torn end of one manifest. Nothing on disk is changed by looking this way, and opening for
// writing begins a new manifest in any case.
class WithoutTornEnd : public rocksdb::FileSystemWrapper {
 public:
  explicit WithoutTornEnd(TornManifest found)
      : FileSystemWrapper(rocksdb::FileSystem::Default()), torn(std::move(found)) {}
  const char* Name() const override { return "WithoutTornEnd"; }
  rocksdb::IOStatus NewSequentialFile(const std::string& file, const rocksdb::FileOptions& how,
                                      std::unique_ptr<rocksdb::FSSequentialFile>* result,
                                      rocksdb::IODebugContext* debug) override {
    auto status = FileSystemWrapper::NewSequentialFile(file, how, result, debug);
    if (status.ok() && fs::path(file).filename() == torn.file)
      *result = std::make_unique<EndingFile>(std::move(*result), torn.whole);
    return status;
  }

 private:
  const TornManifest torn;
};

// Dies in this order reversed, with the last cursor.
struct Database {
  std::shared_ptr<rocksdb::Env> env;
  std::unique_ptr<rocksdb::DB> db;
};

rocksdb::Status openDatabase(const rocksdb::Options& options, const std::string& path, Mode mode, rocksdb::DB** out) {
  return mode == Mode::READ_ONLY ? rocksdb::DB::OpenForReadOnly(options, path, out, false)
                                 : rocksdb::DB::Open(options, path, out);
}

std::unique_ptr<Store> openAsItLies(const std::string& path, RocksProfile profile, Mode mode) {
  std::error_code error;
  if (mode == Mode::CREATE || (mode == Mode::OPEN_OR_CREATE && !fs::exists(path, error))) {
    create(path, profile);
    mode = Mode::READ_WRITE;
  }
  KJ_REQUIRE(fs::is_directory(path, error), "no store here", path);
  auto listener = std::make_shared<CountingListener>();
  rocksdb::Options options = rocksOptions(profile, mode, listener);
  options.create_if_missing = mode == Mode::OPEN_OR_CREATE;
  if (mode != Mode::READ_ONLY) removeLeftovers(path);
  rocksdb::DB* raw = nullptr;
  auto status = openDatabase(options, path, mode, &raw);
  std::shared_ptr<rocksdb::Env> env;
  auto torn = status.IsCorruption() && walOf(profile) == Wal::ON ? tornManifest(path) : std::nullopt;
  if (torn) {
    env = rocksdb::NewCompositeEnv(std::make_shared<WithoutTornEnd>(std::move(*torn)));
    options.env = env.get();
    status = openDatabase(options, path, mode, &raw);
  }
  check(status, mode == Mode::READ_ONLY ? "opening for reading" : "opening");
  auto both = std::make_shared<Database>(Database{std::move(env), std::unique_ptr<rocksdb::DB>(raw)});
  std::shared_ptr<rocksdb::DB> db(both, both->db.get());
  return std::make_unique<RocksStore>(path, std::move(db), options, walOf(profile), std::move(listener));
}

}  // namespace

// What is derived has no log and is not synced: a power cut is enough to make it unreadable, and it is then made anew.
std::unique_ptr<Store> openRocks(const std::string& path, RocksProfile profile, Mode mode) {
  bool derived = mode == Mode::OPEN_OR_CREATE && walOf(profile) == Wal::OFF;
  if (!derived) return openAsItLies(path, profile, mode);
  std::unique_ptr<Store> store;
  auto fault = kj::runCatchingExceptions([&] { store = openAsItLies(path, profile, mode); });
  KJ_IF_MAYBE (f, fault) {
    if (f->getType() != kj::Exception::Type::FAILED) kj::throwFatalException(kj::mv(*f));
    fs::remove_all(path);
    store = openAsItLies(path, profile, mode);
  }
  return store;
}

void copyStore(Store& store, const std::string& to) {
  auto* onDisk = dynamic_cast<RocksStore*>(&store);
  KJ_REQUIRE(onDisk != nullptr, "only a store on disk can be copied");
  onDisk->copyTo(to);
}

std::vector<Buffer> logFiles(const std::string& path) {
  std::vector<fs::path> found;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(path, error)) {
    if (entry.path().extension() == ".log") found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  std::vector<Buffer> out;
  for (const fs::path& file : found) {
    uintmax_t size = fs::file_size(file, error);
    if (error) continue;
    Buffer content(size);
    std::ifstream in(file, std::ios::binary);
    in.read(reinterpret_cast<char*>(content.data()), std::streamsize(content.size()));
    content.resize(size_t(in.gcount()));
    out.push_back(std::move(content));
  }
  return out;
}

}  // namespace liggare
