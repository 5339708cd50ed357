// The log layer under load: what append.c++ times and guard.c++ counts.
//
//   fixed   256-byte payload in one sealed part · 4 lines an event · commits of 256 · 64 streams · keys from the
//   puncturable
//           tree, drawn at random · tree, tiles, frontier · RocksDB on disk
//   absent  the law, JSON, books: other benches
#pragma once

#include <memory>
#include <string>

#include "engine/hash/signer.h"
#include "engine/log/opening.h"
#include "engine/vault/line-sealer.h"
#include "engine/vault/memory-key-holder.h"
#include "engine/vault/vault.h"

namespace liggare::bench {

constexpr size_t PAYLOAD_BYTES = 256;
constexpr size_t LINES = 4;
constexpr size_t STREAMS = 64;
constexpr size_t PER_COMMIT = 256;

class LogLoad {
 public:
  explicit LogLoad(const std::string& directory);

  // What is decided before a commit is sealed: its place in the log and in every book. One thread at a time, in order.
  struct Numbered {
    Position first = 0;
    std::vector<std::array<Number, LINES>> numbers;
  };
  Numbered number(size_t events = PER_COMMIT);
  // Seals and hashes it. Any number of threads: no commit needs another for that.
  CommitBuilder seal(const Numbered& numbered);
  CommitBuilder build(size_t events = PER_COMMIT) { return seal(number(events)); }
  Log& log() { return *opened; }
  Store& vaultStore() { return *secrets; }

 private:
  MemoryKeyHolder keys;
  HolderLineSealer sealer;
  std::unique_ptr<Store> secrets;
  std::unique_ptr<Vault> vault;
  std::unique_ptr<Log> opened;
  std::vector<BookId> books;
  std::vector<Number> numbers;
  Buffer payload;
  Position next = 0;

  static size_t bookOf(Position position, size_t line) {
    return line == 0 ? position % STREAMS : STREAMS + (position * 7 + line) % 256;
  }
};

}  // namespace liggare::bench
