// Reading is an act: who asks and why is submitted first, and only what the recorded answer let through is shown.
//
//   ask ──► Journal::submit ──► AccessRecorded, durable ──► views caught up ──► a page made from that event
//       └─► refused: its code on standard error, exit 4, and nothing else
#pragma once

#include <map>

#include "cli/session.h"
#include "projections/report-head.h"

namespace liggare {
class Store;
}

namespace liggare::cli {

struct ReaderWords {
  std::string as, purpose, ground, reason;
  bool danger = false, cannotConsent = false, print = false, json = false;
};
void bindReader(VerbForm& form, ReaderWords& words);

// The person a read is about: on the command line, in a file, or on standard input ("-"), since process lists are read
// by all.
struct PersonWords {
  std::string number, file;
};
void bindPerson(VerbForm& form, PersonWords& words);
// False when it could not be read; the person has been told.
bool settlePerson(PersonWords& words);

// An instant as a command wants it, from RFC 3339 or a day (its beginning, Swedish time). Nothing when it is neither.
std::optional<std::string> instantOf(const std::string& words);

// A journal opened for somebody who wants to read, with the views beside it.
class ReadingRoom {
 public:
  static std::unique_ptr<ReadingRoom> open(const Place& place, ExitCode& code);
  explicit ReadingRoom(std::unique_ptr<Journal> journal);
  ~ReadingRoom();

  struct Read {
    ExitCode code = ExitCode::OK;
    Outcome outcome;
    std::vector<Position> events;  // the recorded accesses; empty when nothing may be shown
  };
  // `act` is the command's own member, without its claim: `"readJournal":{`; `more` goes behind the claim.
  Read ask(const ReaderWords& words, const std::string& person, const std::string& act, const std::string& more = {});
  // The same for a person at the terminal: refusals and invalid words are told on standard error.
  Read askAndTell(const ReaderWords& words, const std::string& person, const std::string& act,
                  const std::string& more = {});

  Sources sources();
  Journal& journal() { return *opened; }
  Views& views() { return *kept; }

 private:
  std::string command(const ReaderWords& words, const std::string& person, const std::string& act,
                      const std::string& more);

  std::unique_ptr<Journal> opened;
  std::unique_ptr<Store> store;
  std::unique_ptr<Views> kept;
  std::unique_ptr<Directory> directory;
};

// Writes a page, and answers INCOMPLETE when the views have not reached the read it rests on.
ExitCode show(const std::string& page, const ReportHead& head);

inline std::string viewsPath(const std::string& directory) { return directory + "/views"; }

}  // namespace liggare::cli
