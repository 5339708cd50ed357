// Signed notes and checkpoints, against Go's own example and against everything that is almost right.
#include <gtest/gtest.h>

#include <kj/exception.h>

#include "engine/hash/merkle.h"
#include "engine/log/checkpoint.h"
#include "tests/log/log-kit.h"

namespace liggare {
namespace {

// The example of golang.org/x/mod/sumdb/note's documentation.
constexpr char GO_KEY[] = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr char GO_NOTE[] =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "\xE2\x80\x94 PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

TEST(Note, ReadsAndVerifiesWhatGoWrote) {
  auto key = parseVerifierKey(GO_KEY);
  ASSERT_TRUE(key);
  EXPECT_EQ(key->name, "PeterNeumann");
  EXPECT_EQ(key->keyId(), 0xc74f20a3u);
  EXPECT_EQ(key->text(), GO_KEY);
  auto note = parseNote(GO_NOTE);
  ASSERT_TRUE(note);
  EXPECT_EQ(formatNote(*note), GO_NOTE);
  EXPECT_TRUE(verifyNote(*note, {&*key, 1}).isVerifiedBy("PeterNeumann"));
}

TEST(Note, RefusesKeysThatDoNotAgreeWithThemselves) {
  EXPECT_FALSE(parseVerifierKey("PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"));
  EXPECT_FALSE(parseVerifierKey("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW "));
  EXPECT_FALSE(parseVerifierKey("PeterNeumann+c74f20a3"));
  EXPECT_FALSE(parseVerifierKey("Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"));
  EXPECT_FALSE(parseVerifierKey(""));
  EXPECT_FALSE(isNoteName("a+b"));
  EXPECT_FALSE(
      isNoteName("a\xC2\xA0"
                 "b"));
  EXPECT_FALSE(isNoteName(""));
  EXPECT_TRUE(isNoteName("liggare.se/länet"));
}

TEST(Note, UnknownSignersArePassedOverAndKnownOnesMustBeRight) {
  TestSigner mine("mine", 1), other("other", 2), impostor("mine", 3);
  auto note = *parseNote(signNote("text\n", mine));
  auto second = *parseNote(signNote("text\n", other));
  note.signatures.push_back(second.signatures[0]);
  VerifierKey key = mine.verifierKey(), wrong = impostor.verifierKey();
  EXPECT_TRUE(verifyNote(note, {&key, 1}).isVerifiedBy("mine"));
  EXPECT_FALSE(verifyNote(note, {&key, 1}).isVerifiedBy("other"));
  // Another key of the same name is another key: by its id it is unknown.
  EXPECT_FALSE(verifyNote(note, {&wrong, 1}).rejected);
  EXPECT_TRUE(verifyNote(note, {&wrong, 1}).verifiedBy.empty());
  note.signatures[0].signature[5] ^= 1;
  EXPECT_TRUE(verifyNote(note, {&key, 1}).rejected);
  note.signatures[0].signature.pop_back();
  EXPECT_TRUE(verifyNote(note, {&key, 1}).rejected);
}

TEST(Note, ACosignatureSignsItsTimeToo) {
  TestSigner witness("witness.test/w", 4);
  VerifierKey key = witness.verifierKey();
  key.type = uint8_t(NoteKeyType::COSIGNATURE_V1);
  std::string text = "log\n3\n" + toBase64(emptyRoot()) + "\n";
  auto signature = witness.sign(asBytes(cosignedMessage(1'800'000'000, text)));
  Buffer blob;
  appendBe64(blob, 1'800'000'000);
  append(blob, signature);
  Note note{text, {{key.name, key.keyId(), blob}}};
  EXPECT_TRUE(verifyNote(note, {&key, 1}).isVerifiedBy(key.name));
  note.signatures[0].signature[7] ^= 1;
  EXPECT_TRUE(verifyNote(note, {&key, 1}).rejected);
}

TEST(Note, ReadsNothingThatIsAlmostANote) {
  std::string good = GO_NOTE;
  EXPECT_TRUE(parseNote(good));
  EXPECT_FALSE(parseNote(good.substr(0, good.size() - 1)));
  EXPECT_FALSE(parseNote(good + "\n"));
  EXPECT_FALSE(parseNote(good + "x\n"));
  EXPECT_FALSE(parseNote("text\n\n"));
  EXPECT_FALSE(parseNote("text\n"));
  EXPECT_FALSE(parseNote(""));
  EXPECT_FALSE(parseNote("a\tb\n\n" + good.substr(good.rfind("\n\n") + 2)));
  EXPECT_FALSE(parseNote("\xff\n\n" + good.substr(good.rfind("\n\n") + 2)));
  // The last blank line splits: a text may hold others.
  auto twice = parseNote("a\n\nb\n\n" + good.substr(good.rfind("\n\n") + 2));
  ASSERT_TRUE(twice);
  EXPECT_EQ(twice->text, "a\n\nb\n");
}

TEST(Note, EveryChangedByteOfASignedNoteIsNoticed) {
  TestSigner signer;
  VerifierKey key = signer.verifierKey();
  std::string good = signNote("first\nsecond\n", signer);
  for (size_t i = 0; i < good.size(); ++i) {
    std::string changed = good;
    changed[i] ^= 1;
    auto note = parseNote(changed);
    EXPECT_FALSE(note && verifyNote(*note, {&key, 1}).isVerifiedBy(key.name)) << i;
  }
}

TEST(Checkpoint, IsThreeLinesSignedUnderItsOrigin) {
  TestSigner signer("liggare.test/log");
  VerifierKey key = signer.verifierKey();
  Checkpoint checkpoint{"liggare.test/log", {0, emptyRoot()}, {}};
  EXPECT_EQ(formatCheckpoint(checkpoint), "liggare.test/log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n");
  std::string note = signCheckpoint(checkpoint, signer);
  EXPECT_EQ(openCheckpoint(note, "liggare.test/log", {&key, 1}), checkpoint);
  EXPECT_FALSE(openCheckpoint(note, "liggare.test/other", {&key, 1}));
  EXPECT_FALSE(openCheckpoint(note, "liggare.test/log", {}));
  Checkpoint other = checkpoint;
  other.origin = "somebody.else";
  EXPECT_THROW(signCheckpoint(other, signer), kj::Exception);
}

TEST(Checkpoint, ReadsOneSpellingOnly) {
  std::string root = toBase64(emptyRoot());
  EXPECT_TRUE(parseCheckpoint("o\n12\n" + root + "\n"));
  EXPECT_EQ(parseCheckpoint("o\n12\n" + root + "\nextra\n")->extensions, std::vector<std::string>{"extra"});
  EXPECT_EQ(parseCheckpoint("o\n18446744073709551615\n" + root + "\n")->head.size, UINT64_MAX);
  for (const std::string& bad : std::vector<std::string>{
           std::string("o\n012\n" + root + "\n"), "o\n+12\n" + root + "\n", "o\n 12\n" + root + "\n",
           "o\n\n" + root + "\n", "\n12\n" + root + "\n", "o\n12\n" + root, "o\n12\n" + root + "\n\n",
           "o\n12\n" + root.substr(1) + "\n", "o\n12\n" + root + "=\n", "o\n12\nAAAA\n",
           "o\n18446744073709551616\n" + root + "\n", "o\n12\n" + root + "\nx", std::string()}) {
    EXPECT_FALSE(parseCheckpoint(bad)) << bad;
  }
}

}  // namespace
}  // namespace liggare
