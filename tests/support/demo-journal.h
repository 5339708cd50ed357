// A real journal in a temporary directory, fed by a small synthetic region: what property and tamper tests examine.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/journal.h"
#include "tests/support/paths.h"

namespace liggare::test {

// A seeded source that several threads may draw from: the same draws in the same order whenever one command at a time
// is under way.
class SharedRandom : public Random {
 public:
  explicit SharedRandom(uint64_t seed) : source(seed) {}
  void fill(std::span<uint8_t> out) override {
    std::lock_guard lock(mutex);
    source.fill(out);
  }

 private:
  std::mutex mutex;
  SeededRandom source;
};

// The commands of `simulate` for this seed: one provider's day with so many patients.
std::vector<std::string> simulatedLines(uint64_t seed, uint32_t patients, uint32_t days = 1);

class DemoJournal {
 public:
  // Made by Journal::init, and not open.
  explicit DemoJournal(const std::string& directory);
  // Another that goes on from the same bytes. The other must be closed.
  DemoJournal(const std::string& directory, const DemoJournal& other);

  Journal& open(Random* random = nullptr, JournalOptions::Access access = JournalOptions::Access::WRITE);
  void close() { opened.reset(); }
  Journal& journal() { return *opened; }

  // Submits lines [from, to) in one session without waiting for each, and gives their outcomes.
  std::vector<Outcome> feed(const std::vector<std::string>& lines, size_t from, size_t to);
  // One at a time: with a seeded source the journal's bytes are then the same each time.
  Outcome submit(const std::string& line) { return opened->submitAndWait({"demo:test", 1, line, {}}); }

  const std::string& where() const { return path; }
  std::string keyFile() const { return path + ".keys"; }

 private:
  std::string path;
  std::unique_ptr<Journal> opened;
};

// Everything that an entry says and all that can be opened of it, as JSON: two logs that read the same are the same.
std::string retold(const OpenedEvent& event);

}  // namespace liggare::test
