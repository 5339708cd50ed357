// Which parts of an event a bundle opens for its reader, and opening them. What is not in the answer stays a digest.
#pragma once

#include "engine/bundle.h"

namespace liggare {

// Why an event stands in a bundle.
enum class Shown : uint8_t {
  NOTHING,     // to be counted
  ACCESS,      // in a patient's access log
  IDENTITY,    // in a patient book, for what joins and names the patient: merges, splits, registration, identifiers
  JOURNAL,     // the same, and the items that were read
  USER,
  UNIT,
  OWNER,
  REVIEW,
  GOVERNANCE,
  SUBJECT,     // because it says whose a book is
};

class PartOpener {
 public:
  PartOpener(const BundleSource& source, const BundleOrder& what) : from(source), order(what) {}
  // Fills in header and parts. `key` is the book's own: the patient's, where it is a patient's book.
  void open(Position position, Shown shown, const SubjectKey& key, BundleEvent& to);
  // Common and patient parts, as readers; nothing when it seals nothing or was destroyed.
  std::optional<OpenedEvent> read(Position position);

 private:
  struct Unsealed;
  std::optional<Unsealed> unseal(Position position, BundleEvent* to);
  std::vector<size_t> chosen(const Unsealed& event, Position position, Shown shown, const SubjectKey& key) const;

  const BundleSource& from;
  const BundleOrder& order;
};

}  // namespace liggare
