// Accepting a loss. A log proves nothing against its own rollback: whoever holds a later receipt or checkpoint does.
// So an older log goes on only when two operators, whose keys it holds, have signed what is lost; and it goes on under
// a new name, so that nobody takes the one for the other.
//
//   the journal's name      entry 0's origin: what the key file, the vault and the lines are bound to, for ever
//   the log's origin        that name in the first incarnation, then …/k+1: checkpoints, witnesses, followers, sealing
//   the statement           a text of seven lines; each operator signs it as a note of its own
//   the incarnation entry   the first of the new incarnation: the old checkpoint, the lost range, both notes.
//                           Whoever has the entries and the verifier key can judge it
//
// A receipt or checkpoint from the lost range never becomes valid again: it is told as lost, by the entry that says so.
#pragma once

#include <span>

#include "engine/journal-files.h"
#include "engine/log/log.h"

namespace liggare {

// --- names ----------------------------------------------------------------------------------------------------------

// How the log of this journal is called after so many losses: "a/1" → "a/1", "a/2"; "a" → "a", "a/2".
std::string incarnationCalled(std::string_view name, uint32_t losses);
// After how many losses it is called that; nothing when it never is.
std::optional<uint32_t> lossesWhenCalled(std::string_view name, std::string_view origin);
// The log's key under that name.
VerifierKey keyCalled(VerifierKey key, std::string_view name);

// --- operators ------------------------------------------------------------------------------------------------------

constexpr size_t OPERATORS_MIN = 2, OPERATORS_MAX = 16;

// A key of a person who may accept a loss, as the log holds it: a key change of nobody's epoch, signed by the log.
std::string operatorText(std::string_view journalName, const VerifierKey& key);
EngineFact operatorFact(std::string_view journalName, const VerifierKey& key, Signer& log);
// In the order they were registered. `log` is the log's key, under any name.
std::vector<VerifierKey> operatorsBelow(Log& log, Position size, std::string_view journalName, const VerifierKey& key);
// Registers them in a journal that nobody else has open, once: at least two persons, each with a key and a name of
// their own.
//   Durable   at return
std::optional<JournalFault> registerOperators(const JournalOptions& options, std::span<const VerifierKey> keys);

// --- the statement --------------------------------------------------------------------------------------------------

struct LossStatement {
  std::string origin, next;       // how the log was called, and will be
  Head from;                      // the log that goes on
  uint64_t knownSize = 0;         // what others were promised: [from.size, knownSize) is lost
  std::optional<Hash> knownRoot;  // its root, when somebody knows it; a receipt does not
  Micros at = 0;
  std::string reason;  // one line, about no patient
  bool operator==(const LossStatement&) const = default;
};
constexpr Micros LOSS_VALID = 7 * DAY;
constexpr size_t REASON_MAX = 500;
bool isReason(std::string_view text);
std::string formatLoss(const LossStatement& statement);
std::optional<LossStatement> parseLoss(std::string_view text);  // one spelling; nothing for any other bytes

// What was signed, by whom; or one line (Swedish) about why it is no acceptance.
struct AcceptedLoss {
  LossStatement statement;
  std::vector<std::string> by;
};
// Exactly two notes of one text, each signed by another of the operators.
std::variant<AcceptedLoss, std::string> readAcceptance(std::span<const std::string> notes,
                                                       std::span<const VerifierKey> operators);
// Whether it is about just this: log, head, evidence, name; and not too old. The line says what differs.
std::optional<std::string> isAboutAnother(const LossStatement& signedText, const LossStatement& wanted, Micros now);

// --- what was lost --------------------------------------------------------------------------------------------------

struct PastLoss {
  Position position = 0;     // of the entry that says so
  std::string origin, next;  // the log's name before and after
  uint64_t lostFrom = 0, lostTo = 0;
  std::vector<std::string> by;
  std::string reason;
};
// By what LIGGARE says; each at an entry of this log that says the same (isBeginningOf has looked).
std::vector<PastLoss> lossesOf(Log& log, const JournalFile& file);
// The loss that took this position of the log that was called `origin` (empty: nobody says which).
const PastLoss* lossOver(std::span<const PastLoss> losses, Position position, std::string_view origin = {});
std::string lossWords(const PastLoss& loss);  // "positionerna 12–14 i a/1 är förlorade; godtaget på position 12 av …"

// Whether the log begins, and goes on, as the file says: entry 0, and each incarnation's first entry.
bool isBeginningOf(Log& log, const JournalFile& file);
// Every incarnation that the log itself tells of, judged as whoever has the entries can: known to the file, in its
// place, and signed by two operators who were registered before it. Reads every entry.
std::vector<Finding> judgeLosses(Log& log, const JournalFile& file);

}  // namespace liggare
