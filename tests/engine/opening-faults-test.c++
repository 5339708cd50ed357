// A directory that cannot be opened: one clear line, the right kind, and nothing touched.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "engine/hash/sha256.h"
#include "tests/engine/small-world.h"

namespace liggare {
namespace {

namespace fs = std::filesystem;
using Kind = JournalFault::Kind;
using test::SmallWorld;

std::string contentOf(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
void writeTo(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
}

// Every file of the directory and its digest; the lock file may appear.
std::map<std::string, std::string> everyFile(const std::string& directory) {
  std::map<std::string, std::string> files;
  for (auto& entry : fs::recursive_directory_iterator(directory))
    if (entry.is_regular_file() && entry.path().filename() != "lock")
      files[entry.path()] = toHex(sha256(asBytes(contentOf(entry.path()))));
  return files;
}

void expectFault(const JournalOptions& options, Kind kind) {
  auto before = fs::exists(options.directory) ? everyFile(options.directory) : std::map<std::string, std::string>{};
  JournalFault fault{};
  auto journal = Journal::open(options, fault);
  ASSERT_FALSE(journal);
  EXPECT_EQ(fault.kind, kind) << fault.why;
  EXPECT_FALSE(fault.why.empty());
  EXPECT_EQ(fault.why.find('\n'), std::string::npos) << "one line";
  if (!fs::exists(options.directory)) return;
  EXPECT_EQ(everyFile(options.directory), before) << "something was touched";
}

// A journal with a few entries, closed.
struct ClosedWorld : SmallWorld {
  ClosedWorld() {
    open();
    submit(registerProvider("SE2321000131-A000", "14"));
    close();
  }
  std::string keyFile() const { return where() + ".keys"; }
  void opensAgain() { EXPECT_EQ(open().head(), 3u); }
};

}  // namespace

TEST(OpeningFaults, ADirectoryThatIsNoJournal) {
  test::TemporaryDirectory place;
  JournalOptions options;
  options.directory = place.path();
  expectFault(options, Kind::NOT_A_JOURNAL);
  options.directory = place.path() + "/nowhere";
  expectFault(options, Kind::NOT_A_JOURNAL);
  EXPECT_FALSE(fs::exists(options.directory));
}

TEST(OpeningFaults, ANewerFormat) {
  ClosedWorld world;
  auto content = contentOf(world.where() + "/LIGGARE");
  auto newer = content;
  newer.replace(newer.find(" 0\n"), 3, " 7\n");
  writeTo(world.where() + "/LIGGARE", newer);
  expectFault(world.options(), Kind::NEWER_FORMAT);
  writeTo(world.where() + "/LIGGARE", content);
  world.opensAgain();
}

TEST(OpeningFaults, AJournalFileThatSaysSomethingElseThanEntry0) {
  ClosedWorld world;
  auto content = contentOf(world.where() + "/LIGGARE");
  auto other = content;
  other.replace(other.find("demo"), 4, "served");
  writeTo(world.where() + "/LIGGARE", other);
  auto reading = world.options();  // a writer would have recovered the log before it reads entry 0
  reading.access = JournalOptions::Access::READ;
  expectFault(reading, Kind::DAMAGED);
  writeTo(world.where() + "/LIGGARE", content.substr(0, content.find('\n') + 1));
  expectFault(world.options(), Kind::DAMAGED);
}

TEST(OpeningFaults, AKeyHolderThatIsMissingOrOpenToOthersOrAnotherJournals) {
  ClosedWorld world, other;
  fs::rename(world.keyFile(), world.keyFile() + ".aside");
  expectFault(world.options(), Kind::NO_KEY_HOLDER);

  fs::copy(other.keyFile(), world.keyFile());
  fs::permissions(world.keyFile(), fs::perms::owner_read | fs::perms::owner_write);
  expectFault(world.options(), Kind::NO_KEY_HOLDER);
  fs::remove(world.keyFile());

  fs::copy(world.keyFile() + ".aside", world.keyFile());
  fs::permissions(world.keyFile(), fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read);
  expectFault(world.options(), Kind::NO_KEY_HOLDER);
  fs::permissions(world.keyFile(), fs::perms::owner_read | fs::perms::owner_write);

  auto inside = world.options();
  inside.keyFile = world.where() + "/keys";
  fs::copy(world.keyFile(), inside.keyFile);
  expectFault(inside, Kind::NO_KEY_HOLDER);
  fs::remove(inside.keyFile);

  auto bytes = contentOf(world.keyFile());
  auto damaged = bytes;
  damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 1);
  writeTo(world.keyFile(), damaged);
  expectFault(world.options(), Kind::NO_KEY_HOLDER);
  writeTo(world.keyFile(), bytes);
  world.opensAgain();
}

// The lock is on the open file, so a second opening here meets what another process would meet.
TEST(OpeningFaults, AJournalThatIsInUse) {
  ClosedWorld world;
  world.open();
  JournalFault fault{};
  for (auto access : {JournalOptions::Access::WRITE, JournalOptions::Access::READ}) {
    auto options = world.options();
    options.access = access;
    EXPECT_FALSE(Journal::open(options, fault));
    EXPECT_EQ(fault.kind, Kind::IN_USE) << fault.why;
  }
  world.close();
  auto reading = world.options();
  reading.access = JournalOptions::Access::READ;
  auto one = Journal::open(reading, fault), two = Journal::open(reading, fault);
  ASSERT_TRUE(one && two) << "readers share";
  EXPECT_FALSE(Journal::open(world.options(), fault));
  EXPECT_EQ(fault.kind, Kind::IN_USE);
  one.reset();
  two.reset();
  world.opensAgain();
}

TEST(OpeningFaults, ALogThatIsGone) {
  ClosedWorld world;
  fs::rename(world.where() + "/log", world.where() + ".log");
  expectFault(world.options(), Kind::DAMAGED);
  fs::rename(world.where() + ".log", world.where() + "/log");
  fs::rename(world.where() + "/head", world.where() + ".head");
  expectFault(world.options(), Kind::DAMAGED);
  fs::rename(world.where() + ".head", world.where() + "/head");
  world.opensAgain();
}

TEST(OpeningFaults, InitNeverOverwritesAndLeavesNothingBehind) {
  ClosedWorld world;
  InitOptions options;
  options.directory = world.where();
  options.origin = "test.liggare.example/2";
  auto before = everyFile(world.where());
  auto fault = Journal::init(options);
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->kind, Kind::EXISTS);
  EXPECT_EQ(everyFile(world.where()), before);

