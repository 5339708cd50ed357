#include "cli/signed-log.h"

#include <kj/exception.h>

#include "cli/operational-log.h"
#include "engine/kv/store.h"
#include "engine/log/checkpoint-shelf.h"
#include "engine/log/opening.h"

namespace liggare::cli {

namespace {

std::string withoutSlash(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

// LIGGARE is a convenience; entry 0 is hashed. What is published rests on the key that both name.
bool isTheJournal(SignedLog& to, const JournalFile& file) {
  if (!isBeginningOf(*to.log, file)) return false;
  to.name = file.name();
  to.losses = lossesOf(*to.log, file);
  return true;
}

bool openForReading(const std::string& directory, const JournalFile& file, SignedLog& to, ExitCode& code) {
  std::optional<OpenRefused> refused;
  auto exception = kj::runCatchingExceptions([&] {
    auto answer = openLog({directory, to.origin, {to.key}}, to.lines, liggare::Access::READ);
    if (auto* no = std::get_if<OpenRefused>(&answer))
      refused = *no;
    else
      to.log = std::move(std::get<OpenedLog>(answer).log);
  });
  KJ_IF_MAYBE (e, exception) {
    if (!isInUse(*e)) kj::throwFatalException(kj::mv(*e));
    code = sayFault({JournalFault::Kind::IN_USE, "journalen används av en annan process"});
    return false;
  }
  if (refused) {
    code = sayFault({JournalFault::Kind::DAMAGED, "loggen är inte hel: " + refused->finding.what + " (position " +
                                                      std::to_string(refused->finding.position) + ")"});
    return false;
  }
  if (isTheJournal(to, file)) return true;
  code = sayFault({JournalFault::Kind::DAMAGED, "post 0 är inte den journal som " + directory + "/LIGGARE beskriver"});
  return false;
}

// The newest checkpoint that was kept, when it is signed and this log holds it.
bool takeKept(const std::string& directory, SignedLog& to) {
  auto kept = CheckpointShelf(checkpointsPath(directory)).newest().kept;
  if (!kept) return false;
  auto checkpoint = openCheckpoint(kept->note, to.origin, {&to.key, 1});
  if (!checkpoint || checkpoint->head.size > to.log->durableSize()) return false;
  if (to.log->rootAt(checkpoint->head.size) != checkpoint->head.root) return false;
  to.note = kept->note;
  to.head = checkpoint->head;
  return true;
}

// As `liggare checkpoint` does: signed and kept before anybody sees it.
bool signNewest(const Place& place, SignedLog& to, JournalFault& fault) {
  JournalOptions options;
  options.directory = place.directory;
  options.keyFile = place.keyFile;
  options.token = place.token;
  options.observer = &operationalLog();
  auto journal = Journal::open(options, fault);
  if (!journal) return false;
  to.note = journal->checkpoint();
  return true;
}

}  // namespace

std::unique_ptr<SignedLog> openSignedLog(const Place& place, ExitCode& code) {
  JournalFault fault{};
  const std::string directory = withoutSlash(place.directory);
  auto file = readJournalFile(directory, fault);
  auto key = file ? parseVerifierKey(file->verifierKey) : std::nullopt;
  if (file && !key) fault = {JournalFault::Kind::DAMAGED, directory + "/LIGGARE är skadad"};
  if (!key) {
    code = sayFault(fault);
    return nullptr;
  }
  auto out = std::make_unique<SignedLog>();
  out->origin = file->origin;
  out->key = *key;
  if (!openForReading(directory, *file, *out, code)) return nullptr;
  bool kept = takeKept(directory, *out);
  if (kept && out->head == out->log->durable()) return out;
  out->log.reset();  // whoever signs writes, and writers are alone
  bool isSigned = signNewest(place, *out, fault);
  if (!isSigned && (fault.kind != JournalFault::Kind::NO_KEY_HOLDER || !kept)) {
    code = sayFault(fault);
    return nullptr;
  }
  if (!openForReading(directory, *file, *out, code)) return nullptr;
  if (!isSigned)
    say("Nyckelhållaren finns inte här (" + fault.why + "): det som visas går till den senast undertecknade storleken");
  if (takeKept(directory, *out)) return out;
  code = sayFault({JournalFault::Kind::DAMAGED, "den nyss undertecknade kontrollpunkten finns inte kvar"});
  return nullptr;
}

std::optional<std::string> newestCosigned(const std::string& directory, const std::string& origin, const Policy& policy,
                                          const std::function<bool(const Head&)>& holds) {
  std::optional<std::string> found;
  CheckpointShelf(checkpointsPath(withoutSlash(directory))).eachBackwards([&](const CheckpointShelf::Kept& kept) {
    auto verdict = judgeCheckpoint(policy, kept.note);
    bool isEnough = verdict.flaw == PolicyVerdict::Flaw::NONE && verdict.checkpoint.origin == origin;
    if (isEnough && holds(verdict.checkpoint.head)) found = kept.note;
    return !found;
  });
  if (!found)
    sayError("ingen kontrollpunkt har de intyg som policyn kräver; hämta dem med liggare checkpoint --policy");
  return found;
}

bool takeCosigned(const Place& place, SignedLog& to, const Policy& policy) {
  auto note = newestCosigned(place.directory, to.origin, policy, [&](const Head& head) {
    return head.size <= to.log->durableSize() && to.log->rootAt(head.size) == head.root;
  });
  if (!note) return false;
  to.note = *note;
  to.head = judgeCheckpoint(policy, *note).checkpoint.head;
  return true;
}

std::optional<std::string> keptCheckpoint(const Place& place, const SignedLog& from, const Head& head) {
  if (from.head == head) return from.note;
  std::optional<std::string> found;
  CheckpointShelf(checkpointsPath(withoutSlash(place.directory))).each([&](const CheckpointShelf::Kept& kept) {
    if (found || !kept.checkpoint || kept.checkpoint->head != head) return;
    if (openCheckpoint(kept.note, from.origin, {&from.key, 1})) found = kept.note;
  });
  return found;
}

}  // namespace liggare::cli
