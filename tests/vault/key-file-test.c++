#include <fcntl.h>
#include <gtest/gtest.h>
#include <kj/exception.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "engine/vault/file-key-holder.h"
#include "tests/support/paths.h"

namespace liggare {
namespace {

namespace fs = std::filesystem;
const std::string ORIGIN = "liggare.example/region";
const SubjectKey PROVIDER = SubjectKey::from(asBytes("vårdgivare-0001").subspan(0, 16));
const SubjectKey OTHER_PROVIDER = SubjectKey::from(asBytes("vårdgivare-0002").subspan(0, 16));

Buffer bytesOf(std::string_view text) { return {text.begin(), text.end()}; }

Buffer readFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
void writeFile(const std::string& path, const Buffer& bytes) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(reinterpret_cast<const char*>(bytes.data()), std::streamsize(bytes.size()));
}

// A place with a journal's directory and, beside it, its keys.
struct Place {
  test::TemporaryDirectory directory;
  SeededRandom random{31};
  const std::string path = directory.path() + "/journal.nycklar";
  KeyFileExpectation expected{directory.path() + "/journal", ORIGIN, std::nullopt};

  Place() { fs::create_directory(expected.journalDirectory); }
  std::unique_ptr<FileKeyHolder> create() { return std::move(FileKeyHolder::create(path, expected, random).holder); }
  std::unique_ptr<FileKeyHolder> open() { return std::move(FileKeyHolder::open(path, expected, random).holder); }
  // What opening refuses with; the line must be one line and name the file.
  KeyFileFault fault() {
    auto result = FileKeyHolder::open(path, expected, random);
    EXPECT_EQ(result.holder, nullptr);
    EXPECT_TRUE(result.error.has_value());
    EXPECT_EQ(result.error->line.find('\n'), std::string::npos);
    EXPECT_NE(result.error->line.find("nyckelfilen " + path), std::string::npos);
    return result.error->fault;
  }
};

TEST(KeyFile, HoldsTheSameKeysAfterItIsOpenedAgain) {
  Place place;
  auto made = place.create();
  ASSERT_NE(made, nullptr);
  const auto wrapped = made->wrap(PROVIDER, {}, asBytes("hemligt"));  // an epoch that did not exist at creation
  place.expected.publicKey = made->publicKey();
  auto again = place.open();
  ASSERT_NE(again, nullptr);
  EXPECT_TRUE(again->unwrap(PROVIDER, {}, wrapped).has_value());
  EXPECT_EQ(again->publicKey(), made->publicKey());
  EXPECT_EQ(again->descriptionDigest(), made->descriptionDigest());
  EXPECT_EQ(again->blind(asBytes("191212121212")), made->blind(asBytes("191212121212")));
  EXPECT_TRUE(*again->linesKey(1) == made->currentLinesKey().key);
  EXPECT_FALSE(again->linesKey(2));
}

TEST(KeyFile, IsMadeReadableByItsOwnerOnlyWhateverTheUmask) {
  Place place;
  const mode_t before = ::umask(0);
  place.create();
  ::umask(before);
  struct stat status;
  ASSERT_EQ(::stat(place.path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600u);
  EXPECT_FALSE(fs::exists(place.path + ".ny"));
}

TEST(KeyFile, IsNeverOverwritten) {
  Place place;
  place.create();
  const Buffer before = readFile(place.path);
  auto again = FileKeyHolder::create(place.path, place.expected, place.random);
  EXPECT_EQ(again.error->fault, KeyFileFault::EXISTS);
  EXPECT_EQ(readFile(place.path), before);
}

TEST(KeyFile, MayNotLieInTheJournalsDirectory) {
  Place place;
  for (const std::string inside : {"/nycklar", "/../journal/nycklar", "/djupt/nycklar"}) {
    auto made = FileKeyHolder::create(place.expected.journalDirectory + inside, place.expected, place.random);
    ASSERT_TRUE(made.error.has_value()) << inside;
    EXPECT_EQ(made.error->fault, KeyFileFault::INSIDE_JOURNAL) << inside;
  }
  fs::create_directory_symlink(place.expected.journalDirectory, place.directory.path() + "/genväg");
  auto made = FileKeyHolder::create(place.directory.path() + "/genväg/nycklar", place.expected, place.random);
  EXPECT_EQ(made.error->fault, KeyFileFault::INSIDE_JOURNAL);
}

TEST(KeyFile, CannotBeMadeWhereThereIsNoDirectory) {
  Place place;
  auto made = FileKeyHolder::create(place.directory.path() + "/saknas/nycklar", place.expected, place.random);
  EXPECT_EQ(made.error->fault, KeyFileFault::NOT_WRITTEN);
}

TEST(KeyFile, EveryFaultHasItsOwnAnswer) {
  Place place;
  EXPECT_EQ(place.fault(), KeyFileFault::MISSING);
  place.create();
  const Buffer good = readFile(place.path);

  for (const mode_t wide : {0640, 0604, 0660, 0700, 0644}) {
    ::chmod(place.path.c_str(), wide);
    EXPECT_EQ(place.fault(), KeyFileFault::MODE_TOO_WIDE) << std::oct << wide;
  }
  ::chmod(place.path.c_str(), 0600);
  ASSERT_NE(place.open(), nullptr);

  writeFile(place.path, bytesOf("inte alls några nycklar, bara text som någon lade här av misstag"));
  EXPECT_EQ(place.fault(), KeyFileFault::NOT_A_KEY_FILE);
  writeFile(place.path, {});
  EXPECT_EQ(place.fault(), KeyFileFault::NOT_A_KEY_FILE);

  auto later = good;
  later[9] = 2;
  writeFile(place.path, later);
  EXPECT_EQ(place.fault(), KeyFileFault::UNKNOWN_VERSION);

  writeFile(place.path, good);
  place.expected.origin = "liggare.example/annan";
  EXPECT_EQ(place.fault(), KeyFileFault::OTHER_JOURNAL);
  place.expected.origin = ORIGIN;
  place.expected.publicKey = PublicKey{};
  EXPECT_EQ(place.fault(), KeyFileFault::OTHER_JOURNAL);
  place.expected.publicKey.reset();

  auto sealed = bytesOf("LIGGSEAL och något mer");
  writeFile(place.path, sealed);
  EXPECT_EQ(place.fault(), KeyFileFault::SEALED);

  fs::remove(place.path);
  fs::create_directory(place.path);
  EXPECT_EQ(place.fault(), KeyFileFault::NOT_A_KEY_FILE);
  fs::remove(place.path);
  fs::create_symlink("/dev/null", place.path);
  EXPECT_EQ(place.fault(), KeyFileFault::NOT_A_KEY_FILE);
}

TEST(KeyFile, NoticesEveryChangedByteAndEveryCut) {
  Place place;
  place.create();
  const Buffer good = readFile(place.path);
  for (size_t i = 0; i < good.size(); ++i) {
    auto bad = good;
    bad[i] ^= 1;
    writeFile(place.path, bad);
    const auto expected = i < 8    ? KeyFileFault::NOT_A_KEY_FILE
                          : i < 10 ? KeyFileFault::UNKNOWN_VERSION
                                   : KeyFileFault::DAMAGED;
    EXPECT_EQ(place.fault(), expected) << i;
  }
  for (size_t size = 8; size < good.size(); ++size) {
    writeFile(place.path, Buffer(good.begin(), good.begin() + ptrdiff_t(size)));
    EXPECT_EQ(place.fault(), KeyFileFault::DAMAGED) << size;
  }
}

TEST(KeyFile, RefusesToTakeTurnsWithAnotherProcess) {
  Place place;
  auto one = place.create();
  auto two = place.open();
  one->wrap(PROVIDER, {}, asBytes("hemligt"));
  EXPECT_THROW(two->wrap(OTHER_PROVIDER, {}, asBytes("hemligt")), kj::Exception);
  EXPECT_EQ(two->currentEpoch(OTHER_PROVIDER), 0u) << "what was not kept is not in force";
  EXPECT_EQ(place.open()->currentEpoch(PROVIDER), 1u);
}

TEST(KeyFile, KeepsWhatItHadWhenItCannotBeReplaced) {
  Place place;
  auto holder = place.create();
  const Buffer before = readFile(place.path);
  fs::create_directory(place.path + ".ny");  // the temporary file's place is taken
  EXPECT_THROW(holder->wrap(PROVIDER, {}, asBytes("hemligt")), kj::Exception);
  EXPECT_EQ(holder->currentEpoch(PROVIDER), 0u);
  EXPECT_EQ(readFile(place.path), before);
  fs::remove(place.path + ".ny");
  EXPECT_EQ(holder->wrap(PROVIDER, {}, asBytes("hemligt")).epoch, 1u);
}

TEST(KeyFile, ADestroyedKeyIsInNeitherTheNewFileNorTheOld) {
  Place place;
  auto holder = place.create();
  holder->wrap(PROVIDER, {}, asBytes("hemligt"));
  const Buffer before = readFile(place.path);
  const Buffer key(before.end() - 64, before.end() - 32);  // the last row's key stands before the checksum
  holder->beginEpoch(PROVIDER);
  const int old = ::open(place.path.c_str(), O_RDONLY);  // what an attacker could still reach of the replaced file
  holder->destroyEpoch(PROVIDER, 1);
  const Buffer after = readFile(place.path);
  EXPECT_EQ(asText(after).find(asText(key)), std::string_view::npos);
  Buffer remains(after.size());
  EXPECT_EQ(::pread(old, remains.data(), remains.size(), 0), ssize_t(remains.size()));
  ::close(old);
  EXPECT_EQ(remains, Buffer(remains.size()));
  EXPECT_FALSE(place.open()->hasEpoch(PROVIDER, 1));
  EXPECT_TRUE(place.open()->hasEpoch(PROVIDER, 2));
}

TEST(KeyFile, AHardLinkedCopyIsNotOverwritten) {
  Place place;
  auto holder = place.create();
  holder->wrap(PROVIDER, {}, asBytes("hemligt"));
  holder->beginEpoch(PROVIDER);
  fs::create_hard_link(place.path, place.path + ".kopia");
  const Buffer copy = readFile(place.path + ".kopia");
  holder->destroyEpoch(PROVIDER, 1);
  EXPECT_EQ(readFile(place.path + ".kopia"), copy) << "it is somebody's escrow, and theirs to destroy";
}

}  // namespace
}  // namespace liggare
