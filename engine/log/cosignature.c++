#include "engine/log/cosignature.h"

#include <kj/debug.h>

#include <set>

namespace liggare {

VerifierKey cosignerKey(const VerifierKey& key) {
  return {key.name, uint8_t(NoteKeyType::COSIGNATURE_V1), key.publicKey};
}

NoteSignature cosign(std::string_view checkpointText, uint64_t seconds, Signer& signer) {
  KJ_REQUIRE(seconds > 0 && seconds <= uint64_t(INT64_MAX), "not a time that a cosignature can have");
  KJ_REQUIRE(checkpointText.ends_with('\n'), "not a checkpoint's text");
  VerifierKey key = cosignerKey(signer.verifierKey());
  std::string message = cosignedMessage(seconds, checkpointText);
  auto signature = signer.sign(asBytes(message));
  NoteSignature out{key.name, key.keyId(), {}};
  appendBe64(out.signature, seconds);
  append(out.signature, signature);
  return out;
}

std::optional<uint64_t> cosignedSeconds(const NoteSignature& signature) {
  if (signature.signature.size() != 8 + 64) return std::nullopt;
  uint64_t seconds = getBe64(signature.signature.data());
  if (seconds == 0 || seconds > uint64_t(INT64_MAX)) return std::nullopt;
  return seconds;
}

// A note is a text and such lines, so the note's own reader and writer know them.
std::string formatSignatureLines(const std::vector<NoteSignature>& signatures) {
  return formatNote({"\n", signatures}).substr(2);
}

std::optional<std::vector<NoteSignature>> parseSignatureLines(std::string_view text) {
  if (text.starts_with('\n') || text.size() > NOTE_BYTES_MAX) return std::nullopt;
  auto note = parseNote("x\n\n" + std::string(text));
  if (!note || note->text != "x\n") return std::nullopt;
  return std::move(note->signatures);
}

const PolicyLog* Policy::logCalled(std::string_view origin) const {
  for (const PolicyLog& log : logs)
    if (log.key.name == origin) return &log;
  return nullptr;
}

// Groups come after their members, so one pass settles them all.
Policy::Quorum Policy::weigh(const std::vector<std::string>& cosigned) const {
  if (quorum == "none") return Quorum::REACHED;
  std::set<std::string> reached(cosigned.begin(), cosigned.end());
  for (const PolicyGroup& group : groups) {
    size_t count = 0;
    for (const std::string& member : group.members) count += reached.count(member);
    if (count >= group.threshold) reached.insert(group.name);
  }
  return reached.count(quorum) > 0 ? Quorum::REACHED : Quorum::MISSED;
}

namespace {

// By any of the keys that the policy has for the origin, and contradicted by none of them.
bool isSignedByLog(const Policy& policy, const Note& note, std::string_view origin) {
  std::vector<VerifierKey> keys;
  for (const PolicyLog& log : policy.logs)
    if (log.key.name == origin) keys.push_back(log.key);
  return verifyNote(note, keys).isVerifiedBy(origin);
}

}  // namespace

PolicyVerdict judgeCheckpoint(const Policy& policy, std::string_view bytes) {
  using Flaw = PolicyVerdict::Flaw;
  auto note = parseNote(bytes);
  auto checkpoint = note ? parseCheckpoint(note->text) : std::nullopt;
  if (!checkpoint) return {Flaw::UNREADABLE, {}, {}};
  PolicyVerdict out{Flaw::NONE, std::move(*checkpoint), {}};
  if (!isSignedByLog(policy, *note, out.checkpoint.origin)) {
    out.flaw = Flaw::LOG;
    return out;
  }
  judgeCosignatures(policy, *note, out);
  return out;
}

void judgeCosignatures(const Policy& policy, const Note& note, PolicyVerdict& out) {
  using Flaw = PolicyVerdict::Flaw;
  std::vector<std::string> names;
  for (const PolicyWitness& witness : policy.witnesses) {
    if (witness.key.type != uint8_t(NoteKeyType::COSIGNATURE_V1)) continue;
    for (const NoteSignature& signature : note.signatures) {
      if (signature.name != witness.key.name || signature.keyId != witness.key.keyId()) continue;
      auto seconds = cosignedSeconds(signature);
      if (!seconds || !verifyNote({note.text, {signature}}, {&witness.key, 1}).isVerifiedBy(witness.key.name)) {
        out.flaw = Flaw::COSIGNATURE;
        out.cosignedBy.clear();
        return;
      }
      if (names.empty() || names.back() != witness.name) {
        names.push_back(witness.name);
        out.cosignedBy.push_back({witness.name, *seconds});
      } else {
        out.cosignedBy.back().seconds = std::max(out.cosignedBy.back().seconds, *seconds);
      }
    }
  }
  if (policy.weigh(names) == Policy::Quorum::MISSED) out.flaw = Flaw::QUORUM;
}

// --- reading a policy ------------------------------------------------------------------------------------------------

namespace {

constexpr size_t ML_DSA_44_BYTES = 1312;
constexpr uint8_t ML_DSA_44_TYPE = 0x06;  // known by form: OpenSSL 3.0 cannot check it

std::vector<std::string_view> wordsOf(std::string_view line) {
  std::vector<std::string_view> out;
  for (size_t at = 0; (at = line.find_first_not_of(" \t", at)) != line.npos;) {
    size_t end = std::min(line.find_first_of(" \t", at), line.size());
    out.push_back(line.substr(at, end - at));
    at = end;
  }
  return out;
}

bool isPolicyByte(uint8_t c) { return c == '\t' || (c >= 0x20 && c != 0x7F); }

// Ed25519 of the type wanted, or ML-DSA-44.
bool isKeyOfType(const VerifierKey& key, NoteKeyType type) {
  if (key.type == uint8_t(type)) return key.publicKey.size() == 32;
  return key.type == ML_DSA_44_TYPE && key.publicKey.size() == ML_DSA_44_BYTES;
}

// Reads line after line; each function answers what is wrong with its line, and nothing when nothing is.
class PolicyReader {
 public:
  Policy policy;

