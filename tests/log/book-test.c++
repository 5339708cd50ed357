// Books, lines and the outer form of sealed halves.
#include <gtest/gtest.h>

#include <kj/exception.h>

#include <set>

#include "engine/log/book.h"
#include "tests/log/log-kit.h"

namespace liggare {
namespace {

TEST(Book, EveryKindAndOrderOfKeysIsAnotherBook) {
  SeededRandom random(1);
  SubjectKey a = drawId<SubjectKey>(random), b = drawId<SubjectKey>(random);
  std::set<BookId> seen;
  std::vector<SubjectKey> ab{a, b}, ba{b, a}, only{a};
  for (int kind = 1; kind <= 8; ++kind) {
    for (const auto& keys : {ab, ba, only}) EXPECT_TRUE(seen.insert(bookId(BookKind(kind), keys)).second);
  }
  EXPECT_TRUE(seen.insert(bookId(BookKind::ACTOR, {}, asBytes("client"))).second);
  for (StreamKind kind : {StreamKind::JR, StreamKind::CN, StreamKind::SP}) {
    EXPECT_TRUE(seen.insert(streamId(kind, ab)).second);
    EXPECT_TRUE(seen.insert(streamId(kind, ba)).second);
  }
  for (StreamKind kind : {StreamKind::ID, StreamKind::GV, StreamKind::RV, StreamKind::DS}) {
    EXPECT_TRUE(seen.insert(streamId(kind, only)).second);
  }
  EXPECT_TRUE(seen.insert(streamId(StreamKind::AX, only, 202611)).second);
  EXPECT_TRUE(seen.insert(streamId(StreamKind::AX, only, 202612)).second);
  EXPECT_TRUE(seen.insert(streamId(StreamKind::SY, {})).second);
}

TEST(Book, AStreamWithOtherFieldsThanItsKindIsRefused) {
  SubjectKey a;
  EXPECT_THROW(streamId(StreamKind::JR, {&a, 1}), kj::Exception);
  EXPECT_THROW(streamId(StreamKind::AX, {&a, 1}), kj::Exception);
  EXPECT_THROW(streamId(StreamKind::GV, {&a, 1}, 202611), kj::Exception);
}

TEST(Lines, ComeBackAndKeepTheirRootWhenSomeAreDisposedOf) {
  LogKit kit(2);
  auto lines = kit.lines(5);
  Buffer bytes;
  appendLines(bytes, lines);
  EXPECT_EQ(bytes.size(), 2 + 5 * 41u);
  Bytes rest = bytes;
  auto stored = takeLines(rest);
  ASSERT_TRUE(stored);
  EXPECT_TRUE(rest.empty());
  for (size_t i = 0; i < 5; ++i) EXPECT_EQ((*stored)[i].line, lines[i]);
  EXPECT_EQ(linesRoot(*stored), linesRoot(lines));
  (*stored)[1].line.reset();
  (*stored)[4].line.reset();
  Buffer less;
  appendStoredLines(less, *stored);
  EXPECT_EQ(less.size(), 2 + 3 * 41u + 2 * 33);
  rest = less;
  auto again = takeLines(rest);
  EXPECT_EQ(again, stored);
  EXPECT_EQ(linesRoot(*again), linesRoot(lines));
}

TEST(Lines, CutOrChangedFormsAreNotRead) {
  LogKit kit(3);
  Buffer bytes;
  appendLines(bytes, kit.lines(2));
  for (size_t n = 0; n < bytes.size(); ++n) {
    Bytes rest = Bytes(bytes).first(n);
    EXPECT_FALSE(takeLines(rest)) << n;
  }
  bytes[2] = 2;
  Bytes rest = bytes;
  EXPECT_FALSE(takeLines(rest));
}

TEST(SealedForm, ComesBackAndKeepsItsDigestWhenCiphertextIsRemoved) {
  LogKit kit(4);
  for (size_t parts : {1u, 3u, 7u}) {
    SealedHalf half = kit.half(parts, 50);
    Hash digest = sealedDigest(half);
    EXPECT_EQ(decodeSealedHalf(encodeSealedHalf(half)), half);
    removePart(half, parts - 1);
    auto again = decodeSealedHalf(encodeSealedHalf(half));
    EXPECT_EQ(again, half);
    EXPECT_FALSE(again->whole());
    EXPECT_EQ(sealedDigest(*again), digest);
    EXPECT_THROW(removePart(half, parts), kj::Exception);
  }
}

TEST(SealedForm, WriterGivesTheSameBytesAndDigest) {
  LogKit kit(5);
  SealedHalf half = kit.half(3, 80);
  Buffer out{0xAA};
  SealedWriter writer(out, half.header);
  for (const SealedPart& part : half.parts) writer.part(*part.ciphertext);
  EXPECT_EQ(writer.finish(), sealedDigest(half));
  EXPECT_EQ(Buffer(out.begin() + 1, out.end()), encodeSealedHalf(half));
  Buffer other;
  SealedWriter wrong(other, half.header);
  EXPECT_THROW(wrong.part(Buffer(79)), kj::Exception);
  EXPECT_THROW(wrong.finish(), kj::Exception);
}

TEST(SealedForm, EveryChangedByteChangesTheDigestOrBreaksTheForm) {
  LogKit kit(6);
  SealedHalf half = kit.half(2, 30);
  Hash digest = sealedDigest(half);
  Buffer bytes = encodeSealedHalf(half);
  for (size_t i = 0; i < bytes.size(); ++i) {
    Buffer changed = bytes;
    changed[i] ^= 1;
    auto read = decodeSealedHalf(changed);
    EXPECT_FALSE(read && sealedDigest(*read) == digest) << i;
  }
  for (size_t n = 0; n < bytes.size(); ++n) EXPECT_FALSE(decodeSealedHalf(Bytes(bytes).first(n))) << n;
  bytes.push_back(0);
  EXPECT_FALSE(decodeSealedHalf(bytes));
}

}  // namespace
}  // namespace liggare