  test::TemporaryDirectory place;
  options.directory = place.path() + "/journal";
  writeTo(options.directory + ".keys", "somebody's keys");
  fault = Journal::init(options);
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->kind, Kind::EXISTS);
  EXPECT_EQ(contentOf(options.directory + ".keys"), "somebody's keys");
  EXPECT_FALSE(fs::exists(options.directory));

  options.directory = place.path() + "/other";
  options.origin = "not a name";
  ASSERT_TRUE(Journal::init(options));
  EXPECT_FALSE(fs::exists(options.directory));
  EXPECT_FALSE(fs::exists(options.directory + ".keys"));
}

TEST(OpeningFaults, AnIndexOfOtherBytesIsMadeAgain) {
  ClosedWorld world;
  for (auto& entry : fs::recursive_directory_iterator(world.where() + "/index"))
    if (entry.is_regular_file()) writeTo(entry.path(), "not an index");
  auto& journal = world.open();
  EXPECT_EQ(journal.head(), 3u);
  EXPECT_TRUE(journal.find(schema::RefKind::PROVIDER, "SE2321000131-A000"));
}

TEST(OpeningFaults, AReaderCannotWrite) {
  ClosedWorld world;
  auto options = world.options();
  options.access = JournalOptions::Access::READ;
  JournalFault fault{};
  auto journal = Journal::open(options, fault);
  ASSERT_TRUE(journal) << fault.why;
  EXPECT_THROW(journal->submitAndWait({"demo:test", 1, world.adoptAnalysis("SE2321000131-A000"), {}}), kj::Exception);
  EXPECT_EQ(journal->head(), 3u);
}

}  // namespace liggare
