#include "cli/diagnosis.h"

#include <kj/exception.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "engine/base/random.h"
#include "engine/index/index.h"
#include "engine/journal-files.h"
#include "engine/log/opening.h"
#include "engine/loss.h"
#include "engine/vault/key-place.h"
#include "engine/vault/vault.h"
#include "projections/rows.h"

namespace liggare::cli {

namespace fs = std::filesystem;

namespace {

class Ladder {
 public:
  Ladder(const Place& place, JournalFile known)
      : directory(place.directory),
        keyPlace{place.keyFile.empty() ? defaultKeyFile(place.directory) : place.keyFile, place.token},
        file(std::move(known)) {
    out.origin = file.origin;
    if (auto key = parseVerifierKey(file.verifierKey)) logPlace.keys.push_back(*key);
    logPlace.directory = directory;
    logPlace.origin = file.origin;
  }

  Diagnosis climb() {
    lookAtDirectory();
    lookAtFiles();
    lookAtKeys();
    if (lookAtLog()) {
      guarded("valv", [&] { lookAtVault(); });
      lookAtIndex();
      lookAtViews();
      lookAtClock();
    }
    lookAtRoom();
    conclude();
    return std::move(out);
  }

 private:
  std::string directory;
  KeyPlace keyPlace;
  JournalFile file;
  LogPlace logPlace;
  Diagnosis out;
  std::string goneOn;        // the name under which the journal goes on elsewhere
  uint64_t vaultNeeded = 0;  // by the last commit of the chain
  Micros lastRecordedAt = 0;

  void rung(std::string name, Hold hold, std::string told) {
    out.rungs.push_back({std::move(name), hold, std::move(told)});
  }
  // What the disk cannot read is a broken rung.
  template <typename Look>
  void guarded(const char* name, Look&& look) {
    auto fault = kj::runCatchingExceptions(kj::fwd<Look>(look));
    KJ_IF_MAYBE (e, fault) rung(name, Hold::BROKEN, std::string("går inte att läsa: ") + e->getDescription().cStr());
  }

