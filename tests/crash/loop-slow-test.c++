// The kernel's own page cache and file system instead of a model of them: a writer on a small ext4 in a file. The power
// goes when that file is copied; the copy is mounted, as after a restart, and opened. What was acknowledged before the
// copy began is there. And the same file system, full to its last block.
//
// Needs root, loop devices, ext4 and e2fsprogs; what is missing is told, and counted as skipped. Mounts live in a mount
// namespace of this process and loop devices let go of themselves, so that nothing is left however the test ends.
//
//   LIGGARE_CRASH_LOOP=N   so many power cuts instead of 4
#include <gtest/gtest.h>

#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "tests/base/seed.h"
#include "tests/crash/append-oracle.h"
#include "tests/crash/crash-points.h"
#include "tests/support/paths.h"
#include "tests/support/program.h"

namespace liggare {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t DISK_BYTES = 256ull << 20;

// Runs a tool of the system; empty when it went well.
std::string run(const std::string& line) {
  auto ran = test::runProgram("/bin/sh", {"-c", "PATH=$PATH:/usr/sbin:/sbin; " + line});
  return ran.code == 0 ? "" : line + ": " + ran.err;
}

// A file system in a file, mounted while it lives.
class LoopMount {
 public:
  LoopMount(const std::string& image, std::string place) : where(std::move(place)) {
    fs::create_directories(where);
    failure = run("mount -t ext4 -o loop,nosuid,nodev '" + image + "' '" + where + "'");
  }
  ~LoopMount() {
    if (failure.empty()) ::umount2(where.c_str(), MNT_DETACH);
  }
  LoopMount(const LoopMount&) = delete;
  LoopMount& operator=(const LoopMount&) = delete;

  const std::string& path() const { return where; }
  const std::string& why() const { return failure; }

 private:
  std::string where, failure;
};

struct LoopDisk : testing::Test {
  test::TemporaryDirectory place;
  std::string image = place.path() + "/disk";
  std::unique_ptr<LoopMount> mounted;

  void SetUp() override {
    std::string why = prepare();
    if (why.empty()) return;
    std::printf("1 test skipped, no loop-mounted disk here: %s\n", why.c_str());
    GTEST_SKIP() << why;
  }
  std::string prepare() {
    if (::geteuid() != 0) return "not root";
    if (::unshare(CLONE_NEWNS) != 0 || ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
      return "no mount namespace of its own";
    std::ofstream(image).flush();
    fs::resize_file(image, DISK_BYTES);
    if (auto why = run("mkfs.ext4 -q -F -m 0 '" + image + "'"); !why.empty()) return why;
    mounted = std::make_unique<LoopMount>(image, place.path() + "/mounted");
    return mounted->why();
  }
  std::string journal() const { return mounted->path() + "/journal"; }
};

std::unique_ptr<Journal> open(const std::string& directory, JournalFault& fault) {
  JournalOptions options;
  options.directory = directory;
  return Journal::open(options, fault);
}

}  // namespace

TEST_F(LoopDisk, AfterAPowerCutEverythingAcknowledgedIsOnIt) {
  const uint64_t cuts = test::countFromEnvironment("LIGGARE_CRASH_LOOP", 4), seed = testSeed(1);
  LIGGARE_TRACE_SEED(seed, 0);
  SeededRandom random(seed);
  test::makeAppendJournal(journal());
  test::AppendOracle oracle;
  test::AppendChild child(journal(), 0);
  std::string copy = place.path() + "/after";
  for (uint64_t cut = 0; cut < cuts; ++cut) {
    child.hear(oracle, 1 + random.below(600));
    child.stop(oracle);  // the file is copied over some milliseconds; the kernel's own threads go on
    ASSERT_EQ(run("cp --sparse=always '" + image + "' '" + copy + "'"), "");
    auto promised = oracle;
    child.goOn();
    LoopMount after(copy, place.path() + "/after-mounted");
    ASSERT_EQ(after.why(), "") << "the file system itself did not survive";
    JournalFault fault{};
    auto opened = open(after.path() + "/journal", fault);
    ASSERT_TRUE(opened) << "cut " << cut << ": " << fault.why;
    promised.issued = opened->head();  // what was on its way is heard of later
    test::expectKept(*opened, promised);
    if (HasFatalFailure()) return;
  }
  ASSERT_TRUE(WIFSIGNALED(child.kill(oracle)));
  std::printf("%llu power cuts of ext4 in a file, 0 skipped, %zu acknowledged events, none lost\n",
              static_cast<unsigned long long>(cuts), oracle.acknowledged.size());
}

TEST_F(LoopDisk, FullToItsLastBlockItLosesNothingAndGoesOnWhenThereIsRoom) {
  std::string ballast = mounted->path() + "/ballast";
  test::makeAppendJournal(journal());
  test::AppendOracle oracle;
  {
    test::AppendChild child(journal(), 0);
    child.hear(oracle, 300);
    for (std::string block : {"1M", "4k", "1k"}) run("dd if=/dev/zero bs=" + block + " >> '" + ballast + "'");
    ASSERT_LT(fs::space(mounted->path()).available, 100'000u);
    child.hear(oracle, UINT32_MAX);
    ASSERT_GT(oracle.refusedForRoom, 0u) << "nothing was refused on a full disk";
    child.kill(oracle);
  }
  if (HasFatalFailure()) return;
  JournalFault fault{};
  auto onFull = kj::runCatchingExceptions([&] {
    if (auto opened = open(journal(), fault)) test::expectKept(*opened, oracle);  // it may refuse for want of room
  });
  bool refused = onFull != nullptr;
  fs::remove(ballast);
  auto opened = open(journal(), fault);
  ASSERT_TRUE(opened) << fault.why;
  test::expectKept(*opened, oracle);
  opened.reset();
  size_t before = oracle.acknowledged.size();
  test::AppendChild child(journal(), oracle.issued);
  child.hear(oracle, 50);
  child.kill(oracle);
  EXPECT_EQ(oracle.acknowledged.size() >= before + 50, true) << "it does not go on";
  std::printf("a full disk: %llu refused, %zu acknowledged and kept, opening on it %s\n",
              static_cast<unsigned long long>(oracle.refusedForRoom), before, refused ? "refused" : "went well");
}

}  // namespace liggare
