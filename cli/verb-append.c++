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
  std::string file = "-", client = "cli";
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

Tally stream(Journal& journal, int input, const Asked& asked) {
  Tally tally;
  Output out;
  Progress progress("skriver in");
  const bool showsProgress = asked.quiet || !::isatty(STDOUT_FILENO);  // or answers and progress would share a line
  auto deliver = [&](uint64_t line, const Outcome& outcome) {
    tally.add(outcome);
    if (!asked.quiet || isWorthShowing(outcome)) appendAnswer(out.buffer(), line, outcome);
    out.flushIfLarge();
    if (tally.lines % 256 == 0 && showsProgress) progress.at(tally.lines, 0);
  };
  Window window(journal, clientName(journal, asked.client), deliver, [&] { out.flush(); });
  LineReader reader(input);
  LineReader::Line line;
  while (!window.isHopeless() && reader.next(line)) {
    if (line.kind == LineReader::Line::Kind::TOO_LONG)
      window.settled(line.number, tooLong());
    else
      window.submit(line.number, line.text);
  }
  window.finish();
  return tally;
}

void sayWhatToDo(const Tally& tally) {
  if (tally.unknown > 0)
    sayError("journalen har stannat; öppna den igen och skicka samma kommandon en gång till, med samma id");
  else if (tally.tryAgain > 0)
    sayError("journalen tar inte emot mer just nu (disken är nästan full); skicka resten senare");
}

ExitCode append(const Asked& asked) {
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
    "Avslutar med 0 också när rader nekats (ett nekande är ett svar), 1 när någon rad inte var ett kommando,\n"
    "4 när det enda kommandot nekades, 8 när dess expectedVersion inte stämde.",
    [](VerbForm& form) -> std::function<ExitCode()> {
      auto asked = std::make_shared<Asked>();
      bindPlace(form, asked->place);
      form.place("FIL", asked->file, "ett JSON-objekt per rad; - är standard in", VerbForm::Need::OPTIONAL);
      form.option("--client", "NAMN", asked->client, "vilket program som talar (cli)");
      form.flag("-q,--quiet", asked->quiet, "visa bara nekanden och fel, och en summering");
      form.flag("--json", asked->json, "svaren är alltid JSON");
      return [asked] { return append(*asked); };
    }};

}  // namespace liggare::cli
