// A policy file from anywhere: read or refused with its line; and what is read is sound: names are made before they are
// used, members stand in one group, and no quorum is reached by fewer than its smallest group asks for.

#include <kj/debug.h>

#include <set>

#include "engine/base/unicode.h"
#include "engine/log/cosignature.h"
#include "tests/fuzz/mutators.h"
#include "tests/log/log-kit.h"

using namespace liggare;

namespace {

// Signed by the log and by the first three witnesses that the corpus names.
const std::string& cosignedNote() {
  static const std::string note = [] {
    TestSigner log("liggare.test/fuzz", 7);
    auto out = *parseNote(signCheckpoint({"liggare.test/fuzz", {0, emptyRoot()}, {}}, log));
    for (uint8_t i = 1; i <= 3; ++i) {
      TestSigner witness("vittne.test/" + std::to_string(i), i);
      out.signatures.push_back(cosign(out.text, 1'700'000'000, witness));
    }
    return formatNote(out);
  }();
  return note;
}

void check(const Policy& policy) {
  std::set<std::string> made, used;
  std::vector<std::string> everybody;
  for (const PolicyWitness& witness : policy.witnesses) {
    KJ_ASSERT(made.insert(witness.name).second);
    everybody.push_back(witness.name);
  }
  for (const PolicyGroup& group : policy.groups) {
    KJ_ASSERT(group.threshold >= 1 && group.threshold <= group.members.size());
    for (const std::string& member : group.members) KJ_ASSERT(made.count(member) == 1 && used.insert(member).second);
    KJ_ASSERT(made.insert(group.name).second);
  }
  KJ_ASSERT(policy.quorum == "none" || made.count(policy.quorum) == 1);
  // All there are is enough for any policy, and nobody for none but "none".
  KJ_ASSERT(policy.weigh(everybody) == Policy::Quorum::REACHED);
  KJ_ASSERT((policy.weigh({}) == Policy::Quorum::REACHED) == (policy.quorum == "none"));
  auto verdict = judgeCheckpoint(policy, cosignedNote());
  KJ_ASSERT(verdict.flaw != PolicyVerdict::Flaw::UNREADABLE && verdict.cosignedBy.size() <= 3);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  auto read = readPolicy(text);
  if (auto* wrong = std::get_if<PolicyUnreadable>(&read)) {
    KJ_ASSERT(wrong->line >= 1 && !wrong->why.empty() && isUtf8(wrong->why));
  }
  if (auto* policy = std::get_if<Policy>(&read)) check(*policy);
  return 0;
}

LIGGARE_MUTATES(mutateLines)