  void lookAtDirectory();
  void lookAtFiles();
  void lookAtKeys();
  bool lookAtLog();
  void tellEvidence(const Prospect& prospect);
  void tellOpening(const Prospect& prospect);
  void lookAtBeginning();
  void lookAtVault();
  void lookAtDestructions(Store& vault);
  void lookAtIndex();
  void lookAtViews();
  void lookAtClock();
  void lookAtRoom();
  void conclude();
  Hold worst() const;
};

void Ladder::lookAtDirectory() {
  struct stat status {};
  bool isOpen = ::stat(directory.c_str(), &status) == 0 && (status.st_mode & 077) != 0;
  rung("katalog", isOpen ? Hold::NOTE : Hold::FINE,
       isOpen ? "läses av fler än ägaren: kör chmod 700 " + directory : "bara ägaren når den");
  if (file.cut) rung("kopia", Hold::NOTE, "avklippt vid storlek " + grouped(*file.cut) + ": läses, men fortsätts inte");
  if (fileExists(manifestPath(directory)))
    rung("kopia", Hold::NOTE, "det här är en säkerhetskopia: återställ den med liggare restore");
  std::error_code error;
  std::string stem = fs::path(directory).filename();
  fs::path parent = fs::absolute(directory, error).parent_path();
  for (auto& entry : fs::directory_iterator(parent, error)) {
    std::string name = entry.path().filename();
    if (name.starts_with(stem + ".making-") || name.starts_with(stem + ".restoring-") ||
        name.starts_with(stem + ".vault.making-"))
      rung("rester", Hold::NOTE, entry.path().string() + " är kvar efter ett avbrott och kan tas bort");
  }
}

void Ladder::lookAtFiles() {
  std::string missing;
  for (auto* name : {"log", "head", "vault"})
    if (!fileExists(directory + "/" + name)) missing += (missing.empty() ? "" : ", ") + std::string(name);
  uint64_t unreadable = 0, writable = 0, all = 0;
  std::error_code error;
  for (auto at = fs::recursive_directory_iterator(directory, fs::directory_options::skip_permission_denied, error);
       at != fs::recursive_directory_iterator(); at.increment(error)) {
    if (error) break;
    struct stat status {};
    if (::lstat(at->path().c_str(), &status) != 0) continue;
    ++all;
    if (::access(at->path().c_str(), R_OK) != 0) ++unreadable;
    if (S_ISREG(status.st_mode) && (status.st_mode & 022) != 0) ++writable;
  }
  if (!missing.empty()) return rung("filer", Hold::BROKEN, missing + " saknas");
  if (unreadable > 0)
    return rung("filer", Hold::UNKNOWN, grouped(unreadable) + " får inte läsas av " + osUser() + ": fel användare?");
  if (writable > 0) return rung("filer", Hold::NOTE, grouped(writable) + " får skrivas av fler än ägaren");
  rung("filer", Hold::FINE, "alla på plats och läsbara (" + grouped(all) + ")");
}

void Ladder::lookAtKeys() {
  std::optional<PublicKey> expected;
  if (!logPlace.keys.empty() && logPlace.keys.front().publicKey.size() == 32) {
    expected.emplace();
    std::copy_n(logPlace.keys.front().publicKey.begin(), 32, expected->begin());
  }
  auto result = openKeyHolder(keyPlace, {directory, file.name(), expected}, systemRandom());
  if (result.error) return rung("nyckelhållare", Hold::UNKNOWN, result.error->line);
  rung("nyckelhållare", Hold::FINE,
       keyPlace.file + " är den här loggens; nycklarna ligger " + std::string(custodyText(result.holder->custody())));
  auto losses = lossesWhenCalled(file.name(), file.origin);
  if (losses && *losses < result.holder->incarnation()) {
    goneOn = incarnationCalled(file.name(), result.holder->incarnation());
    rung("inkarnation", Hold::NOTE,
         "en förlust har godtagits, och journalen har gått vidare som " + goneOn +
             ": den här katalogen läses och fortsätts inte");
  }
}

void Ladder::tellEvidence(const Prospect& prospect) {
  std::string told;
  for (auto& promise : prospect.promises)
    told += (told.empty() ? "" : "; ") + promise.source + ": storlek " + grouped(promise.head.size);
  bool torn = !prospect.notes.empty();
  for (auto& note : prospect.notes) told += (told.empty() ? "" : "; ") + note;
  rung("bevis", torn ? Hold::NOTE : Hold::FINE, told.empty() ? "inget lovat ännu" : told);
}

void Ladder::tellOpening(const Prospect& prospect) {
  std::string upTo = "storlek " + grouped(prospect.end.size) + ", rot " + toHex(prospect.end.root);
  if (prospect.refused) {
    const OpenRefused& refused = *prospect.refused;
    out.opening = Diagnosis::Opening::REFUSES;
    out.lostFrom = refused.lostFrom;
    out.lostTo = std::max(refused.lostTo, refused.lostFrom);
    rung("kedja", Hold::BROKEN,
         "hel till " + upTo + "; position " + grouped(refused.finding.position) + ", " + name(refused.finding.kind) +
             ": " + refused.finding.what);
    std::string range = refused.lostTo > refused.lostFrom
                            ? ": positionerna " + grouped(refused.lostFrom) + "–" + grouped(refused.lostTo - 1) +
                                  " har lovats av " + refused.evidence + " och finns inte, eller är andra"
                            : "";
    return rung("öppning", Hold::BROKEN, "vägras, och rör ingenting" + range);
  }
  rung("kedja", Hold::FINE, "hel, " + upTo);
  out.commitsAbove = prospect.commitsAbove;
  if (prospect.commitsAbove == 0) {
    out.opening = Diagnosis::Opening::WHOLE;
    return rung("öppning", Hold::FINE, "hel: inget släpps");
  }
  out.opening = Diagnosis::Opening::DROPS_TAIL;
  rung("öppning", Hold::NOTE,
       "släpper spår av " + grouped(prospect.commitsAbove) +
           (prospect.commitsAbove == 1 ? " skrivning" : " skrivningar") + " ovanför storlek " +
           grouped(prospect.end.size) + ", som ingen hade fått svar på");
}

// False when another process has it, or the log is not whole: what is derived from it then says nothing.
bool Ladder::lookAtLog() {
  ClearLines lines;
  std::optional<Prospect> prospect;
  auto fault = kj::runCatchingExceptions([&] { prospect = foresee(logPlace, lines); });
  KJ_IF_MAYBE (e, fault) {
    if (isInUse(*e)) {
      rung("lås", Hold::BUSY, "en annan process har journalen; resten av stegen kräver att ingen skriver");
    } else {
      rung("logg", Hold::BROKEN, e->getDescription().cStr());
    }
    return false;
  }
  rung("lås", Hold::FINE, "ingen annan har journalen");
  out.end = prospect->end;
  tellEvidence(*prospect);
  tellOpening(*prospect);
  if (prospect->refused) return false;
  guarded("post 0", [&] { lookAtBeginning(); });
  return true;
}

void Ladder::lookAtBeginning() {
  ClearLines lines;
  auto answer = openLog(logPlace, lines, Access::READ);
  auto& log = *std::get<OpenedLog>(answer).log;
  const bool same = isBeginningOf(log, file);
  rung("post 0", same ? Hold::FINE : Hold::BROKEN,
       same ? "samma journal som LIGGARE säger" : "är inte den journal som LIGGARE beskriver");
  if (log.durableSize() == 0) return;
  for (auto& loss : lossesOf(log, file)) rung("förlust", Hold::NOTE, lossWords(loss) + ": loggen blev " + loss.next);
  vaultNeeded = log.commitAt(log.durableSize() - 1)->header().vaultVersion;
  lastRecordedAt = log.fields(log.durableSize() - 1).recordedAt;
}

void Ladder::lookAtVault() {
  auto store = openRocks(directory + "/vault", RocksProfile::VAULT, Mode::READ_ONLY);
  store->verifyChecksums();
  auto version = vaultVersionIn(*store);
  if (!version) return rung("valv", Hold::BROKEN, "versionen går inte att läsa");
  if (*version < vaultNeeded)
    return rung("valv", Hold::BROKEN,
                "version " + grouped(*version) + " är äldre än loggen, som behöver " + grouped(vaultNeeded));
  rung("valv", Hold::FINE, "version " + grouped(*version));
  lookAtDestructions(*store);
}

void Ladder::lookAtDestructions(Store& vault) {
  uint64_t done = 0, open = 0;
  std::string which;
  for (auto& what : destructionsIn(vault)) {
    const bool isDone = what.stage == DestructionStage::DONE;
    ++(isDone ? done : open);
    if (!isDone) which += (which.empty() ? "" : ", ") + grouped(what.decision);
  }
  if (open > 0)
    return rung("förstöring", Hold::NOTE,
                "beslutad men inte genomförd, beslut på position " + which +
                    ": fortsätter vid nästa öppning, eller med liggare destroy " + directory);
  if (done > 0) rung("förstöring", Hold::FINE, grouped(done) + " beslut genomförda");
}

void Ladder::lookAtIndex() {
  std::string path = directory + "/index";
  if (!fileExists(path)) return rung("index", Hold::NOTE, "finns inte; görs ur loggen vid öppning");
  Position cursor = 0;
  auto fault = kj::runCatchingExceptions([&] {
    auto store = openRocks(path, RocksProfile::INDEX, Mode::READ_ONLY);
    cursor = Index(*store).cursor();
  });
  if (fault != nullptr || cursor > out.end.size)
    return rung("index", Hold::NOTE,
                fault != nullptr ? "går inte att läsa; görs på nytt vid öppning"
                                 : "vet mer än loggen; görs på nytt vid öppning");
  rung("index", Hold::FINE,
       "till position " + grouped(cursor) + "; " + grouped(out.end.size - cursor) + " läses ur loggen vid öppning");
}

void Ladder::lookAtViews() {
  std::string path = directory + "/views", told;
  if (!fileExists(path)) return rung("vyer", Hold::FINE, "inga ännu; byggs vid första läsningen");
  auto fault = kj::runCatchingExceptions([&] {
    auto store = openRocks(path, RocksProfile::VIEWS, Mode::READ_ONLY);
    for (auto view : ALL_VIEWS) {
      auto row = store->get(cursorKey(view));
      told += (told.empty() ? "" : ", ") + std::string(viewName(view)) + " " +
              (row ? "till " + grouped(cursorFrom(*row).next) : "inte byggd");
    }
  });
  if (fault != nullptr) return rung("vyer", Hold::NOTE, "går inte att läsa: ta bort katalogen " + path);
  rung("vyer", Hold::FINE, told);
}

void Ladder::lookAtClock() {
  Micros now = systemClock().now();
  if (file.demo) return rung("klocka", Hold::FINE, "kommandonas egen (demo)");
  if (now >= lastRecordedAt) return rung("klocka", Hold::FINE, formatSwedish(now));
  rung("klocka", Hold::NOTE,
       "går efter: " + formatSwedish(now) + ", och sista posten är från " + formatSwedish(lastRecordedAt) +
           ". Ställ den innan något skrivs");
}

void Ladder::lookAtRoom() {
  guarded("utrymme", [&] {
    uint64_t room = freeBytesAt(directory), floor = JournalOptions{}.diskFloorBytes;
    rung("utrymme", room < floor ? Hold::NOTE : Hold::FINE,
         grouped(room >> 20) + " MiB lediga; golvet är " + grouped(floor >> 20) +
             (room < floor ? ", och under det godtas inget" : ""));
  });
}

Hold Ladder::worst() const {
  Hold hold = Hold::FINE;
  for (auto& each : out.rungs) hold = std::max(hold, each.hold);
  return hold;
}

void Ladder::conclude() {
  switch (worst()) {
    case Hold::BROKEN:
      out.code = ExitCode::INTEGRITY;
      out.next = out.opening == Diagnosis::Opening::REFUSES
                     ? "kopiera katalogen som den ligger, rör inte head och checkpoints, och återställ den nyaste "
                       "säkerhetskopian: liggare restore KOPIA NY --evidence " +
                           directory +
                           ". Räcker ingen kopia så långt kan två operatörer godta förlusten: liggare accept-loss "
                           "prepare KOPIA --evidence " +
                           directory
                     : "kopiera katalogen som den ligger, och återställ det som saknas ur den nyaste säkerhetskopian";
      return;
    case Hold::BUSY:
      out.code = ExitCode::UNAVAILABLE;
      out.next = "avsluta den processen i ordning, och fråga igen";
      return;
    case Hold::UNKNOWN:
      out.code = ExitCode::UNVERIFIABLE;
      out.next = "åtgärda det som inte gick att pröva (--keys för nyckelfilen), och fråga igen";
      return;
    case Hold::NOTE:
    case Hold::FINE: break;
  }
  if (!goneOn.empty()) {
    out.next =
        "skriv i den katalog där journalen heter " + goneOn + "; behåll den här som bevis för det som förlorades";
    return;
  }
  out.next = out.opening == Diagnosis::Opening::DROPS_TAIL
                 ? "öppna som vanligt: det som släpps har ingen fått svar på. Flera gånger i rad: byt disk"
                 : "inget: journalen kan öppnas. liggare verify " + directory + " --full läser varje byte";
}

}  // namespace

const char* holdName(Hold hold) {
  switch (hold) {
    case Hold::FINE: return "fine";
    case Hold::NOTE: return "note";
    case Hold::UNKNOWN: return "unknown";
    case Hold::BUSY: return "busy";
    case Hold::BROKEN: break;
  }
  return "broken";
}

const char* openingName(Diagnosis::Opening opening) {
  switch (opening) {
    case Diagnosis::Opening::WHOLE: return "whole";
    case Diagnosis::Opening::DROPS_TAIL: return "dropsTail";
    case Diagnosis::Opening::REFUSES: return "refuses";
    case Diagnosis::Opening::UNKNOWN: break;
  }
  return "unknown";
}

std::optional<Diagnosis> diagnose(const Place& place, JournalFault& fault) {
  Place settled = place;
  while (settled.directory.size() > 1 && settled.directory.back() == '/') settled.directory.pop_back();
  auto file = readJournalFile(settled.directory, fault);
  if (!file) return std::nullopt;
  return Ladder(settled, std::move(*file)).climb();
}

}  // namespace liggare::cli
