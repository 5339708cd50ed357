// A manifest that a power cut tore: only its end may be passed over, and only when nothing whole follows.
#include "engine/kv/manifest-tail.h"

#include <gtest/gtest.h>

#include <kj/debug.h>

#include <filesystem>

#include "engine/kv/store.h"
#include "tests/log/scratch.h"

namespace liggare {
namespace {

namespace fs = std::filesystem;

Buffer b(std::string_view text) { return Buffer(text.begin(), text.end()); }

// RocksDB's checksum, bit by bit.
uint32_t crc(Bytes bytes) {
  uint32_t c = ~0u;
  for (uint8_t byte : bytes) {
    c ^= byte;
    for (int bit = 0; bit < 8; ++bit) c = c & 1 ? c >> 1 ^ 0x82f63b78u : c >> 1;
  }
  c = ~c;
  return (c >> 15 | c << 17) + 0xa282ead8u;
}

// A store as it lies when the power goes while a flush writes down its new table: rows in the write-ahead log, the
// records of the table in the manifest, and those not synced.
struct ManifestTailTest : testing::Test {
  Scratch scratch;
  std::string path = scratch.path() + "/s", manifest;
  size_t synced = 0;  // bytes of the manifest before the record

  void SetUp() override {
    std::string live = scratch.path() + "/live";
    auto store = openRocks(live, RocksProfile::LOG, Mode::CREATE);
    for (int i = 0; i < 50; ++i) {
      Batch batch;
      batch.put(key(i), Buffer(100, uint8_t(i)));
      store->write(batch, Sync::YES);
    }
    fs::copy(live, path, fs::copy_options::recursive);
    for (auto& f : fs::directory_iterator(path))
      if (f.path().filename().string().starts_with("MANIFEST")) manifest = f.path();
    synced = fs::file_size(manifest);
    store->flush();
    for (auto& f : fs::directory_iterator(live))  // the table is synced before it is told of
      if (f.path().extension() == ".sst") fs::copy(f.path(), path);
    fs::copy_file(live + "/" + fs::path(manifest).filename().string(), manifest, fs::copy_options::overwrite_existing);
    ASSERT_GT(fs::file_size(manifest), synced + 20);
  }
  static Buffer key(int i) { return {'k', uint8_t(i)}; }

  void flip(size_t at) { Scratch::flip(manifest, at); }
  void expectEverything(Mode mode) {
    auto store = openRocks(path, RocksProfile::LOG, mode);
    for (int i = 0; i < 50; ++i) EXPECT_EQ(store->get(key(i)), Buffer(100, uint8_t(i))) << i;
  }
  Buffer bytes() {
    std::string all = Scratch::read(manifest);
    return {all.begin(), all.end()};
  }
};

TEST_F(ManifestTailTest, AWholeManifestHasNoTornEnd) {
  fs::copy_file(fs::path(scratch.path() + "/live") / fs::path(manifest).filename(), manifest,
                fs::copy_options::overwrite_existing);
  EXPECT_FALSE(tornManifest(path));
}

TEST_F(ManifestTailTest, AnEndTornAnywhereIsPassedOverAndNothingIsLost) {
  size_t end = fs::file_size(manifest);
  for (size_t at = synced; at < end; at += 3) {
    flip(at);
    auto torn = tornManifest(path);
    ASSERT_TRUE(torn) << at;
    EXPECT_GE(torn->whole, synced);
    EXPECT_EQ(torn->whole + torn->passedOver, end);
    auto before = bytes();
    expectEverything(Mode::READ_ONLY);
    EXPECT_EQ(bytes(), before) << "reading has changed the manifest";
    flip(at);
  }
}

TEST_F(ManifestTailTest, OpeningForWritingBeginsANewManifestAndGoesOn) {
  size_t end = fs::file_size(manifest);
  flip((synced + end) / 2);
  {
    auto store = openRocks(path, RocksProfile::LOG, Mode::READ_WRITE);
    Batch batch;
    batch.put(key(50), b("more"));
    store->write(batch, Sync::YES);
    store->flush();
  }
  EXPECT_FALSE(tornManifest(path));
  EXPECT_FALSE(fs::exists(manifest));
  expectEverything(Mode::READ_WRITE);
  EXPECT_EQ(openRocks(path, RocksProfile::LOG, Mode::READ_ONLY)->get(key(50)), b("more"));
}

TEST_F(ManifestTailTest, SectorsOfZerosInTheRecordArePassedOverToo) {
  auto all = Scratch::read(manifest);
  for (size_t at = synced + 10; at < all.size(); ++at) all[at] = '\0';
  scratch.write("s/" + fs::path(manifest).filename().string(), all);
  ASSERT_TRUE(tornManifest(path));
  expectEverything(Mode::READ_ONLY);
}

TEST_F(ManifestTailTest, DamageBeforeMoreRecordsThanASyncHoldsIsNoPowerCut) {
  size_t second = 7 + bytes()[4];  // where the second record begins
  for (size_t at = 0; at < second + 10; ++at) {
    flip(at);
    EXPECT_FALSE(tornManifest(path)) << at;
    flip(at);
  }
  flip(second + 8);
  EXPECT_THROW(openRocks(path, RocksProfile::LOG, Mode::READ_ONLY), kj::Exception);
  EXPECT_THROW(openRocks(path, RocksProfile::LOG, Mode::READ_WRITE), kj::Exception);
}

TEST_F(ManifestTailTest, RecordsOverSeveralBlocksEndWhereTheirLastPieceDoes) {
  // One record of two pieces: the second begins a block. Torn in the first piece, its whole second one proves nothing.
  auto all = bytes();
  size_t whole = all.size();
  auto record = [&](uint8_t type, Buffer payload) {
    Buffer out(7);
    out[4] = uint8_t(payload.size()), out[5] = uint8_t(payload.size() >> 8), out[6] = type;
    out.insert(out.end(), payload.begin(), payload.end());
    uint32_t c = crc(Bytes(out).subspan(6));
    for (int i = 0; i < 4; ++i) out[size_t(i)] = uint8_t(c >> (8 * i));
    all.insert(all.end(), out.begin(), out.end());
  };
  record(1, Buffer(32'768 - all.size() - 7 - 60, 'x'));  // up to 60 bytes before the block's end
  whole = all.size();
  record(2, Buffer(53, 'y'));
  record(4, Buffer(100, 'z'));
  EXPECT_FALSE(wholeManifestRecords(all));
  all[whole + 20] ^= 1;
  EXPECT_EQ(wholeManifestRecords(all), whole);
  all[whole + 20] ^= 1;
  all.back() ^= 1;
  EXPECT_EQ(wholeManifestRecords(all), whole) << "half a record is none";
}

TEST_F(ManifestTailTest, NothingIsSaidOfWhatIsNoManifest) {
  EXPECT_FALSE(tornManifest(scratch.path() + "/nowhere"));
  EXPECT_FALSE(wholeManifestRecords({}));
  EXPECT_FALSE(wholeManifestRecords(Buffer(40'000, 0)));
  EXPECT_FALSE(wholeManifestRecords(Buffer(40'000, 0xff)));
  auto all = bytes();
  all.resize(all.size() + 20'000, 0x55);
  EXPECT_FALSE(wholeManifestRecords(all)) << "more than one record's worth of rubbish";
  scratch.write("s/CURRENT", "../live/CURRENT\n");
  EXPECT_FALSE(tornManifest(path));
}

}  // namespace
}  // namespace liggare
