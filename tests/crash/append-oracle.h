// A writer in a process of its own (append-child), and the oracle that hears it: it knows every acknowledgement,
// because it does not die with the writer.
//
//   I1  every acknowledged event is at its position with its leaf hash
//   I2  positions are dense and recordedAt never decreases (verify)
//   I3  every present event was issued, and each command at most once, also after it is asked again
//   I4  what survives is a prefix: nothing acknowledged lies above anything lost
//   I5  every root that a checkpoint or receipt named is still the root at that size
#pragma once

#include <sys/types.h>

#include <map>
#include <string>

#include "engine/journal.h"

namespace liggare::test {

class AppendOracle {
 public:
  struct Acknowledged {
    Position position = 0;
    std::string leaf;
  };
  uint64_t issued = 0;
  std::map<uint64_t, Acknowledged> acknowledged;
  uint64_t refusedForRoom = 0;  // answered STORAGE or stopped by a full disk: recorded or not, nothing was promised

  void hear(const std::string& line);
};

// Makes the journal that append-child writes in.
void makeAppendJournal(const std::string& directory);

class AppendChild {
 public:
  // Says which commands it submits, from `from` on, and what it is answered.
  AppendChild(const std::string& directory, uint64_t from);
  ~AppendChild();  // kills
  AppendChild(const AppendChild&) = delete;
  AppendChild& operator=(const AppendChild&) = delete;

  // Until so many more acknowledgements have come, a refusal for want of room, or its end.
  void hear(AppendOracle& oracle, uint64_t acknowledgements);
  // Stands still, and everything it has said is heard.
  void stop(AppendOracle& oracle);
  void goOn();
  // Without warning; hears what is left, and answers how it ended, as waitpid tells it.
  int kill(AppendOracle& oracle);

 private:
  pid_t child = 0;
  int said = -1;
  std::string unfinished;  // a line that has not come whole

  bool readSome(AppendOracle& oracle);
};

// I1 to I5; the first that does not hold fails the test.
void expectKept(Journal& journal, const AppendOracle& oracle);

}  // namespace liggare::test