  const char* line(std::string_view text) {
    for (char c : text)
      if (!isPolicyByte(uint8_t(c))) return "ett styrtecken som inte får stå där";
    auto words = wordsOf(text);
    if (words.empty() || words[0].starts_with('#')) return nullptr;
    if (words[0] == "log") return log(words);
    if (words[0] == "witness") return witness(words);
    if (words[0] == "group") return group(words);
    if (words[0] == "quorum") return quorum(words);
    return "raden börjar inte med log, witness, group eller quorum";
  }
  bool isComplete() const { return hasQuorum; }

 private:
  using Words = std::vector<std::string_view>;
  std::set<std::string, std::less<>> defined, used;
  std::set<Buffer> logKeys, witnessKeys;
  bool hasQuorum = false;

  const char* log(const Words& words) {
    if (words.size() < 2 || words.size() > 3) return "här ska log, nyckel och kanske en adress stå";
    auto key = parseVerifierKey(words[1]);
    if (!key || !isKeyOfType(*key, NoteKeyType::ED25519)) return "inte en loggs verifieringsnyckel";
    if (policy.logs.size() == POLICY_ITEMS_MAX) return "fler loggar än vad som läses";
    if (!logKeys.insert(key->publicKey).second) return "samma logg två gånger";
    policy.logs.push_back({std::move(*key), std::string(words.size() > 2 ? words[2] : "")});
    return nullptr;
  }
  const char* define(std::string_view name) {
    if (name == "none") return "namnet none är upptaget";
    return defined.emplace(name).second ? nullptr : "samma namn två gånger";
  }
  const char* witness(const Words& words) {
    if (words.size() < 3 || words.size() > 4) return "här ska witness, namn, nyckel och kanske en adress stå";
    if (const char* why = define(words[1])) return why;
    auto key = parseVerifierKey(words[2]);
    if (!key || !isKeyOfType(*key, NoteKeyType::COSIGNATURE_V1)) return "inte ett vittnes verifieringsnyckel";
    if (policy.witnesses.size() == POLICY_ITEMS_MAX) return "fler vittnen än vad som läses";
    if (!witnessKeys.insert(key->publicKey).second) return "samma vittnes nyckel två gånger";
    policy.witnesses.push_back({std::string(words[1]), std::move(*key), std::string(words.size() > 3 ? words[3] : "")});
    return nullptr;
  }
  const char* group(const Words& words) {
    if (words.size() < 4) return "här ska group, namn, all, any eller ett tal, och medlemmar stå";
    if (policy.groups.size() == POLICY_ITEMS_MAX) return "fler grupper än vad som läses";
    PolicyGroup made{std::string(words[1]), 0, {}};
    for (std::string_view member : Words(words.begin() + 3, words.end())) {
      if (defined.find(member) == defined.end()) return "en medlem som ingen rad före har gjort";
      if (!used.emplace(member).second) return "en medlem som redan står i en grupp";
      made.members.emplace_back(member);
    }
    if (const char* why = define(words[1])) return why;
    made.threshold = words[2] == "any" ? 1 : words[2] == "all" ? made.members.size() : countOf(words[2]);
    if (made.threshold < 1 || made.threshold > made.members.size()) return "ett antal som gruppen inte kan nå";
    policy.groups.push_back(std::move(made));
    return nullptr;
  }
  // 0 for whatever is not a small number in its one spelling.
  static size_t countOf(std::string_view text) {
    if (text.empty() || text.size() > 4 || text[0] == '0') return 0;
    size_t out = 0;
    for (char c : text) {
      if (c < '0' || c > '9') return 0;
      out = out * 10 + size_t(c - '0');
    }
    return out;
  }
  const char* quorum(const Words& words) {
    if (words.size() != 2) return "här ska quorum och ett namn stå";
    if (hasQuorum) return "två rader quorum";
    if (words[1] != "none" && defined.find(words[1]) == defined.end()) return "ett namn som ingen rad före har gjort";
    hasQuorum = true;
    policy.quorum = words[1];
    return nullptr;
  }
};

}  // namespace

std::variant<Policy, PolicyUnreadable> readPolicy(std::string_view text) {
  if (text.size() > POLICY_BYTES_MAX) return PolicyUnreadable{1, "större än någon policy"};
  PolicyReader reader;
  size_t number = 0;
  while (!text.empty()) {
    size_t end = text.find('\n');
    ++number;
    if (end == text.npos) return PolicyUnreadable{number, "raden är avhuggen"};
    if (const char* why = reader.line(text.substr(0, end))) return PolicyUnreadable{number, why};
    text.remove_prefix(end + 1);
  }
  if (!reader.isComplete()) return PolicyUnreadable{number + 1, "ingen rad quorum"};
  return std::move(reader.policy);
}

}  // namespace liggare
