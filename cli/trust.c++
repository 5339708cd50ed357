#include "cli/trust.h"

#include "cli/proof-words.h"
#include "engine/base/time.h"
#include "engine/log/text-lines.h"

namespace liggare::cli {

namespace {

constexpr size_t KEY_FILE_BYTES_MAX = 64 << 10;

bool isEd25519(const std::optional<VerifierKey>& key, NoteKeyType type) {
  return key && key->type == uint8_t(type) && key->publicKey.size() == 32;
}

std::string when(uint64_t seconds) {
  constexpr uint64_t LAST_SHOWN = 4'000'000'000;  // a time that nobody alive will see is shown as a number
  return seconds < LAST_SHOWN ? formatSwedish(Micros(seconds) * SECOND) : std::to_string(seconds) + " s";
}

}  // namespace

void bindTrust(VerbForm& form, TrustWords& words) {
  form.option("--key", "NYCKEL", words.key, "loggens verifieringsnyckel (init visar den), eller en fil som har den");
  form.option("--policy", "FIL", words.policy,
              "en policyfil (C2SP tlog-policy): loggar, vittnen och hur många som krävs");
}

std::vector<VerifierKey> Trust::keysOf(std::string_view origin) const {
  std::vector<VerifierKey> out;
  for (const PolicyLog& log : policy.logs)
    if (log.key.name == origin) out.push_back(log.key);
  return out;
}

std::optional<VerifierKey> readKey(const std::string& words, NoteKeyType type, ExitCode& code) {
  auto key = parseVerifierKey(words);
  if (!key && words.find('+') == std::string::npos) {
    auto text = readSmallFile(words, KEY_FILE_BYTES_MAX, code);
    if (!text) return std::nullopt;
    if (!text->ends_with('\n')) *text += '\n';
    for (std::string_view rest = *text; !rest.empty() && !isEd25519(key, type);)
      key = parseVerifierKey(*takeLine(rest));
  }
  if (isEd25519(key, type)) return key;
  sayError(type == NoteKeyType::ED25519
               ? "--key är ingen verifieringsnyckel för en logg (namn+id+nyckel, Ed25519), eller en fil som har en"
               : "det där är ingen verifieringsnyckel för ett vittne (namn+id+nyckel, cosignature/v1)");
  code = ExitCode::USAGE;
  return std::nullopt;
}

std::optional<Policy> readPolicyFile(const std::string& path, ExitCode& code) {
  auto text = readSmallFile(path, POLICY_BYTES_MAX, code);
  if (!text) return std::nullopt;
  auto read = readPolicy(*text);
  if (auto* policy = std::get_if<Policy>(&read)) return std::move(*policy);
  auto& unreadable = std::get<PolicyUnreadable>(read);
  sayError(path + " rad " + std::to_string(unreadable.line) + ": " + unreadable.why);
  code = ExitCode::USAGE;
  return std::nullopt;
}

std::optional<Trust> readTrust(const TrustWords& words, ExitCode& code) {
  if (words.key.empty() && words.policy.empty()) {
    sayError("--key eller --policy behövs: det som är undertecknat prövas mot en nyckel som man redan litar på");
    code = ExitCode::USAGE;
    return std::nullopt;
  }
  Trust out;
  if (!words.policy.empty()) {
    auto policy = readPolicyFile(words.policy, code);
    if (!policy) return std::nullopt;
    out = {std::move(*policy), Trust::Asked::POLICY};
  }
  if (!words.key.empty()) {
    auto key = readKey(words.key, NoteKeyType::ED25519, code);
    if (!key) return std::nullopt;
    bool isThere = out.policy.logs.empty();
    for (const PolicyLog& log : out.policy.logs) isThere = isThere || log.key == *key;
    if (!isThere) {
      sayError("policyn har inte den logg vars nyckel --key säger");
      code = ExitCode::USAGE;
      return std::nullopt;
    }
    out.policy.logs = {{std::move(*key), {}}};
  }
  if (!out.policy.logs.empty()) return out;
  sayError("policyn nämner ingen logg: säg vilken med --key");
  code = ExitCode::USAGE;
  return std::nullopt;
}

VerifierKey keyFor(const Trust& trust, std::string_view bytes) {
  auto note = parseNote(bytes);
  auto checkpoint = note ? parseCheckpoint(note->text) : std::nullopt;
  if (checkpoint) {
    auto keys = trust.keysOf(checkpoint->origin);
    for (const VerifierKey& key : keys)
      if (verifyNote(*note, {&key, 1}).isVerifiedBy(key.name)) return key;
    if (!keys.empty()) return keys[0];
  }
  return trust.policy.logs.at(0).key;
}

std::optional<Distrust> distrust(const PolicyVerdict& verdict) {
  switch (verdict.flaw) {
    case PolicyVerdict::Flaw::NONE: return std::nullopt;
    case PolicyVerdict::Flaw::UNREADABLE: return Distrust{ExitCode::INTEGRITY, "kontrollpunkten går inte att läsa"};
    case PolicyVerdict::Flaw::LOG:
      return Distrust{ExitCode::INTEGRITY, "kontrollpunkten är inte undertecknad med loggens nyckel"};
    case PolicyVerdict::Flaw::COSIGNATURE:
      return Distrust{ExitCode::INTEGRITY, "ett vittnes underskrift på kontrollpunkten är falsk"};
    case PolicyVerdict::Flaw::QUORUM:
      return Distrust{ExitCode::UNVERIFIABLE, "för få av policyns vittnen har intygat kontrollpunkten (" +
                                                  std::to_string(verdict.cosignedBy.size()) + ")"};
  }
  return std::nullopt;
}

std::string cosignedWords(const PolicyVerdict& verdict) {
  std::string out;
  for (const auto& by : verdict.cosignedBy) out += (out.empty() ? "" : ", ") + by.name + " " + when(by.seconds);
  return out.empty() ? "ingen" : out;
}

std::string cosignedJson(const PolicyVerdict& verdict) {
  std::string out = "[";
  for (const auto& by : verdict.cosignedBy) {
    if (out.size() > 1) out += ',';
    JsonObject(out).text("witness", by.name).number("seconds", by.seconds).close();
  }
  return out + "]";
}

}  // namespace liggare::cli
