// The example day, with two keys joined as one person and a third that was joined and parted again; closed, and gone on
// after. Every kind of bundle there is of it, and what a forger may do to one.
#pragma once

#include "engine/bundle.h"
#include "tests/support/demo-journal.h"

namespace liggare::test {

class BundledDay {
 public:
  explicit BundledDay(const std::string& directory);

  Journal& journal() { return world.journal(); }
  DemoJournal& demo() { return world; }
  static const std::vector<std::string>& kinds();
  BundleOrder order(const std::string& kind);
  Bundle make(const std::string& kind) { return std::get<Bundle>(journal().bundle(order(kind))); }
  CheckedBundle check(const Bundle& bundle, const std::optional<Checkpoint>& known = std::nullopt) const {
    return checkBundle(bundle, std::span(&key, 1), known);
  }
  SubjectKey person(const std::string& number) { return *journal().find(schema::RefKind::PERSON, number); }
  // A patient reads the own access log: an entry in every book of the person.
  Outcome readOwnLog(const std::string& number);
  // A command of its own id, one minute after the one before.
  std::string command(const std::string& actor, const std::string& members);

  VerifierKey key;
  static constexpr const char* PATIENT = "199006022397";
  static constexpr const char* JOINED = "198507662388";
  static constexpr const char* PARTED = "200001052380";
  static constexpr const char* PROVIDER = "SE2321000131-VG01";

 private:
  void merge(const std::string& from, const std::string& basis, const std::string& mergeId);
  void split(const std::string& mergeId);
  // With what a second person says of it.
  void approved(const std::string& patient, const std::string& member);

  DemoJournal world;
  Micros now = 0;
  uint64_t drawn = 0;
};

// Whether a bundle is all that it should be; anything else is found out.
enum class Verdict : uint8_t { WHOLE, FOUND };
Verdict judged(const CheckedBundle& checked);

struct Tampered {
  std::string what;
  Bundle bundle;
};
// Dropping, adding, reordering, renumbering and swapping, in every book there is, and what can be done to whole books.
std::vector<Tampered> tamperedWith(const Bundle& honest);

}  // namespace liggare::test
