// Witnesses answer late: what they cosigned is kept behind larger checkpoints, and is evidence of its own size only.
#include <gtest/gtest.h>

#include "engine/log/checkpoint-shelf.h"
#include "engine/log/cosignature.h"
#include "tests/log/log-kit.h"
#include "tests/log/scratch.h"

namespace liggare {
namespace {

struct LateCosignature : testing::Test {
  Scratch place;
  TestSigner log, witness{"vittne.test/a", 3};
  CheckpointShelf shelf{place.path() + "/checkpoints"};
  std::string note(uint64_t size) {
    return signCheckpoint({log.verifierKey().name, {size, leafHash(asBytes(std::to_string(size)))}, {}}, log);
  }
  std::string cosigned(uint64_t size) {
    auto out = *parseNote(note(size));
    out.signatures.push_back(cosign(out.text, 1'700'000'000, witness));
    return formatNote(out);
  }
};

TEST_F(LateCosignature, TheNewestIsTheLargestAndOfOneSizeTheLast) {
  shelf.add(note(5));
  shelf.add(note(9));
  shelf.add(cosigned(5));
  EXPECT_EQ(shelf.newest().kept->note, note(9));
  shelf.add(cosigned(9));
  EXPECT_EQ(shelf.newest().kept->note, cosigned(9));
  CheckpointShelf again(place.path() + "/checkpoints");
  EXPECT_EQ(again.newest().kept->note, cosigned(9));
  again.add(note(12));
  EXPECT_EQ(again.newest().kept->note, note(12));
}

TEST_F(LateCosignature, IsFoundFromTheNewestBackwards) {
  for (uint64_t size : {5, 9, 12}) shelf.add(note(size));
  shelf.add(cosigned(9));
  std::vector<std::string> seen;
  shelf.eachBackwards([&](const CheckpointShelf::Kept& kept) {
    seen.push_back(kept.note);
    return seen.size() < 2;
  });
  EXPECT_EQ(seen, (std::vector<std::string>{cosigned(9), note(12)}));
}

// A file that a late one begins is named by the largest, which lies in the file before it.
TEST_F(LateCosignature, ALateOneThatBeginsAFileHidesNothing) {
  auto padded = [&](uint64_t size) {
    auto out = *parseNote(note(size));
    for (int i = 0; i < 90; ++i) out.signatures.push_back({"vittne.test/" + std::to_string(i), 1, Buffer(7'000, 7)});
    return formatNote(out);
  };
  auto expectNewest = [&](uint64_t size, const CheckpointShelf& of) {
    ASSERT_TRUE(of.newest().kept.has_value());
    EXPECT_EQ(of.newest().kept->checkpoint->head.size, size);
  };
  shelf.add(padded(19));
  shelf.add(padded(20));  // above 1 MiB: the next begins a file
  shelf.add(cosigned(5));
  expectNewest(20, shelf);
  CheckpointShelf again(place.path() + "/checkpoints");
  expectNewest(20, again);
  again.add(cosigned(20));
  EXPECT_EQ(again.newest().kept->note, cosigned(20));
  again.add(note(21));
  expectNewest(21, again);
  size_t files = 0;
  std::string last;
  again.each([&](const CheckpointShelf::Kept& kept) {
    files += kept.file != last;
    last = kept.file;
  });
  EXPECT_EQ(files, 2u);
}

}  // namespace
}  // namespace liggare
