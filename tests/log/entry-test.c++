// The entry's bytes: the quick road and Cap'n Proto give the same, and nothing but canonical bytes is read back.
#include <gtest/gtest.h>

#include <capnp/message.h>
#include <capnp/schema.h>
#include <capnp/serialize.h>
#include <kj/exception.h>

#include "engine/base/random.h"
#include "engine/log/entry.h"
#include "schemas/entry.capnp.h"

namespace liggare {
namespace {

uint64_t word(const uint8_t* p) {
  uint64_t w;
  memcpy(&w, p, 8);
  return w;
}

// What Cap'n Proto itself makes of the same fields.
Buffer byCapnp(const EntryFields& e) {
  capnp::MallocMessageBuilder message;
  auto b = message.initRoot<schema::Entry>();
  b.setFormat(e.format);
  b.setLineCount(e.lineCount);
  b.setPosition(e.position);
  b.setRecordedAt(e.recordedAt);
  b.setEventId0(word(&e.eventId.bytes[0]));
  b.setEventId1(word(&e.eventId.bytes[8]));
  b.setCommandTag0(word(&e.commandTag.bytes[0]));
  b.setCommandTag1(word(&e.commandTag.bytes[8]));
  b.setLinesRoot0(word(&e.linesRoot.bytes[0]));
  b.setLinesRoot1(word(&e.linesRoot.bytes[8]));
  b.setLinesRoot2(word(&e.linesRoot.bytes[16]));
  b.setLinesRoot3(word(&e.linesRoot.bytes[24]));
  b.setSealed0(word(&e.sealedDigest.bytes[0]));
  b.setSealed1(word(&e.sealedDigest.bytes[8]));
  b.setSealed2(word(&e.sealedDigest.bytes[16]));
  b.setSealed3(word(&e.sealedDigest.bytes[24]));
  auto words = capnp::canonicalize(b.asReader());
  return Buffer(words.asBytes().begin(), words.asBytes().end());
}

EntryFields drawFields(SeededRandom& random) {
  EntryFields e;
  e.lineCount = uint16_t(random.below(5) + 1);
  e.position = random.below(3) == 0 ? random.below(2) : random.next();
  e.recordedAt = Micros(random.next() >> 12);
  random.fill(e.eventId.bytes);
  if (random.below(3) != 0) random.fill(e.commandTag.bytes);
  random.fill(e.linesRoot.bytes);
  if (random.below(3) != 0) random.fill(e.sealedDigest.bytes);
  if (random.below(4) == 0) std::fill_n(e.sealedDigest.bytes.begin() + 8 * long(random.below(4)), 8, 0);
  if (random.below(8) == 0) e.linesRoot = {};
  return e;
}

std::vector<EngineFact> facts(SeededRandom& random) {
  Hash h1, h2;
  random.fill(h1.bytes);
  random.fill(h2.bytes);
  return {GenesisFact{"liggare.test/log", "liggare.test/log+00000000+AA==", h1, h2, true},
          GenesisFact{"o", "", h1, h2, false},
          ClosingFact{h1, 300, 0},
          DestroyedFact{{5, 6, 1000000}, 77},
          DestroyedFact{{}, 77},
          KeyChangeFact{"k", drawId<SubjectKey>(random), 2, {1, 2, 3}},
          KeyChangeFact{"", drawId<SubjectKey>(random), 3, {}},
          RuleSetChangeFact{2, h2, -5},
          IncarnationFact{"o/2", "old", 10, 20, {{1}, {2, 3}}},
          IncarnationFact{"o/2", "", 0, 0, {}}};
}

TEST(Entry, QuickRoadWritesWhatCapnProtoWrites) {
  SeededRandom random(1);
  for (int i = 0; i < 2000; ++i) {
    EntryFields e = drawFields(random);
    Buffer bytes = encodeEntry(e);
    ASSERT_EQ(toHex(bytes), toHex(byCapnp(e)));
    ASSERT_EQ(decodeEntry(bytes), e);
    ASSERT_EQ(entryPosition(bytes), e.position);
  }
}

TEST(Entry, EveryFactOfTheEngineComesBackAsItWas) {
  SeededRandom random(2);
  for (const EngineFact& fact : facts(random)) {
    EntryFields e = drawFields(random);
    e.engine = fact;
    Buffer bytes = encodeEntry(e);
    EXPECT_EQ(decodeEntry(bytes), e) << fact.index();
    EXPECT_EQ(encodeEntry(decodeEntry(bytes)), bytes);
    EXPECT_EQ(entryPosition(bytes), e.position);
  }
}

TEST(Entry, TheSchemaHasTheWordsTheQuickRoadWrites) {
  auto node = capnp::Schema::from<schema::Entry>().getProto().getStruct();
  EXPECT_EQ(node.getDataWordCount(), 15);
  EXPECT_EQ(node.getPointerCount(), 1);
  EXPECT_EQ(node.getDiscriminantCount(), 0);
  EXPECT_EQ(capnp::Schema::from<schema::Entry::Engine>().getProto().getStruct().getDiscriminantOffset(), 2u);
}

TEST(Entry, AnEventOfTheLawIsAHundredAndTwentyEightBytes) {
  SeededRandom random(3);
  EntryFields e = drawFields(random);
  random.fill(e.sealedDigest.bytes);
  EXPECT_EQ(encodeEntry(e).size(), 128u);
  e.sealedDigest = {};
  random.fill(e.linesRoot.bytes);
  EXPECT_EQ(encodeEntry(e).size(), 96u);
}

TEST(Entry, ReadsNothingButCanonicalBytes) {
  SeededRandom random(4);
  EntryFields e = drawFields(random);
  e.sealedDigest = {};
  Buffer bytes = encodeEntry(e);
  Buffer longer = bytes;  // a trailing zero word that canonical form cuts
  longer.resize(longer.size() + 8);
  longer[4] += 1;
  EXPECT_FALSE(tryDecodeEntry(longer));
  Buffer trailing = bytes;
  trailing.resize(trailing.size() + 8, 1);
  EXPECT_FALSE(tryDecodeEntry(trailing));
  for (size_t n = 0; n < bytes.size(); ++n) EXPECT_FALSE(tryDecodeEntry(Bytes(bytes).first(n))) << n;
  EXPECT_FALSE(tryDecodeEntry(Buffer(ENTRY_BYTES_MAX + 1)));
  EXPECT_THROW(decodeEntry({}), kj::Exception);
}

// Whatever is read is read back to the same bytes: two byte strings never mean the same entry.
TEST(Entry, OneByteChangedIsAnotherEntryOrNone) {
  SeededRandom random(5);
  for (const EngineFact& fact : facts(random)) {
    EntryFields e = drawFields(random);
    e.engine = fact;
    Buffer bytes = encodeEntry(e);
    for (size_t i = 0; i < bytes.size(); ++i) {
      Buffer changed = bytes;
      changed[i] ^= uint8_t(1 << random.below(8));
      auto read = tryDecodeEntry(changed);
      if (!read) continue;
      // Bits that no schema names yet may stand; what is named must come back.
      if (std::holds_alternative<UnknownFact>(read->engine)) continue;
      if (encodeEntry(*read) == changed) {
        EXPECT_NE(*read, e);
      }
    }
  }
}

TEST(Entry, AFactOfANewerEngineIsPassedByAndNeverWritten) {
  SeededRandom random(6);
  EntryFields e = drawFields(random);
  Buffer bytes = encodeEntry(e);
  bytes[8 + 4] = 99;  // the union's tag
  auto read = tryDecodeEntry(bytes);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->engine, EngineFact(UnknownFact{99}));
  EXPECT_EQ(read->position, e.position);
  EXPECT_THROW(encodeEntry(*read), kj::Exception);
}

TEST(Entry, TooLongForABundleIsRefused) {
  EntryFields e;
  e.recordedAt = 1;
  e.engine = IncarnationFact{"o", std::string(70'000, 'x'), 0, 0, {}};
  EXPECT_THROW(encodeEntry(e), kj::Exception);
}

TEST(Entry, CommandTagsDependOnClientAndCommand) {
  CommandId c1{}, c2{};
  c2.bytes[15] = 1;
  EXPECT_EQ(commandTag(asBytes("a"), c1), commandTag(asBytes("a"), c1));
  EXPECT_NE(commandTag(asBytes("a"), c1), commandTag(asBytes("b"), c1));
  EXPECT_NE(commandTag(asBytes("a"), c1), commandTag(asBytes("a"), c2));
}

}  // namespace
}  // namespace liggare
