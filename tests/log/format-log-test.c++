// Rebuilds the worked vectors of docs/format.md "Entry", "Lines", "Commit", "Tree, tiles, checkpoint" and "Proofs" and
// of docs/format-closing.md, and compares them with tests/golden/format-0/log-*.txt and with the pages themselves:
// neither code, golden nor page can change alone.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "engine/log/book-trie.h"
#include "engine/log/chain.h"
#include "engine/log/head-file.h"
#include "engine/log/proof-file.h"
#include "engine/log/tree.h"
#include "tests/log/log-kit.h"
#include "tests/log/scratch.h"
#include "tests/support/paths.h"

namespace liggare {
namespace {

// 00 01 02 … from `first`: inputs that anyone can write down.
template <size_t N>
std::array<uint8_t, N> counting(uint8_t first) {
  std::array<uint8_t, N> bytes;
  for (size_t i = 0; i < N; ++i) bytes[i] = uint8_t(first + i);
  return bytes;
}

class Vectors {
 public:
  void add(std::string_view name, Bytes bytes) { addText(name, toHex(bytes)); }
  void addText(std::string_view name, std::string_view value) {
    text.append(name).append(" = ").append(value).append("\n");
  }
  std::string text;
};

void compare(const std::string& name, const std::string& text) {
  const std::string golden = test::sourceDir() + "/tests/golden/format-0/" + name;
  if (test::updatesGoldens()) std::ofstream(golden, std::ios::binary) << text;
  EXPECT_EQ(text, Scratch::read(golden)) << name;
  const std::string page = Scratch::read(test::sourceDir() + "/docs/format.md") +
                           Scratch::read(test::sourceDir() + "/docs/format-closing.md");
  EXPECT_NE(page.find("```\n" + text + "```"), std::string::npos) << "the page shows other vectors than " << name;
}

std::vector<Line> lines() {
  std::vector<Line> out;
  SubjectKey patient = SubjectKey::from(counting<16>(0x10)), provider = SubjectKey::from(counting<16>(0x20));
  SubjectKey both[] = {patient, provider};
  out.push_back({streamId(StreamKind::JR, both), 3, counting<16>(0x30)});
  out.push_back({bookId(BookKind::PATIENT, {&patient, 1}), 7, counting<16>(0x40)});
  return out;
}

SealedHalf half() {
  SealedHeader header;
  header.random = counting<32>(0x50);
  Buffer ciphertext{'s', 'e', 'a', 'l', 'e', 'd'};
  header.parts.push_back({1, uint32_t(ciphertext.size()), {counting<32>(0x70)}});
  SealedHalf out;
  out.header = encodeSealedHeader(header);
  out.parts.push_back({ciphertext, partDigest(0, ciphertext)});
  return out;
}

EntryFields entry() {
  EntryFields out;
  out.recordedAt = 1'793'602'800'000'000;  // 2026-11-02T07:00:00Z
  out.eventId = EventId::from(counting<16>(0x90));
  out.commandTag = commandTag(asBytes("client"), CommandId::from(counting<16>(0xA0)));
  return out;
}

TEST(FormatLog, AnEntryIsByteFinal) {
  Vectors v;
  EntryFields e = entry();
  e.position = 1;
  e.lineCount = 2;
  e.linesRoot = linesRoot(lines());
  e.sealedDigest = sealedDigest(half());
  Buffer bytes = encodeEntry(e);
  v.add("command tag", e.commandTag);
  v.add("entry", bytes);
  v.add("leaf", leafHash(bytes));
  e.sealedDigest = {};
  v.add("unsealed entry", encodeEntry(e));
  e.position = 0;
  e.commandTag = {};
  for (const auto& [name, fact] : std::vector<std::pair<std::string, EngineFact>>{
           {"genesis",
            GenesisFact{"log.example", "log.example+00000000+AQ==", {counting<32>(0)}, {counting<32>(0x20)}, true}},
           {"closing", ClosingFact{{counting<32>(0)}, 1000, 3}},
           {"destroyed", DestroyedFact{{5, 8}, 9}},
           {"key change",
            KeyChangeFact{"log.example+00000000+AQ==", SubjectKey::from(counting<16>(0x10)), 2, {1, 2, 3}}},
           {"rule set change", RuleSetChangeFact{2, {counting<32>(0)}, 1'793'602'800'000'000}},
           {"incarnation", IncarnationFact{"log.example/2", "log.example\n", 10, 12, {{1}, {2}}}}}) {
    e.engine = fact;
    v.add(name, encodeEntry(e));
  }
  compare("log-entry.txt", v.text);
}

TEST(FormatLog, LinesAndBooksAreByteFinal) {
  Vectors v;
  SubjectKey a = SubjectKey::from(counting<16>(0x10)), b = SubjectKey::from(counting<16>(0x20)), ab[] = {a, b};
  v.add("key a", a);
  v.add("key b", b);
  v.add("book id/a", streamId(StreamKind::ID, {&a, 1}));
  v.add("book jr/a/b", streamId(StreamKind::JR, ab));
  v.add("book ax/b/202611", streamId(StreamKind::AX, {&b, 1}, 202611));
  v.add("book sy", streamId(StreamKind::SY, {}));
  for (int kind = 2; kind <= 8; ++kind)
    v.add("book kind " + std::to_string(kind) + " of a", bookId(BookKind(kind), {&a, 1}));
  v.add("book of actor \"client\"", bookId(BookKind::ACTOR, {}, asBytes("client")));
  for (const Line& line : lines()) v.add("line digest", lineDigest(line));
  v.add("lines root", linesRoot(lines()));
  Buffer stored;
  appendLines(stored, lines());
  v.add("lines", stored);
  Bytes rest = stored;
  auto disposed = *takeLines(rest);
  disposed[1].line.reset();
  Buffer less;
  appendStoredLines(less, disposed);
  v.add("second disposed of", less);
  compare("log-lines.txt", v.text);
}

TEST(FormatLog, ACommitIsByteFinal) {
  Vectors v;
  ClearLines clear;
  Log log(memoryStore(), clear, {0, emptyRoot()});
  CommitBuilder commit(0, 4);
  commit.add(entry(), lines(), half());
  commit.add(entry(), lines());
  log.append(std::move(commit), Sync::YES);
  auto cursor = log.storage().cursor();
  for (cursor->seekFirst(); cursor->valid(); cursor->next()) {
    v.add("key", cursor->key());
    v.add("value", cursor->value());
  }
  SealedHalf gone = half();
  removePart(gone, 0);
  v.add("half with its ciphertext removed", encodeSealedHalf(gone));
  compare("log-commit.txt", v.text);
}

TEST(FormatLog, AClosingIsByteFinal) {
  Vectors v;
  SubjectKey patient = SubjectKey::from(counting<16>(0x10)), provider = SubjectKey::from(counting<16>(0x20));
  BookId of2 = bookId(BookKind::PATIENT, {&patient, 1}), of3 = bookId(BookKind::ACCESS, {&patient, 1});
  BookId sy = streamId(StreamKind::SY, {}), ax = streamId(StreamKind::AX, {&provider, 1}, 202611);
  Hash a = leafHash(asBytes("a")), b = leafHash(asBytes("b")), c = leafHash(asBytes("c"));
  BookTrie trie;
  trie.append(of2, a);
  v.add("root of one book", trie.root());
  trie.append(of3, b);
  trie.append(of3, c);
  trie.append(sy, a);
  std::array<Hash, 2> two{b, c};
  v.add("leaf of kind 2", placeHash({of2, 1, a}));
  v.add("leaf of kind 3", placeHash({of3, 2, rootOf(two)}));
  v.add("leaf of sy", placeHash({sy, 1, a}));
  v.add("root", trie.root());
  v.add("kind 3 is there", encodeTrieProof(trie.prove(of3)));
  v.add("ax/b/202611 is absent", encodeTrieProof(trie.prove(ax)));
  compare("log-closing.txt", v.text);
}

TEST(FormatLog, TreeCheckpointAndHeadFileAreByteFinal) {
  Vectors v;
  std::vector<Hash> leaves;
  Frontier frontier;
  for (const char* text : {"a", "b", "c", "d", "e"}) {
    leaves.push_back(leafHash(asBytes(text)));
    frontier.append(leaves.back());
    v.add(std::string("leaf ") + text, leaves.back());
  }
  HashReader read = [&](unsigned height, uint64_t index) {
    return rootOf(std::span(leaves).subspan(index << height, size_t(1) << height));
  };
  v.add("root 0", emptyRoot());
  for (uint64_t size = 1; size <= 5; ++size) v.add("root " + std::to_string(size), rootAt(size, read));
  v.add("frontier 5", frontier.encode());
  for (const Hash& hash : inclusionProof(2, 5, read)) v.add("inclusion of 2 in 5", hash);
  for (const Hash& hash : consistencyProof(3, 5, read)) v.add("consistency of 3 with 5", hash);

  TestSigner signer("log.example", 0x07);  // the Ed25519 seed is 32 bytes of 07
  v.addText("vkey", signer.verifierKey().text());
  std::istringstream note(signCheckpoint({"log.example", {5, frontier.root()}, {}}, signer));
  for (std::string line; std::getline(note, line);) v.addText("checkpoint", line);

  Scratch scratch;
  HeadFile::create(scratch.path() + "/head", {5, frontier.root()});
  std::string file = Scratch::read(scratch.path() + "/head");
  v.add("head slot 0", asBytes(file).first(64));
  v.add("head slot 1", asBytes(file).subspan(4096, 64));
  v.add("head slot 2", asBytes(file).subspan(8192, 64));
  compare("log-tree.txt", v.text);
}

TEST(FormatLog, TilesAndProofsAreByteFinal) {
  Vectors v;
  std::vector<Hash> leaves;
  Buffer bundle;
  for (const char* text : {"a", "b", "c", "d", "e"}) {
    leaves.push_back(leafHash(asBytes(text)));
    appendBe16(bundle, 1);
    append(bundle, asBytes(text));
  }
  HashReader read = [&](unsigned height, uint64_t index) {
    return rootOf(std::span(leaves).subspan(index << height, size_t(1) << height));
  };
  v.add(tilePath({0, 0, 5}), encodeHashes(leaves));
  v.add(entriesPath(0, 5), bundle);
  TestSigner signer("log.example", 0x07);
  Head older{3, rootAt(3, read)}, newer{5, rootAt(5, read)};
  std::string note = signCheckpoint({"log.example", newer, {}}, signer);
  auto addLines = [&](std::string_view name, const std::string& text) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) v.addText(name, line);
  };
  addLines("proof", formatInclusion({{'c'}, 2, inclusionProof(2, 5, read), note}));
  addLines("growth", formatConsistency({older, newer, consistencyProof(3, 5, read), note}));
  compare("log-proof.txt", v.text);
}

}  // namespace
}  // namespace liggare
