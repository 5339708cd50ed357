// Whatever single thing is done to a journal's files, opening and verifying it end in exit 5, another refusal, or
// exactly the same content. Never a shorter or a different log that is told as whole.
//
//   LIGGARE_TAMPER=N     so many flipped bytes instead of the usual
//   LIGGARE_TAMPER=all   every byte of every file, by two masks (hours)
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "engine/log/opening.h"
#include "tests/base/seed.h"
#include "tests/tamper/victim.h"

namespace liggare {
namespace {

namespace fs = std::filesystem;
using test::Damaging;
using test::OpenedFor;

const test::Victim& victim() {
  static const test::Victim made;
  return made;
}
// Its writer was killed right after a checkpoint had been signed.
const test::Victim& killed() {
  static const test::Victim made(test::Ended::KILLED);
  return made;
}

void flip(const std::string& file, uint64_t at, uint8_t mask) {
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  char byte = 0;
  stream.seekg(static_cast<std::streamoff>(at)).read(&byte, 1);
  byte = static_cast<char>(byte ^ mask);
  stream.seekp(static_cast<std::streamoff>(at)).write(&byte, 1);
}

Damaging flipOf(const std::string& file, uint64_t at, uint8_t mask, OpenedFor opened) {
  return {file + " byte " + std::to_string(at) + " xor " + std::to_string(mask),
          [=](const std::string& directory) { flip(directory + "/" + file, at, mask); }, opened};
}

Damaging cutOf(const std::string& file, uint64_t keep, OpenedFor opened) {
  return {file + " cut to " + std::to_string(keep),
          [=](const std::string& directory) { fs::resize_file(directory + "/" + file, keep); }, opened};
}

std::vector<Damaging> everyFlip() {
  std::vector<Damaging> all;
  for (auto& file : victim().files())
    for (uint64_t at = 0; at < fs::file_size(victim().where() + "/" + file); ++at)
      for (uint8_t mask : {0x01, 0xff}) all.push_back(flipOf(file, at, mask, OpenedFor::READING));
  return all;
}

// Some bytes of every file, and more of the files that hold more; half of the copies are opened for writing.
std::vector<Damaging> someFlips(const test::Victim& of, uint64_t count, uint64_t seed) {
  constexpr uint64_t EACH = 4;
  SeededRandom random(seed);
  auto files = of.files();
  std::vector<uint64_t> sizes;
  uint64_t total = 0;
  for (auto& file : files) total += sizes.emplace_back(fs::file_size(of.where() + "/" + file));
  std::vector<Damaging> some;
  auto add = [&](size_t file) {
    auto opened = some.size() % 2 ? OpenedFor::WRITING : OpenedFor::READING;
    some.push_back(flipOf(files[file], random.below(sizes[file]), random.below(2) ? 0x01 : 0xff, opened));
  };
  for (size_t file = 0; file < files.size(); ++file)
    for (uint64_t i = 0; i < EACH && sizes[file] > 0; ++i) add(file);
  while (some.size() < count) {
    uint64_t byte = random.below(total);
    size_t file = 0;
    while (byte >= sizes[file]) byte -= sizes[file++];
    add(file);
  }
  return some;
}

std::vector<Damaging> cuts(uint64_t seed) {
  SeededRandom random(seed);
  std::vector<Damaging> all;
  for (auto& file : victim().files()) {
    uint64_t size = fs::file_size(victim().where() + "/" + file);
    if (size == 0) continue;
    for (uint64_t keep : {uint64_t{0}, size / 2, size - 1, random.below(size)})
      all.push_back(cutOf(file, keep, random.below(2) ? OpenedFor::WRITING : OpenedFor::READING));
  }
  return all;
}

std::string readAll(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// Takes a file's bytes and a source of chance, and gives other bytes.
struct Splicing {
  const char* what;
  std::string (*change)(std::string bytes, SeededRandom& random);
};
constexpr Splicing SPLICINGS[] = {
    {"appended to",
     [](std::string b, SeededRandom& r) { return b + std::string(1 + r.below(200), char(r.below(256))); }},
    {"appended to by itself", [](std::string b, SeededRandom& r) { return b + b.substr(r.below(b.size())); }},
    {"cut", [](std::string b, SeededRandom& r) { return b.substr(0, r.below(b.size())); }},
    {"cut at its beginning", [](std::string b, SeededRandom& r) { return b.substr(1 + r.below(b.size())); }},
    {"with a hole", [](std::string b, SeededRandom& r) { return b.erase(r.below(b.size()), 1 + r.below(64)); }},
    {"with bytes put in",
     [](std::string b, SeededRandom& r) { return b.insert(r.below(b.size()), 1 + r.below(64), char(r.below(256))); }},
    {"with zeros",
     [](std::string b, SeededRandom& r) {
       size_t at = r.below(b.size()) / 512 * 512, n = std::min<size_t>(512, b.size() - at);
       return b.replace(at, n, n, '\0');
     }},
    {"with a piece from elsewhere",
     [](std::string b, SeededRandom& r) {
       size_t n = 1 + r.below(std::min<size_t>(b.size(), 300)), from = r.below(b.size() - n + 1);
       return b.replace(r.below(b.size() - n + 1), n, b.substr(from, n));
     }},
};

// Every way in turn, on files by chance; and now and then two files change places, or one comes from an older copy.
std::vector<Damaging> splicings(uint64_t count, uint64_t seed) {
  auto files = victim().files();
  std::erase_if(files, [](auto& file) { return fs::file_size(victim().where() + "/" + file) == 0; });
  SeededRandom random(seed);
  std::vector<Damaging> all;
  for (uint64_t i = 0; i < count; ++i) {
    auto opened = random.below(2) ? OpenedFor::WRITING : OpenedFor::READING;
    const std::string file = files[random.below(files.size())], other = files[random.below(files.size())];
    if (i % 10 == 8) {
      all.push_back({file + " and " + other + " exchanged",
                     [=](const std::string& d) {
                       std::string first = readAll(d + "/" + file), second = readAll(d + "/" + other);
                       std::ofstream(d + "/" + file, std::ios::binary) << second;
                       std::ofstream(d + "/" + other, std::ios::binary) << first;
                     },
                     opened});
    } else if (i % 10 == 9) {
      all.push_back({file + " overwritten by " + other,
                     [=](const std::string& d) {
                       fs::copy_file(d + "/" + other, d + "/" + file + ".x");
                       fs::rename(d + "/" + file + ".x", d + "/" + file);
                     },
                     opened});
    } else {
      const Splicing& way = SPLICINGS[i % 10];
      const uint64_t draw = random.next();
      all.push_back({file + " " + way.what + " (" + std::to_string(draw) + ")",
                     [=](const std::string& d) {
                       SeededRandom own(draw);
                       std::string changed = way.change(readAll(d + "/" + file), own);
                       std::ofstream(d + "/" + file, std::ios::binary) << changed;
                     },
                     opened});
    }
  }
  return all;
}

std::vector<Damaging> deletions() {
  std::vector<Damaging> all;
  for (auto opened : {OpenedFor::READING, OpenedFor::WRITING})
    for (auto& file : victim().files())
      all.push_back({file + " deleted", [=](const std::string& d) { fs::remove(d + "/" + file); }, opened});
  return all;
}

std::vector<std::string> tables() {
  std::vector<std::string> found;
  for (auto& file : victim().files())
    if (file.starts_with("log/") && file.ends_with(".sst")) found.push_back(file);
  return found;
}

void expectEach(const std::vector<Damaging>& damages, test::Fate fate) {
  auto fates = victim().tryAll(damages);
  for (size_t i = 0; i < fates.size(); ++i)
    EXPECT_EQ(fates[i], fate) << damages[i].what << ": " << test::fateName(fates[i]);
}

void replaceBy(const std::string& older, const std::string& directory, const std::string& part) {
  fs::remove_all(directory + "/" + part);
  fs::copy(older + "/" + part, directory + "/" + part, fs::copy_options::recursive);
}

}  // namespace

TEST(Tamper, AFlippedByteNeverMakesAnotherLog) {
  const char* wanted = std::getenv("LIGGARE_TAMPER");
  const uint64_t seed = testSeed(1);
  LIGGARE_TRACE_SEED(seed, 0);
  bool all = wanted != nullptr && std::string_view(wanted) == "all";
  auto damages = all ? everyFlip() : someFlips(victim(), wanted ? std::strtoull(wanted, nullptr, 10) : 300, seed);
  std::printf("%zu flipped bytes in %zu files\n", damages.size(), victim().files().size());
  test::judge(damages, victim().tryAll(damages));
}

TEST(Tamper, AFlippedByteBelowACheckpointNeverMakesAnotherLogAfterAKill) {
  const char* wanted = std::getenv("LIGGARE_TAMPER");
  const uint64_t seed = testSeed(2);
  LIGGARE_TRACE_SEED(seed, 0);
  auto damages = someFlips(killed(), wanted ? std::strtoull(wanted, nullptr, 10) : 150, seed);
  std::printf("%zu flipped bytes in %zu files\n", damages.size(), killed().files().size());
  test::judge(damages, killed().tryAll(damages));
}

// A store is opened up to torn records at its manifest's end (docs/decisions/0016). What was synced and then damaged
// looks the same, and must cost nothing.
TEST(Tamper, NoFlippedByteOfAManifestMakesAnotherLog) {
  for (auto* of : {&victim(), &killed()}) {
    std::vector<Damaging> damages;
    for (auto& file : of->files()) {
      bool counts = file.starts_with("log/MANIFEST") || file.starts_with("vault/MANIFEST");
      for (uint64_t at = 0; counts && at < fs::file_size(of->where() + "/" + file); at += 2)
        damages.push_back(flipOf(file, at, 0xff, at % 4 ? OpenedFor::WRITING : OpenedFor::READING));
    }
    ASSERT_GT(damages.size(), 100u);
    test::judge(damages, of->tryAll(damages));
  }
}

// Nothing was signed yet, and the store's newest records are all there is: what the head file noted before each answer
// stands against them, by flip and by cut.
TEST(Tamper, AFlipOrACutCostsNothingThatWasAnsweredOnAfterAKillWithoutACheckpoint) {
  const uint64_t seed = testSeed(3);
  LIGGARE_TRACE_SEED(seed, 0);
  const test::Victim unsignedOne(test::Ended::UNSIGNED);
  SeededRandom random(seed);
  std::vector<Damaging> damages;
  for (auto& file : unsignedOne.files()) {
    if (!file.starts_with("log/") || !file.ends_with(".log")) continue;
    uint64_t size = fs::file_size(unsignedOne.where() + "/" + file);
    for (int i = 0; i < 120; ++i)
      damages.push_back(flipOf(file, random.below(size), random.below(2) ? 0x01 : 0xff, OpenedFor::READING));
    for (int i = 0; i < 20; ++i) damages.push_back(cutOf(file, random.below(size), OpenedFor::READING));
  }
  ASSERT_GE(damages.size(), 140u);
  test::judge(damages, unsignedOne.tryAll(damages));
}

TEST(Tamper, ACutFileNeverMakesAShorterLog) {
  const uint64_t seed = testSeed(1);
  LIGGARE_TRACE_SEED(seed, 0);
  auto damages = cuts(seed);
  std::printf("%zu cut files\n", damages.size());
  test::judge(damages, victim().tryAll(damages));
}

TEST(Tamper, ASplicedFileNeverMakesAnotherLog) {
  const char* wanted = std::getenv("LIGGARE_TAMPER");
  const uint64_t seed = testSeed(4);
  LIGGARE_TRACE_SEED(seed, 0);
  auto damages = splicings(wanted ? std::strtoull(wanted, nullptr, 10) : 200, seed);
  std::printf("%zu spliced files\n", damages.size());
  test::judge(damages, victim().tryAll(damages));
}

TEST(Tamper, ADeletedFileNeverMakesAShorterLog) {
  auto damages = deletions();
  std::printf("%zu deleted files\n", damages.size());
  test::judge(damages, victim().tryAll(damages));
}

TEST(Tamper, TablesThatChangePlacesAreFound) {
  auto all = tables();
  ASSERT_GE(all.size(), 2u) << "the victim has too few tables to swap";
  std::vector<Damaging> damages;
  for (auto opened : {OpenedFor::READING, OpenedFor::WRITING})
    damages.push_back({all[0] + " and " + all[1] + " swapped",
                       [&](const std::string& d) {
                         fs::rename(d + "/" + all[0], d + "/kept");
                         fs::rename(d + "/" + all[1], d + "/" + all[0]);
                         fs::rename(d + "/kept", d + "/" + all[1]);
                       },
                       opened});
  expectEach(damages, test::Fate::CHANGED);
}

TEST(Tamper, AnOlderCopyOfTheLogIsFoundByTheHeadFileAndByCheckpoints) {
  std::vector<Damaging> damages;
  auto add = [&](std::vector<std::string> parts) {
    std::string what = "rolled back:";
    for (auto& part : parts) what += " " + part;
    for (auto opened : {OpenedFor::READING, OpenedFor::WRITING})
      damages.push_back({what,
                         [=](const std::string& d) {
                           for (auto& part : parts) replaceBy(victim().older(), d, part);
                         },
                         opened});
  };
  add({"log"});
  add({"log", "head"});         // the checkpoint tells
  add({"log", "checkpoints"});  // the head file tells
  add({"log", "vault"});
  expectEach(damages, test::Fate::CHANGED);
}

// All of it rolled back is a whole log, only older: nothing in the directory can tell, and what was given out can.
TEST(Tamper, AnOlderCopyOfEverythingIsFoundByAReceipt) {
  ClearLines noKey;
  LogPlace place{victim().older(), victim().origin(), {}};
  ASSERT_TRUE(std::holds_alternative<OpenedLog>(openLog(place, noKey, Access::READ)));
  std::vector<Evidence> offered{{victim().head(), "receipt"}};
  auto answer = openLog(place, noKey, Access::READ, offered);
  ASSERT_TRUE(std::holds_alternative<OpenRefused>(answer));
  EXPECT_EQ(std::get<OpenRefused>(answer).lostTo, victim().head().size);
  EXPECT_EQ(std::get<OpenRefused>(answer).evidence, "receipt");
}

}  // namespace liggare
