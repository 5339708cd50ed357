// A journal in which a destruction is decided, and what tests ask of it before and after. The day is
// examples/destruction.ndjson: two notes, one signed, corrected and disputed; IVO's decision about both; the correction
// goes with its note, and the dissent stays.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "engine/journal.h"
#include "engine/log/opening.h"
#include "tests/support/paths.h"

namespace liggare::test {

extern const char* const NOTE_1;
extern const char* const NOTE_2;
extern const char* const CORRECTION;
extern const char* const DISSENT;

// The day's commands, and which of them executes.
std::vector<std::string> destructionDay();
size_t executingLine();

class DestructionWorld {
 public:
  // Made by Journal::init, and not open. Its key file is sealed by the token, when one is named.
  explicit DestructionWorld(const std::string& directory, const std::string& tokenUri = {});
  // Another that goes on from the same bytes. The other must be closed.
  DestructionWorld(const std::string& directory, const DestructionWorld& other);

  JournalOptions options() const;
  Journal& open(std::function<void(std::string_view)> afterStep = {});
  Journal& openFor(JournalOptions::Access access);
  void close() { opened.reset(); }
  Journal& journal() { return *opened; }
  // The day's commands [from, to), one at a time; each must be recorded, unless it is among those that may fail.
  void play(size_t from, size_t to);
  Outcome submit(const std::string& line);
  // A command by the coordinator about the patient, of its own id: "noteDissent":{…}
  Outcome ask(const std::string& act);

  Position decision();  // of DestructionExecuted or DisposalExecuted; 0 when there is none
  // Positions whose content is gone.
  std::vector<Position> gone();
  // `verify --full`, with evidence.
  VerifyReport verify();

  // From now on it is opened with this token.
  void useToken(const std::string& uri) { token = uri; }

  const std::string& where() const { return path; }
  std::string keyFile() const { return path + ".keys"; }
  std::string vaultCopy() const { return path + ".vault"; }

 private:
  std::string path, token;
  uint64_t asked = 0;
  std::unique_ptr<Journal> opened;
};

// Everything that a test compares of two journals of the same day: state, views, and what can be opened.
std::string retoldState(DestructionWorld& world);

// Whether the bytes stand in any file below the directory.
bool standsBelow(const std::string& directory, Bytes bytes);

}  // namespace liggare::test
