#include "tests/interop/verifiers.h"

#include <gtest/gtest.h>

#include <cstdio>

#include "tests/support/paths.h"

namespace liggare::test {

namespace {

const std::string& sources() {
  static const std::string path = sourceDir() + "/tests/interop/";
  return path;
}

// Compiled once a process.
const std::string& goVerifier() {
  static const Scratch place;
  static const std::string program = [] {
    auto ran =
        runProgram("/usr/bin/env", {"-u", "GOROOT", "-u", "GOFLAGS", "CGO_ENABLED=0", "GO111MODULE=off",
                                    "GOPATH=/usr/share/gocode", "GOCACHE=" + binaryDir() + "/go-cache", "/usr/bin/go",
                                    "build", "-o", place.path() + "/verifier", sources() + "verifier.go",
                                    sources() + "bundle.go"});
    EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
    return place.path() + "/verifier";
  }();
  return program;
}

// size root index leaf k hash×k older root j hash×j
void addCase(std::string& to, Log& log, uint64_t older, uint64_t index, uint64_t size) {
  auto hashes = [&](const Proof& proof) {
    to += " " + std::to_string(proof.size());
    for (const Hash& hash : proof) to += " " + toBase64(hash);
  };
  to += std::to_string(size) + " " + toBase64(log.rootAt(size)) + " " + std::to_string(index) + " " +
        toBase64(log.leafAt(index));
  hashes(log.inclusion(index, size));
  to += " " + std::to_string(older) + " " + toBase64(log.rootAt(older));
  hashes(log.consistency(older, size));
  to += "\n";
}

}  // namespace

Ran byGo(const std::vector<std::string>& words) { return runProgram(goVerifier(), words); }
Ran byPython(std::vector<std::string> words) {
  const bool isBundle = !words.empty() && words[0] == "bundle";  // a program of its own, without the word
  if (isBundle) words.erase(words.begin());
  words.insert(words.begin(), {"-B", sources() + (isBundle ? "bundle.py" : "verifier.py")});
  return runProgram("/usr/bin/python3", words);
}

void expectAccepted(const std::vector<std::string>& words, const std::string& said) {
  for (const Ran& ran : {byGo(words), byPython(words)}) {
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_NE(ran.out.find(said), std::string::npos) << ran.out;
  }
}

void expectRefused(const std::vector<std::string>& words) {
  for (const Ran& ran : {byGo(words), byPython(words)}) {
    EXPECT_EQ(ran.code, 1) << ran.out;
    EXPECT_TRUE(ran.err.starts_with("refused: ")) << ran.err;
    EXPECT_EQ(linesOf(ran.err).size(), 1u) << ran.err;
  }
}

void Published::growTo(uint64_t size) {
  kit.fill(log, size, Sync::YES);
  auto answer = exportTiles(log, sign(), key, out(), ExportScope::ALL);
  ASSERT_TRUE(std::holds_alternative<ExportReport>(answer)) << std::get<ExportRefused>(answer).path;
}

void expectAgreement(uint64_t seed, uint64_t entriesAtLeast, uint64_t count) {
  Published log(seed);
  SeededRandom random(seed + 1);
  log.growTo(entriesAtLeast + random.below(3000));
  const uint64_t end = log.log.durableSize();
  std::string cases;
  for (uint64_t i = 0; i < count; ++i) {
    // Half of the sizes are small or lie beside a whole tile, where the shapes change.
    uint64_t size = 1 + random.below(i % 4 == 0 ? std::min<uint64_t>(600, end) : end);
    if (i % 4 == 1) size = std::min(end, std::max<uint64_t>(1, size - size % TILE_WIDTH + random.below(3)));
    addCase(cases, log.log, random.below(size + 1), random.below(size), size);
  }
  log.place.write("cases", cases);
  std::printf("seed %llu: %llu entries, %llu cases\n", static_cast<unsigned long long>(seed),
              static_cast<unsigned long long>(end), static_cast<unsigned long long>(count));
  expectAccepted({"tree", log.out(), log.key.text(), log.place.path() + "/cases"}, std::to_string(count) + " cases");
}

}  // namespace liggare::test
