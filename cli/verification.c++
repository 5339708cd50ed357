#include "cli/verification.h"

#include <kj/exception.h>

#include <set>

#include "cli/operational-log.h"
#include "engine/books.h"
#include "engine/journal-verify.h"

namespace liggare::cli {

std::optional<Finding> Verified::first() const {
  auto found = report.first();
  if (!count.findings.empty() && (!found || count.findings.front().position < found->position))
    return count.findings.front();
  return found;
}

ExitCode Verified::code() const {
  if (first()) return ExitCode::INTEGRITY;
  return keysAtHand && report.closingsRecomputed == report.closings ? ExitCode::OK : ExitCode::UNVERIFIABLE;
}

namespace {

LogPlace logPlace(const std::string& directory, const JournalFile& file) {
  LogPlace place{directory, file.origin, {}};
  if (auto key = parseVerifierKey(file.verifierKey)) place.keys.push_back(*key);
  return place;
}

// --- --open
// -----------------------------------------------------------------------------------------------------------

// A key taken out of its tree opens nothing, with or without a decision: the decision must be in the log, or in the
// vault of a destruction that is under way.
struct Destroyed {
  std::set<Position> found, said;
};

void openOne(Journal& journal, Position position, OpenedCount& count, Destroyed& destroyed) {
  auto event = journal.read(position, Open::ALL);
  if (!event) return;
  if (!event->entry.isSealed()) {  // the engine's own entries stand in its stream and nowhere else
    if (event->lines.size() != 1 || event->lines.front().book != streamId(StreamKind::SY, {}))
      count.findings.push_back({Damage::LINES, position, "motorns egen post står inte i just motorns bok"});
    if (auto* fact = std::get_if<DestroyedFact>(&event->entry.engine))
      destroyed.said.insert(fact->positions.begin(), fact->positions.end());
    return;
  }
  if (event->destroyed) {
    ++count.destroyed;
    destroyed.found.insert(position);
    return;
  }
  ++count.events;
  count.lines += event->lines.size();
  auto kind = static_cast<schema::Body::Which>(event->view.common.getKind());
  if (kind == schema::Body::ACCESS_RECORDED || kind == schema::Body::PROVIDER_NAMES_REVEALED) ++count.reads;
  if (kind == schema::Body::ATTEMPT_REFUSED) ++count.refusals;
  Books books = booksOf(event->view);
  std::vector<BookId> wanted{books.stream.stream};
  for (auto& book : books.others)
    if (book != wanted.front()) wanted.push_back(book);
  bool same = wanted.size() == event->lines.size();
  for (size_t i = 0; same && i < wanted.size(); ++i) same = wanted[i] == event->lines[i].book;
  if (!same)
    count.findings.push_back({Damage::LINES, position, "händelsen står inte i just de böcker som dess innehåll säger"});
}

OpenedCount openAll(Journal& journal) {
  OpenedCount count;
  Progress progress("öppnar");
  Position head = journal.head();
  Destroyed destroyed;
  for (auto& what : journal.destructions())
    for (auto& item : what.items) destroyed.said.insert(item.position);
  for (Position p = 0; p < head && count.findings.size() < VerifyReport::FINDINGS_MAX; ++p) {
    auto fault = kj::runCatchingExceptions([&] { openOne(journal, p, count, destroyed); });
    if (fault != nullptr) count.findings.push_back({Damage::SEALED, p, "händelsen går inte att öppna"});
    progress.at(p, head);
  }
  for (Position p : destroyed.found)
    if (!destroyed.said.contains(p))
      count.findings.push_back({Damage::CIPHERTEXT, p, "nyckeln är borta, och inget beslut säger att den ska det"});
  std::stable_sort(count.findings.begin(), count.findings.end(),
                   [](const Finding& a, const Finding& b) { return a.position < b.position; });
  return count;
}

// --- what was found
// ---------------------------------------------------------------------------------------------------

void row(Output& out, std::string_view label, const std::string& value) {
  out << "  " << padded(label, 17) << value << "\n";
}

void tellOpened(const Verified& v, Output& out) {
  const OpenedCount& c = v.count;
  row(out, "Öppnade",
      grouped(c.events) + " händelser med nycklar, var och en i de böcker den ska stå i (" + grouped(c.lines) +
          " rader)");
  row(out, "Varav", grouped(c.reads) + " läsningar, " + grouped(c.refusals) + " nekade försök");
  if (c.destroyed > 0) row(out, "Förstörda", grouped(c.destroyed) + " enligt beslut");
}

void tellFull(const Verified& v, Output& out) {
  const VerifyReport& r = v.report;
  row(out, "Förseglat",
      grouped(r.sealed) + " händelser stämmer med sin post" +
          (r.ciphertextsRemoved > 0 ? ", " + grouped(r.ciphertextsRemoved) + " borttagna enligt beslut" : ""));
  if (v.keysAtHand)
    row(out, "Bokrader",
        grouped(r.lines) + " i " + grouped(r.books) + " böcker, numrerade utan luckor" +
            (r.linesDisposed > 0 ? ", " + grouped(r.linesDisposed) + " gallrade" : ""));
  else
    row(out, "Bokrader", "inte prövade: nyckeln till dem finns inte här");
  if (r.closings == 0)
    row(out, "Bokslut", "inget");
  else
    row(out, "Bokslut",
        grouped(r.closingsRecomputed) + " av " + grouped(r.closings) + " räknade om ur raderna" +
            (r.closedSize ? ", det senaste av de " + grouped(r.closedSize) + " första posterna" : "") +
            (r.closingsRecomputed == r.closings ? "" : "; resten går inte att räkna om"));
}

}  // namespace

void tellVerified(const Verified& v, Output& out) {
  const VerifyReport& r = v.report;
  out << v.origin << (v.demo ? "  (demo)" : "") << "\n";
  row(out, "Träd", "storlek " + grouped(r.head.size) + ", rot " + toHex(r.head.root));
  row(out, "Poster",
      grouped(r.entries) + " i " + grouped(r.commits) + " skrivningar" +
          (v.full ? ", varje post räknad om ur sina egna byte" : ", rot efter rot"));
  row(out, "Kontrollpunkter",
      grouped(r.checkpoints) + " stämmer med loggen" +
          (r.checkpointsUnsigned > 0 ? ", " + grouped(r.checkpointsUnsigned) + " utan prövad underskrift"
                                     : ", undertecknade"));
  for (auto& loss : v.losses) row(out, "Förlust", lossWords(loss) + ", som " + loss.next + " (" + loss.reason + ")");
  if (v.full) tellFull(v, out);
  if (v.opened) tellOpened(v, out);
  char seconds[32];
  std::snprintf(seconds, sizeof seconds, "%.1f s", v.seconds);
  for (char& c : seconds)
    if (c == '.') c = ',';
  if (auto found = v.first()) {
    row(out, "AVVIKELSE", red("position " + grouped(found->position)) + ", " + name(found->kind) + ": " + found->what);
    row(out, "RESULTAT",
        red("inte vad den var") + ": " + grouped(r.findingCount + v.count.findings.size()) +
            " avvikelser, den första ovan  (" + seconds + ")");
    return;
  }
  std::string upTo = v.lastRecordedAt ? " till och med " + formatSwedish(v.lastRecordedAt) : "";
  if (v.keysAtHand)
    row(out, "RESULTAT", green("oförändrad") + upTo + "  (" + seconds + ")");
  else
    row(out, "RESULTAT",
        "inget avviker, men allt går inte att pröva utan nyckelhållare  (" + std::string(seconds) + ")");
}

std::string verifiedJson(const Verified& v) {
  const VerifyReport& r = v.report;
  std::string line;
  JsonObject json(line);
  json.text("origin", v.origin)
      .truth("whole", JsonObject::Truth{!v.first()})
      .truth("keys", JsonObject::Truth{v.keysAtHand});
  json.number("size", r.head.size)
      .plain("root", toHex(r.head.root))
      .number("commits", r.commits)
      .number("entries", r.entries);
  json.number("tiles", r.tiles)
      .number("checkpoints", r.checkpoints)
      .number("checkpointsUnsigned", r.checkpointsUnsigned);
  if (v.full) {
    json.number("lines", r.lines).number("linesDisposed", r.linesDisposed).number("sealed", r.sealed);
    json.number("ciphertextsRemoved", r.ciphertextsRemoved).number("books", r.books);
    json.number("closings", r.closings).number("closingsRecomputed", r.closingsRecomputed);
  }
  if (v.opened) {
    json.number("opened", v.count.events).number("openedLines", v.count.lines).number("reads", v.count.reads);
    json.number("attemptsRefused", v.count.refusals).number("destroyed", v.count.destroyed);
  }
  if (!v.losses.empty()) {
    std::string all;
    for (auto& loss : v.losses) {
      all += all.empty() ? "" : ",";
      JsonObject(all)
          .text("origin", loss.origin)
          .text("next", loss.next)
          .number("acceptedAt", loss.position)
          .number("lostFrom", loss.lostFrom)
          .number("lostTo", loss.lostTo)
          .close();
    }
    json.raw("losses", "[" + all + "]");
  }
  json.number("findings", r.findingCount + v.count.findings.size());
  if (auto found = v.first()) {
    std::string first;
    JsonObject(first)
        .number("position", found->position)
        .plain("kind", name(found->kind))
        .text("what", found->what)
        .close();
    json.raw("first", first);
  }
  json.close();
  return line + '\n';
}

// --- with and without keys
// --------------------------------------------------------------------------------------------

namespace {

ExitCode withKeys(const JournalFile& file, const VerifyWords& words, Verified& v) {
  JournalOptions options;
  options.directory = words.place.directory;
  while (options.directory.size() > 1 && options.directory.ends_with('/')) options.directory.pop_back();
  options.keyFile = words.place.keyFile;
  options.token = words.place.token;
  options.observer = &operationalLog();
  Progress progress("prövar");
  VerifyOptions depth{v.full ? Depth::FULL : Depth::TREE, LinesOpen::AT_HAND, logPlace(options.directory, file)};
  auto answer = verifyAlone(options, depth, [&](Position done, Position all) { progress.at(done, all); });
  if (auto* fault = std::get_if<JournalFault>(&answer)) return sayFault(*fault);
  auto& verified = std::get<VerifiedLog>(answer);
  v.report = std::move(verified.report);
  v.lastRecordedAt = verified.lastRecordedAt;
  if (!words.open) return ExitCode::OK;
  ExitCode code = ExitCode::OK;
  auto journal = openJournal(words.place, JournalOptions::Access::READ, code);
  if (!journal) return code;
  v.opened = true;
  v.count = openAll(*journal);
  return ExitCode::OK;
}

// The tree, the checkpoints and every ciphertext's digest need no key.
ExitCode withoutKeys(const JournalFile& file, const VerifyWords& words, Verified& v) {
  ClearLines lines;
  LogPlace place = logPlace(words.place.directory, file);
  auto answer = openLog(place, lines, Access::READ);
  if (auto* refused = std::get_if<OpenRefused>(&answer)) {
    sayError("position " + std::to_string(refused->finding.position) + ", " + name(refused->finding.kind) + ": " +
             refused->finding.what);
    return ExitCode::INTEGRITY;
  }
  Progress progress("prövar");
  VerifyOptions options{v.full ? Depth::FULL : Depth::TREE, LinesOpen::ABSENT, place};
  auto& log = *std::get<OpenedLog>(answer).log;
  v.report = verifyLog(log, options, [&](Position done, uint64_t of) { progress.at(done, of); });
  v.keysAtHand = false;
  return ExitCode::OK;
}

// Everybody can judge an accepted loss: who signed stands in the log, and so do their keys. Every entry is read for it
// with --full, so that none is passed by; without it only where LIGGARE says that one stands.
void judgeAccepted(const VerifyWords& words, const JournalFile& file, Verified& v) {
  if (!v.report.whole() || (!v.full && file.former.empty())) return;
  ClearLines lines;
  auto answer = openLog(logPlace(words.place.directory, file), lines, Access::READ);
  if (std::holds_alternative<OpenRefused>(answer)) return;  // told above
  auto& log = *std::get<OpenedLog>(answer).log;
  v.losses = lossesOf(log, file);
  if (!v.full) return;
  auto found = judgeLosses(log, file);
  v.count.findings.insert(v.count.findings.begin(), found.begin(), found.end());
}

}  // namespace

bool verifyJournal(const VerifyWords& words, Verified& v, ExitCode& code) {
  auto began = std::chrono::steady_clock::now();
  JournalFault fault{};
  auto file = readJournalFile(words.place.directory, fault);
  if (!file) {
    code = sayFault(fault);
    return false;
  }
  v.origin = file->origin;
  v.demo = file->demo;
  v.full = words.full || words.open;
  code = withKeys(*file, words, v);
  if (code == ExitCode::UNVERIFIABLE) code = withoutKeys(*file, words, v);
  if (code != ExitCode::OK) return false;
  judgeAccepted(words, *file, v);
  v.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  return true;
}

}  // namespace liggare::cli
