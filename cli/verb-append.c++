// liggare append DIR [FILE|-]: commands in, one answer a line out, in the order they came.
#include <fcntl.h>
#include <unistd.h>

#include <kj/io.h>

#include "cli/answers.h"
#include "cli/lines.h"
#include "cli/session.h"
#include "cli/window.h"

namespace liggare::cli {

namespace {

struct Asked {
  Place place;
  std::string file = "-", client = "cli", receipt = "plain";
  bool quiet = false, json = false;
};

bool isWorthShowing(const Outcome& outcome) {
  switch (outcome.kind) {
    case Outcome::Kind::ACCEPTED:
    case Outcome::Kind::UNCHANGED: return false;
    case Outcome::Kind::DUPLICATE: return outcome.first == Outcome::Kind::REFUSED;
    default: return true;
  }
}

Outcome tooLong() {
  Outcome outcome;
  outcome.kind = Outcome::Kind::INVALID;
  outcome.reason = "Raden är längre än 64 KiB.";
  return outcome;
}

// Answers on their way out. A signed receipt waits for a checkpoint that covers it: one is signed for all that were
// answered meanwhile, when nothing more is at hand or a good many wait.
class Answers {
 public:
  enum class Receipts : uint8_t { PLAIN, SIGNED };
  Answers(Journal& from, Receipts wanted) : journal(from), receipts(wanted) {}
  void add(uint64_t line, const Outcome& outcome) {
    if (receipts == Receipts::PLAIN) {
      appendAnswer(out.buffer(), line, outcome);
      out.flushIfLarge();
      return;
    }
    waiting.emplace_back(line, outcome);
    if (waiting.size() >= TOGETHER) settle();
  }
  void flush() {
    settle();
    out.flush();
  }

 private:
  static constexpr size_t TOGETHER = 1024;
  void settle() {
    if (waiting.empty()) return;
    std::string note = journal.checkpoint();
    for (auto& [line, outcome] : waiting) {
      std::string proof = outcome.recorded() ? journal.proofOf(outcome.receipt.position, note) : std::string();
      appendAnswer(out.buffer(), line, outcome, proof);
      out.flushIfLarge();
    }
    waiting.clear();
  }
  Journal& journal;
  const Receipts receipts;
  Output out;
  std::vector<std::pair<uint64_t, Outcome>> waiting;
};

Tally stream(Journal& journal, int input, const Asked& asked) {
  Tally tally;
  Answers answers(journal, asked.receipt == "signed" ? Answers::Receipts::SIGNED : Answers::Receipts::PLAIN);
  Progress progress("skriver in");
  const bool showsProgress = asked.quiet || !::isatty(STDOUT_FILENO);  // or answers and progress would share a line
  auto deliver = [&](uint64_t line, const Outcome& outcome) {
    tally.add(outcome);
    if (!asked.quiet || isWorthShowing(outcome)) answers.add(line, outcome);
    if (tally.lines % 256 == 0 && showsProgress) progress.at(tally.lines, 0);
  };
  Window window(journal, clientName(journal, asked.client), deliver, [&] { answers.flush(); });
  LineReader reader(input);
  LineReader::Line line;
  while (!window.isHopeless() && reader.next(line)) {
    if (line.kind == LineReader::Line::Kind::TOO_LONG)
      window.settled(line.number, tooLong());
    else
      window.submit(line.number, line.text);
  }
  window.finish();
  answers.flush();
  return tally;
}

void sayWhatToDo(const Tally& tally) {
  if (tally.unknown > 0)
    sayError("journalen har stannat; öppna den igen och skicka samma kommandon en gång till, med samma id");
  else if (tally.tryAgain > 0)
    sayError("journalen tar inte emot mer just nu (disken är nästan full); skicka resten senare");
}

ExitCode append(const Asked& asked) {
  if (asked.receipt != "plain" && asked.receipt != "signed") {
    sayError("--receipt är plain eller signed");
    return ExitCode::USAGE;
  }
  kj::AutoCloseFd file;
  if (asked.file != "-") {
    file = kj::AutoCloseFd(::open(asked.file.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0) {
      sayError(asked.file + " går inte att läsa");
      return ExitCode::NOT_FOUND;
    }
  }
  ExitCode code = ExitCode::OK;
  auto journal = openJournal(asked.place, JournalOptions::Access::WRITE, code);
  if (!journal) return code;
  Tally tally = stream(*journal, asked.file == "-" ? STDIN_FILENO : file.get(), asked);
  if (asked.quiet || ::isatty(STDERR_FILENO)) say(tally.summary());
  sayWhatToDo(tally);
  return tally.exitCode();
}

}  // namespace

const Verb APPEND = {
    "append", "kommandon in, ett svar per rad ut",
    "  liggare append J examples/region-day.ndjson\n"
    "  liggare simulate --patients 50 | liggare append J --quiet -\n"
    "  liggare append J examples/region-day.ndjson --receipt signed > kvitton.ndjson\n"
    "Avslutar med 0 också när rader nekats (ett nekande är ett svar), 1 när någon rad inte var ett kommando,\n"
    "4 när det enda kommandot nekades, 8 när dess expectedVersion inte stämde.",
    [](VerbForm& form) -> std::function<ExitCode()> {
      auto asked = std::make_shared<Asked>();
      bindPlace(form, asked->place);
      form.place("FIL", asked->file, "ett JSON-objekt per rad; - är standard in", VerbForm::Need::OPTIONAL);
      form.option("--client", "NAMN", asked->client, "vilket program som talar (cli)");
      form.option("--receipt", "SLAG", asked->receipt,
                  "plain: position och hash; signed: också ett bevis under en undertecknad kontrollpunkt (plain)");
      form.flag("-q,--quiet", asked->quiet, "visa bara nekanden och fel, och en summering");
      form.flag("--json", asked->json, "svaren är alltid JSON");
      return [asked] { return append(*asked); };
    }};

}  // namespace liggare::cli
