// The disk that crash points are made of: what it must keep, what it may lose, and that a record and its replay agree.
#include "tests/support/disk-model.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "tests/support/paths.h"

namespace liggare {
namespace {

using test::DiskModel;
using test::DiskOp;
using test::DiskTree;
using test::SimulatedDisk;
using Kind = DiskOp::Kind;

DiskOp op(Kind kind, uint32_t node, std::string path = {}, std::string_view bytes = {}, uint64_t at = 0) {
  auto b = asBytes(bytes);
  return {kind, node, at, std::move(path), Buffer(b.begin(), b.end())};
}

constexpr uint32_t FILE_NODE = 1, OTHER_NODE = 2;

// Applies a sync of everything that was done to the node before.
void sync(SimulatedDisk& disk, uint32_t node) { disk.apply(op(Kind::SYNC_END, node, {}, {}, UINT64_MAX)); }

std::set<DiskTree> outcomes(const SimulatedDisk& disk, DiskModel model) {
  std::set<DiskTree> out;
  for (uint64_t seed = 0; seed < 300; ++seed) out.insert(disk.after(model, seed));
  return out;
}

// A file of 1,024 synced bytes, and one write over its second sector and beyond.
SimulatedDisk overwritten() {
  SimulatedDisk disk(DiskTree{});
  disk.apply(op(Kind::CREATE, FILE_NODE, "a"));
  disk.apply(op(Kind::WRITE, FILE_NODE, {}, std::string(1024, 'o')));
  sync(disk, FILE_NODE);
  sync(disk, 0);
  disk.apply(op(Kind::WRITE, FILE_NODE, {}, std::string(1024, 'n'), 512));
  return disk;
}

}  // namespace

TEST(DiskModel, WhatWasSyncedWithItsNameIsThereUnderEveryModel) {
  SimulatedDisk disk(DiskTree{});
  disk.apply(op(Kind::CREATE, FILE_NODE, "a"));
  disk.apply(op(Kind::WRITE, FILE_NODE, {}, "kept"));
  sync(disk, FILE_NODE);
  sync(disk, 0);
  for (auto model : test::ALL_DISK_MODELS) EXPECT_EQ(outcomes(disk, model), (std::set<DiskTree>{{{"a", "kept"}}}));
}

TEST(DiskModel, BytesWithoutANameAndANameWithoutBytesAreTwoWaysToLoseAFile) {
  SimulatedDisk bytes(DiskTree{}), name(DiskTree{});
  for (auto* disk : {&bytes, &name}) {
    disk->apply(op(Kind::CREATE, FILE_NODE, "a"));
    disk->apply(op(Kind::WRITE, FILE_NODE, {}, "kept"));
  }
  sync(bytes, FILE_NODE);
  sync(name, 0);
  EXPECT_EQ(bytes.after(DiskModel::M0, 1), DiskTree{});
  EXPECT_EQ(name.after(DiskModel::M0, 1), (DiskTree{{"a", ""}}));
  EXPECT_EQ(bytes.now(), (DiskTree{{"a", "kept"}}));
}

TEST(DiskModel, EachModelLeavesWhatItSays) {
  auto disk = overwritten();
  std::string old(1024, 'o'), fresh = std::string(512, 'o') + std::string(1024, 'n');
  EXPECT_EQ(outcomes(disk, DiskModel::M0), (std::set<DiskTree>{{{"a", old}}}));
  EXPECT_EQ(outcomes(disk, DiskModel::M2), (std::set<DiskTree>{{{"a", fresh}}}));
  EXPECT_EQ(outcomes(disk, DiskModel::M4), (std::set<DiskTree>{{{"a", old}}, {{"a", fresh}}}));
  EXPECT_EQ(outcomes(disk, DiskModel::M5).size(), 4u) << "two sectors, each old or new";
  auto torn = outcomes(disk, DiskModel::M1);
  EXPECT_GT(torn.size(), 100u);
  for (auto& tree : torn) {
    size_t news = size_t(std::count(tree.at("a").begin(), tree.at("a").end(), 'n'));
    EXPECT_EQ(tree.at("a"), std::string(512, 'o') + std::string(news, 'n') +
                                std::string(news < 512 ? 512 - news : 0, 'o'));
  }
  for (auto& tree : outcomes(disk, DiskModel::M3)) {
    EXPECT_EQ(tree.at("a").substr(0, 512), std::string(512, 'o'));
    EXPECT_EQ(tree.at("a").size(), fresh.size());
  }
}

TEST(DiskModel, WhatWasWrittenAfterASyncBeganIsNotCoveredByIt) {
  SimulatedDisk disk(DiskTree{{"a", ""}});
  disk.apply(op(Kind::WRITE, FILE_NODE, {}, "before"));
  disk.apply(op(Kind::SYNC_BEGIN, FILE_NODE));
  disk.apply(op(Kind::WRITE, FILE_NODE, {}, "after", 6));
  disk.apply(op(Kind::SYNC_END, FILE_NODE, {}, {}, 1));
  EXPECT_EQ(disk.after(DiskModel::M0, 1), (DiskTree{{"a", "before"}}));
}

TEST(DiskModel, AfterASyncThatFailedALaterOneHardensNothingOfIt) {
  SimulatedDisk disk(DiskTree{{"a", ""}});
  disk.apply(op(Kind::WRITE, FILE_NODE, {}, "gone"));
  disk.apply(op(Kind::SYNC_FAILED, FILE_NODE, {}, {}, 1));
  disk.apply(op(Kind::WRITE, FILE_NODE, {}, "kept", 4));
  sync(disk, FILE_NODE);
  EXPECT_EQ(disk.after(DiskModel::M0, 1), (DiskTree{{"a", std::string(4, '\0') + "kept"}}));
  EXPECT_EQ(disk.now().at("a").size(), 8u);
}

TEST(DiskModel, ARenameIsWhollyDoneOrNotAtAll) {
  SimulatedDisk disk(DiskTree{{"a", "old"}, {"b", "new"}});
  disk.apply(op(Kind::RENAME, 0, "b", "a"));
  std::set<DiskTree> both{{{"a", "old"}, {"b", "new"}}, {{"a", "new"}}};
  EXPECT_EQ(outcomes(disk, DiskModel::M0), (std::set<DiskTree>{{{"a", "old"}, {"b", "new"}}}));
  EXPECT_EQ(outcomes(disk, DiskModel::M4), both);
  sync(disk, 0);
  for (auto model : test::ALL_DISK_MODELS) EXPECT_EQ(outcomes(disk, model), (std::set<DiskTree>{{{"a", "new"}}}));
}

TEST(DiskModel, ADirectoryWithoutANameTakesWhatIsInItAlong) {
  SimulatedDisk disk(DiskTree{});
  disk.apply(op(Kind::MAKE_DIR, FILE_NODE, "d"));
  disk.apply(op(Kind::CREATE, OTHER_NODE, "d/a"));
  sync(disk, OTHER_NODE);
  sync(disk, FILE_NODE);
  EXPECT_EQ(disk.after(DiskModel::M0, 1), DiskTree{});
  sync(disk, 0);
  EXPECT_EQ(disk.after(DiskModel::M0, 1), (DiskTree{{"d/", ""}, {"d/a", ""}}));
}

TEST(DiskModel, ATraceAndATreeAreReadAsTheyWereWritten) {
  test::TemporaryDirectory place;
  test::DiskTrace trace{{{"d/", ""}, {"d/a", std::string("\0x", 2)}}, {op(Kind::WRITE, 2, {}, "bytes", 7)}};
  trace.ops.push_back(op(Kind::MARK, 0, "A 1 2"));
  trace.save(place.path() + "/trace");
  auto again = test::DiskTrace::load(place.path() + "/trace");
  EXPECT_EQ(again.before, trace.before);
  ASSERT_EQ(again.ops.size(), 2u);
  EXPECT_EQ(again.ops[0].bytes, trace.ops[0].bytes);
  EXPECT_EQ(again.ops[0].at, 7u);
  EXPECT_EQ(again.ops[1].path, "A 1 2");
  test::writeTree(trace.before, place.path() + "/tree");
  EXPECT_EQ(test::readTree(place.path() + "/tree"), trace.before);
}

}  // namespace liggare
