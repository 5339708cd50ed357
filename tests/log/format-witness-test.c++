// Rebuilds the worked vectors of docs/format-witness.md, and compares them with tests/golden/format-0/witness.txt and
// with the page itself.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "engine/log/witness.h"
#include "tests/log/log-kit.h"
#include "tests/log/scratch.h"
#include "tests/support/paths.h"

namespace liggare {
namespace {

class FixedClock : public Clock {
 public:
  Micros now() override { return 1'793'602'800 * SECOND; }
};

TEST(FormatWitness, CosignaturesRequestsAndStateAreByteFinal) {
  std::string text;
  auto add = [&](const std::string& name, const std::string& value) {
    std::istringstream lines(value);
    for (std::string line; std::getline(lines, line);) text += name + " = " + line + "\n";
  };
  std::vector<Hash> leaves;
  for (const char* entry : {"a", "b", "c", "d", "e"}) leaves.push_back(leafHash(asBytes(entry)));
  HashReader read = [&](unsigned height, uint64_t index) {
    return rootOf(std::span(leaves).subspan(index << height, size_t(1) << height));
  };
  TestSigner log("log.example", 0x07), signer("witness.example", 0x09);
  Scratch place;
  FixedClock clock;
  VerifierKey own = cosignerKey(signer.verifierKey());
  ASSERT_FALSE(Witness::create(place.path() + "/w", own).has_value());
  auto opened = Witness::open(place.path() + "/w", signer, clock);
  auto& witness = std::get<std::unique_ptr<Witness>>(opened);
  ASSERT_TRUE(witness->trust(log.verifierKey()));
  auto noteOf = [&](uint64_t size) { return signCheckpoint({"log.example", {size, rootAt(size, read)}, {}}, log); };
  ASSERT_EQ(witness->addCheckpoint(formatAddCheckpoint({0, {}, noteOf(3)})).status, 200u);
  std::string request = formatAddCheckpoint({3, consistencyProof(3, 5, read), noteOf(5)});
  auto answer = witness->addCheckpoint(request);
  ASSERT_EQ(answer.status, 200u);
  add("vkey", own.text());
  add("request", request);
  add("answer", answer.body);
  add("path", "/" + witnessedName("log.example") + "/checkpoint");
  add("state", Scratch::read(place.path() + "/w/logs/" + witnessedName("log.example")));
  add("cursor", noteOf(5).substr(0, noteOf(5).find("\n\n") + 1));
  const std::string golden = test::sourceDir() + "/tests/golden/format-0/witness.txt";
  if (test::updatesGoldens()) std::ofstream(golden, std::ios::binary) << text;
  EXPECT_EQ(text, Scratch::read(golden));
  EXPECT_NE(Scratch::read(test::sourceDir() + "/docs/format-witness.md").find("```\n" + text + "```"),
            std::string::npos);
}

}  // namespace
}  // namespace liggare
