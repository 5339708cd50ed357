// A small journal that is damaged again and again, always in a fresh copy, and what a process of its own says about it.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tests/support/demo-journal.h"

namespace liggare::test {

// What became of one damage.
enum class Fate : uint8_t {
  CHANGED,  // exit 5
  REFUSED,  // not opened for another reason
  ABORTED,  // the store stopped the process by an assertion
  SAME,     // whole, and every byte that can be told is what it was
  LIED,     // whole, and shorter or different: never
  BROKE     // any other end: a crash, a hang
};
std::string_view fateName(Fate fate);

enum class OpenedFor : uint8_t { READING, WRITING };

// A damage to a journal's directory, and words for it.
struct Damaging {
  std::string what;
  std::function<void(const std::string& directory)> damage;
  OpenedFor opened = OpenedFor::READING;
};

// How the victim's last writer ended.
enum class Ended : uint8_t {
  CLOSED,   // in good order
  KILLED,   // right after a checkpoint was signed
  UNSIGNED  // right after a command was answered, each command in a commit of its own
};

// The journal: some of it in two tables, some in the write-ahead log.
class Victim {
 public:
  explicit Victim(Ended ended = Ended::CLOSED);

  // Files of the journal by relative path, the store's own diary and lock left out.
  std::vector<std::string> files() const;
  const std::string& where() const { return directory; }
  // DIR as it was some commands ago.
  const std::string& older() const { return olderDirectory; }
  Head head() const { return end; }
  std::string origin() const;

  // Each damage in a copy of its own, several at a time; what became of them in the same order.
  std::vector<Fate> tryAll(const std::vector<Damaging>& damages) const;

 private:
  TemporaryDirectory place;
  std::string directory, olderDirectory;
  Head end;
  std::string untouched;  // what the child says of the whole one

  Fate tryOne(const Damaging& damaging, const std::string& copy) const;
};

// Prints how many met which fate, by file kind, and fails for each that lied or broke.
void judge(const std::vector<Damaging>& damages, const std::vector<Fate>& fates);

}  // namespace liggare::test
