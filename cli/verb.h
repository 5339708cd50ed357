// The verbs, and the form in which each says what it takes. Only app.c++ knows the library that reads the command line.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "cli/exit-code.h"

namespace liggare::cli {

// Filled in by a verb before the command line is read. What is bound lives as long as the program runs.
class VerbForm {
 public:
  enum class Need : uint8_t { REQUIRED, OPTIONAL };
  virtual ~VerbForm() = default;
  virtual void place(const char* name, std::string& into, const char* what, Need need = Need::REQUIRED) = 0;
  virtual void option(const char* names, const char* value, std::string& into, const char* what) = 0;
  virtual void options(const char* names, const char* value, std::vector<std::string>& into, const char* what) = 0;
  virtual void number(const char* names, const char* value, uint64_t& into, const char* what) = 0;
  virtual void flag(const char* names, bool& into, const char* what) = 0;
};

struct Verb {
  const char* name;
  const char* about;     // one line
  const char* examples;  // whole lines, each a command that works
  // Binds what the verb takes, and answers what to do when it was chosen.
  std::function<ExitCode()> (*define)(VerbForm&);
};

extern const Verb INIT, APPEND, JOURNAL, SHARED, ACCESS_LOG, SEARCH, VERIFY, CHECKPOINT, TAIL, REBUILD, SIMULATE, DEMO,
    EXPLAIN, ACCESS_AS, EXPORT_TILES, PROVE, VERIFY_PROOF, CLOSE, BUNDLE, VERIFY_BUNDLE, BACKUP, RESTORE, DOCTOR,
    DESTROY, KEYS, WITNESS, VERIFY_RECEIPT, ATTEST, OPERATOR_VERB, ACCEPT_LOSS;

// Reads the command line, runs one verb, and turns every fault into one line and an exit code.
int run(int argc, char** argv);

}  // namespace liggare::cli
