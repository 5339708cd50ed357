#include "tests/support/program.h"

#include <fcntl.h>
#include <kj/debug.h>
#include <spawn.h>
#include <sys/wait.h>

#include <fstream>
#include <iterator>

#include "tests/support/paths.h"

extern char** environ;

namespace liggare::test {

namespace {

std::string readAll(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

// Files instead of pipes: nobody has to read while it runs.
Ran runProgram(const std::string& program, std::vector<std::string> words, const std::string& input) {
  TemporaryDirectory place;
  std::string in = place.path() + "/in", out = place.path() + "/out", err = place.path() + "/err";
  std::ofstream(in, std::ios::binary) << input;
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 0, in.c_str(), O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, 1, out.c_str(), O_WRONLY | O_CREAT, 0600);
  posix_spawn_file_actions_addopen(&files, 2, err.c_str(), O_WRONLY | O_CREAT, 0600);
  words.insert(words.begin(), program);
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_t child = 0;
  int failed = ::posix_spawn(&child, program.c_str(), &files, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  KJ_REQUIRE(failed == 0, "the program could not be started", program, failed);
  int status = 0;
  KJ_REQUIRE(::waitpid(child, &status, 0) == child, "lost the program");
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), readAll(out), readAll(err)};
}

Ran runLiggare(const std::vector<std::string>& arguments, const std::string& input) {
  return runProgram(binaryDir() + "/liggare", arguments, input);
}

Ran runShell(const std::string& line, const std::string& directory) {
  std::string script = "PATH=\"" + binaryDir() + ":$PATH\"; cd \"" + directory + "\" && [ -e examples ] || ln -s \"" +
                       sourceDir() + "/examples\" examples; " + line;
  return runProgram("/bin/bash", {"-c", script}, {});
}

std::vector<std::string> linesOf(const std::string& text) {
  std::vector<std::string> lines;
  size_t from = 0;
  while (from < text.size()) {
    size_t end = std::min(text.find('\n', from), text.size());
    lines.push_back(text.substr(from, end - from));
    from = end + 1;
  }
  return lines;
}

}  // namespace liggare::test
