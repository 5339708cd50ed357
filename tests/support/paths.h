// Where a test finds its inputs and the programs it starts.
#pragma once

#include <string>

namespace liggare::test {

// The root of the sources: cases, goldens, examples.
std::string sourceDir();

// The folder of the running program: `liggare` and the children of crash tests lie beside it.
std::string binaryDir();

// True in `./dev update`: golden tests rewrite what they would have compared, and a reviewer reads the diff.
bool updatesGoldens();

// A fresh directory that this process made; removed with all it holds when the object goes.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  const std::string& path() const { return where; }

 private:
  std::string where;
};

}  // namespace liggare::test
