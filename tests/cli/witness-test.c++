// Witnesses as people run them: processes that listen, are killed and start again, and a journal that asks them.
#include <gtest/gtest.h>

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <filesystem>

#include "tests/log/log-kit.h"
#include "tests/log/scratch.h"
#include "tests/server/loopback.h"
#include "tests/support/paths.h"
#include "tests/support/program.h"

extern char** environ;

namespace liggare {
namespace {

namespace fs = std::filesystem;
using test::linesOf;
using test::Ran;
using test::runLiggare;

// `liggare witness serve`, until it is killed.
class Served {
 public:
  explicit Served(const std::string& directory) {
    int pipe[2];
    KJ_SYSCALL(::pipe2(pipe, O_CLOEXEC));
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, pipe[1], 1);
    std::string program = test::binaryDir() + "/liggare";
    std::vector<std::string> words = {program, "witness", "serve", directory, "--listen", "127.0.0.1:0"};
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    int failed = ::posix_spawn(&child, program.c_str(), &files, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&files);
    ::close(pipe[1]);
    KJ_REQUIRE(failed == 0, "the program could not be started");
    char c;
    while (::read(pipe[0], &c, 1) == 1 && c != '\n') url += c;
    ::close(pipe[0]);
  }
  ~Served() { stop(SIGKILL); }
  // 128 + signal, or the exit code.
  int stop(int signal) {
    if (child <= 0) return -1;
    ::kill(child, signal);
    int status = 0;
    ::waitpid(std::exchange(child, -1), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  uint16_t port() const { return uint16_t(std::stoul(url.substr(url.rfind(':') + 1))); }
  std::string url;

 private:
  pid_t child = -1;
};

struct Witnesses : testing::Test {
  Scratch place;
  std::string journal = place.path() + "/J", policy = place.path() + "/policy", logKey;
  std::vector<std::string> keys;

  std::string file(const std::string& name) const { return place.path() + "/" + name; }
  void SetUp() override {
    ASSERT_EQ(runLiggare({"init", journal, "--demo", "--origin", "liggare.test/w"}).code, 0);
    logKey = linesOf(Scratch::read(journal + "/LIGGARE")).at(2);
    for (std::string name : {"a", "b", "c"}) {
      auto made = runLiggare({"witness", "init", file(name), "--name", "vittne.test/" + name});
      ASSERT_EQ(made.code, 0) << made.err;
      keys.push_back(linesOf(made.out).at(0));
      ASSERT_EQ(runLiggare({"witness", "trust", file(name), "--log", journal + "/LIGGARE"}).code, 0);
    }
  }
  // Two of three; addresses only where a witness is up.
  void writePolicy(const std::vector<std::string>& urls) {
    std::string text = "log " + logKey + "\n";
    for (size_t i = 0; i < keys.size(); ++i)
      text += "witness " + std::string(1, char('a' + i)) + " " + keys[i] + " " + urls.at(i) + "\n";
    place.write("policy", text + "group två 2 a b c\nquorum två\n");
  }
  void grow() {
    runLiggare(
        {"journal", journal, "--patient", "199006022397", "--as", "patient"});  // recorded, from the second time on
    ASSERT_EQ(runLiggare({"append", journal, test::sourceDir() + "/examples/region-day.ndjson", "--quiet"}).code, 0);
  }
  Ran cosign(std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"checkpoint", journal, "--policy", policy, "--seconds", "60"});
    return runLiggare(more);
  }
  static size_t signatures(const std::string& note) {
    size_t out = 0;
    for (auto& line : linesOf(note)) out += line.starts_with("\xE2\x80\x94 ");
    return out;
  }
};

TEST_F(Witnesses, AQuorumOfThoseWhoAreThereIsEnoughAndTheOthersAreNamed) {
  Served a(file("a")), b(file("b"));
  Served gone(file("c"));
  std::string away = gone.url;
  EXPECT_EQ(gone.stop(SIGTERM), 0);
  writePolicy({a.url, b.url, away});
  auto made = cosign();
  EXPECT_EQ(made.code, 0) << made.err;
  EXPECT_EQ(signatures(made.out), 3u) << made.out;  // the log, a, b
  EXPECT_NE(made.err.find("vittnet c på " + away + ": går inte att nå"), std::string::npos) << made.err;
  EXPECT_EQ(runLiggare({"checkpoint", journal}).out, made.out);  // kept, and shown from now on
  grow();
  EXPECT_EQ(cosign().code, 0);
  b.stop(SIGKILL);
  grow();
  auto few = cosign({"--json"});
  EXPECT_EQ(few.code, 6) << few.out;
  EXPECT_NE(few.out.find("\"quorum\":false"), std::string::npos) << few.out;
  EXPECT_NE(few.out.find("\"cosigned\":[{\"witness\":\"a\""), std::string::npos) << few.out;
  Served back(file("b"));  // it remembers, at another address
  auto again = cosign({"--witness", back.url});
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(runLiggare({"verify", journal, "--full"}).code, 0);
}

TEST_F(Witnesses, ProofsBundlesAndTheirReadersGoByThePolicy) {
  grow();
  Served a(file("a")), b(file("b"));
  writePolicy({a.url, b.url, ""});
  EXPECT_EQ(runLiggare({"prove", journal, "3", "--policy", policy}).code, 6);  // nobody has cosigned yet
  ASSERT_EQ(runLiggare({"close", journal}).code, 0);
  ASSERT_EQ(cosign().code, 0);
  for (std::vector<std::string> words :
       {std::vector<std::string>{"prove", journal, "3"}, {"prove", journal, "--from", "3"}}) {
    words.insert(words.end(), {"--policy", policy, "--out", file("p")});
    ASSERT_EQ(runLiggare(words).code, 0);
    auto held = runLiggare({"verify-proof", file("p"), "--policy", policy});
    EXPECT_EQ(held.code, 0) << held.out << held.err;
    EXPECT_NE(held.out.find("a 2"), std::string::npos) << held.out;
    EXPECT_EQ(runLiggare({"verify-proof", file("p"), "--key", journal + "/LIGGARE", "--policy", policy}).code, 0);
  }
  auto bundle = runLiggare(
      {"bundle", journal, "--patient", "199006022397", "--as", "patient", "--out", file("u"), "--policy", policy});
  ASSERT_EQ(bundle.code, 0) << bundle.err;
  auto checked = runLiggare({"verify-bundle", file("u"), "--policy", policy});
  EXPECT_EQ(checked.code, 0) << checked.out << checked.err;
  EXPECT_NE(checked.out.find("Vittnen"), std::string::npos) << checked.out;
  EXPECT_EQ(runLiggare({"verify-bundle", file("u"), "--key", journal + "/LIGGARE"}).code, 0);  // the key from a file
  // Without cosignatures the same proof holds by the key and not by the policy.
  grow();
  ASSERT_EQ(runLiggare({"prove", journal, "3", "--out", file("q")}).code, 0);
  EXPECT_EQ(runLiggare({"verify-proof", file("q"), "--key", logKey}).code, 0);
  EXPECT_EQ(runLiggare({"verify-proof", file("q"), "--policy", policy}).code, 6);
  EXPECT_EQ(runLiggare({"prove", journal, "3", "--policy", policy}).code, 0);  // under the one that was cosigned
  // A witness's word that is not its own.
  std::string proof = Scratch::read(file("p"));
  size_t at = proof.rfind("\xE2\x80\x94 vittne.test/");
  at = proof.find(' ', at + 4) + 30;
  proof[at] = proof[at] == 'A' ? 'B' : 'A';
  place.write("p", proof);
  EXPECT_EQ(runLiggare({"verify-proof", file("p"), "--policy", policy}).code, 5);
}

// The copy before it grew: whole by itself, with its keys, and still found out.
TEST_F(Witnesses, ALogThatWasRolledBackIsFoundOutByAWitness) {
  Served a(file("a")), b(file("b"));
  writePolicy({a.url, b.url, ""});
  fs::copy(journal, file("before"), fs::copy_options::recursive);
  grow();
  ASSERT_EQ(cosign().code, 0);
  fs::remove_all(journal);
  fs::copy(file("before"), journal, fs::copy_options::recursive);
  auto shown = cosign();
  EXPECT_EQ(shown.code, 5) << shown.out << shown.err;
  EXPECT_NE(shown.err.find("undertecknade med loggens nyckel, och loggen har dem inte"), std::string::npos)
      << shown.err;
  EXPECT_NE(shown.err.find("liggare.test/w\n"), std::string::npos) << shown.err;  // the evidence itself
  EXPECT_EQ(runLiggare({"verify", journal, "--full"}).code, 0);                   // by itself it looks whole
}

TEST_F(Witnesses, StateOutlivesEveryKill) {
  writePolicy({"", "", ""});
  for (int round = 0; round < 4; ++round) {
    Served a(file("a")), b(file("b"));
    grow();
    ASSERT_EQ(cosign({"--witness", a.url, "--witness", b.url}).code, 0) << round;
    a.stop(round % 2 == 0 ? SIGKILL : SIGTERM);
  }
  auto shown = runLiggare({"witness", "show", file("a"), "--json"});
  EXPECT_EQ(shown.code, 0);
  auto size = runLiggare({"checkpoint", journal, "--json"}).out;
  size = size.substr(size.find("\"size\":"));
  EXPECT_NE(shown.out.find(size.substr(0, size.find(','))), std::string::npos) << shown.out << size;
}

TEST_F(Witnesses, TheWireIsThatOfTheProtocol) {
  Served a(file("a"));
  auto ask = [&](const std::string& line, const std::string& body) {
    test::Wire wire(a.port());
    wire.send(line + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) +
              "\r\nConnection: close\r\n\r\n" + body);
    return wire.readAll();
  };
  std::string note = runLiggare({"checkpoint", journal}).out;
  EXPECT_EQ(test::statusOf(ask("POST /add-checkpoint", "old 0\n\n" + note)), 200u);
  std::string stale = ask("POST /add-checkpoint", "old 0\n\n" + note);
  EXPECT_EQ(test::statusOf(stale), 409u) << stale;
  EXPECT_NE(stale.find("Content-Type: text/x.tlog.size"), std::string::npos) << stale;
  std::string get = ask("GET /add-checkpoint", "");
  EXPECT_EQ(test::statusOf(get), 405u);
  EXPECT_NE(get.find("Allow: POST"), std::string::npos) << get;
  EXPECT_EQ(test::statusOf(ask("DELETE /add-checkpoint", "")), 405u);
  EXPECT_EQ(test::statusOf(ask("POST /", "")), 404u);
  EXPECT_EQ(test::statusOf(ask("POST /../add-checkpoint", "")), 404u);
  EXPECT_EQ(test::statusOf(ask("GET /" + std::string(64, '0') + "/checkpoint", "")), 404u);
  EXPECT_EQ(test::statusOf(ask("POST /add-checkpoint", std::string(300'000, 'x'))), 413u);
  EXPECT_EQ(test::statusOf(ask("POST /add-checkpoint", "hej")), 400u);
  EXPECT_EQ(a.stop(SIGTERM), 0);
}

TEST_F(Witnesses, FaultsAreOneLineAndACode) {
  auto expectOne = [](const Ran& ran, int code) {
    EXPECT_EQ(ran.code, code) << ran.out << ran.err;
    EXPECT_EQ(linesOf(ran.err).size(), 1u) << ran.err;
    EXPECT_EQ(ran.err.find(".c++"), std::string::npos) << ran.err;
  };
  expectOne(runLiggare({"witness", "dance", file("a")}), 2);
  expectOne(runLiggare({"witness", "init", file("d")}), 2);
  expectOne(runLiggare({"witness", "init", file("a"), "--name", "vittne.test/a"}), 1);
  expectOne(runLiggare({"witness", "show", file("nothing")}), 3);
  expectOne(runLiggare({"witness", "show", file("a"), "--keys", file("b.keys")}), 6);
  expectOne(runLiggare({"witness", "trust", file("a"), "--log", logKey}), 8);
  expectOne(runLiggare({"witness", "trust", file("a"), "--log", keys[1]}), 2);  // a witness is no log
  expectOne(runLiggare({"witness", "serve", file("a"), "--listen", "here"}), 2);
  expectOne(runLiggare({"witness", "serve", file("a"), "--cert", "x"}), 2);
  expectOne(runLiggare({"checkpoint", journal, "--witness", "http://127.0.0.1:1"}), 2);
  writePolicy({"", "", ""});
  expectOne(cosign(), 2);
  expectOne(cosign({"--witness", "vittne.example"}), 2);
  Served a(file("a"));
  expectOne(runLiggare({"witness", "show", file("a")}), 69);
  expectOne(runLiggare({"witness", "serve", file("b"), "--listen", "127.0.0.1:" + std::to_string(a.port())}), 69);
  place.write("policy", "quorum\n");
  expectOne(cosign(), 2);
  a.stop(SIGKILL);
  Scratch::flip(fs::directory_iterator(file("a") + "/logs")->path().string(), 30);
  expectOne(runLiggare({"witness", "show", file("a")}), 5);
}

// --- receipts and followers ------------------------------------------------------------------------------------------

TEST_F(Witnesses, ReceiptsHoldAgainstEveryLaterLogAndNotAgainstOneRolledBack) {
  fs::copy(journal, file("before"), fs::copy_options::recursive);
  fs::copy(journal + ".keys", file("before.keys"));
  auto answers =
      runLiggare({"append", journal, test::sourceDir() + "/examples/region-day.ndjson", "--receipt", "signed"});
  ASSERT_EQ(answers.code, 0) << answers.err;
  place.write("kvitton", answers.out);
  EXPECT_NE(answers.out.find("\"proof\":\"c2sp.org/tlog-proof@v1\\nextra "), std::string::npos);
  auto held = runLiggare({"verify-receipt", journal, file("kvitton"), "--json"});
  EXPECT_EQ(held.code, 0) << held.out << held.err;
  EXPECT_NE(held.out.find("\"holds\":true"), std::string::npos) << held.out;
  grow();
  EXPECT_EQ(runLiggare({"verify-receipt", journal, file("kvitton")}).code, 0);
  EXPECT_EQ(runLiggare({"verify-receipt", file("before"), file("kvitton")}).code, 5);
  // Another day written after the same beginning: same origin, same key, other entries.
  auto day = linesOf(Scratch::read(test::sourceDir() + "/examples/region-day.ndjson"));
  std::string later;
  for (size_t i = 0; i < day.size(); ++i) later += i == 2 ? "" : day[i] + "\n";
  EXPECT_EQ(runLiggare({"append", file("before"), "-", "--quiet"}, later).code, 0);
  auto forked = runLiggare({"verify-receipt", file("before"), file("kvitton")});
  EXPECT_EQ(forked.code, 5) << forked.out;
  EXPECT_NE(forked.out.find("rad "), std::string::npos) << forked.out;
  // One receipt alone, as a proof file and as words.
  ASSERT_EQ(runLiggare({"prove", journal, "5", "--out", file("p")}).code, 0);
  EXPECT_EQ(runLiggare({"verify-receipt", journal, file("p")}).code, 0);
  EXPECT_EQ(runLiggare({"verify-receipt", journal, "-"}, "5:" + std::string(64, 'a') + "\n").code, 5);
  EXPECT_EQ(runLiggare({"verify-receipt", journal, "-"}, "hej\n").code, 2);
  EXPECT_EQ(runLiggare({"verify-receipt", journal, "-"}, "").code, 6);
  EXPECT_EQ(runLiggare({"append", journal, "-", "--receipt", "gold"}, "").code, 2);
}

TEST_F(Witnesses, AFollowerGoesOnInItsOwnLogOnly) {
  std::string cursor = file("markör");
  fs::copy(journal, file("before"), fs::copy_options::recursive);
  auto first = runLiggare({"tail", journal, "--cursor", cursor, "--json"});
  EXPECT_EQ(first.code, 0) << first.err;
  EXPECT_EQ(runLiggare({"tail", journal, "--cursor", cursor, "--json"}).out, "");
  grow();
  auto more = runLiggare({"tail", journal, "--cursor", cursor, "--json", "-n", "7"});
  EXPECT_EQ(linesOf(more.out).size(), 7u);
  EXPECT_NE(more.out.find("{\"position\":" + std::to_string(linesOf(first.out).size()) + ","), std::string::npos);
  runLiggare({"tail", journal, "--cursor", cursor, "--json"});
  fs::remove_all(journal);
  fs::copy(file("before"), journal, fs::copy_options::recursive);
  auto back = runLiggare({"tail", journal, "--cursor", cursor});
  EXPECT_EQ(back.code, 5);
  EXPECT_NE(back.err.find("rullats tillbaka"), std::string::npos) << back.err;
  EXPECT_EQ(back.out, "");
  place.write("markör", "hej\n");
  EXPECT_EQ(runLiggare({"tail", journal, "--cursor", cursor}).code, 2);
}

}  // namespace
}  // namespace liggare
