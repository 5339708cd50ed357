#include "engine/log/witness.h"

#include <fcntl.h>
#include <kj/debug.h>
#include <unistd.h>

#include <filesystem>

#include "engine/log/head-file.h"
#include "engine/log/small-file.h"
#include "engine/log/text-lines.h"

namespace liggare {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view OWN_FIRST = "liggare-witness 1";
constexpr std::string_view LOG_FIRST = "liggare-witnessed 1";
constexpr std::string_view NEVER = "never";
constexpr std::string_view COSIGNED = "cosigned";
constexpr size_t CONFLICTS_MAX = 16;            // a log; one would be enough
constexpr uintmax_t STATE_BYTES_MAX = 2 << 20;  // of a file here

std::optional<std::string> readFile(const std::string& path) { return readFileUpTo(path, STATE_BYTES_MAX); }

WitnessAnswer answer(unsigned status, std::string words) { return {status, WitnessAnswer{}.contentType, words + "\n"}; }

std::optional<VerifierKey> ed25519Key(std::string_view text, NoteKeyType type) {
  auto key = parseVerifierKey(text);
  if (!key || key->type != uint8_t(type) || key->publicKey.size() != 32) return std::nullopt;
  return key;
}

}  // namespace

std::string witnessedName(std::string_view origin) { return toHex(sha256(asBytes(origin))); }

std::string formatAddCheckpoint(const AddCheckpoint& request) {
  std::string out = "old " + std::to_string(request.oldSize) + "\n";
  for (const Hash& hash : request.proof) out += toBase64(hash) + "\n";
  return out + "\n" + request.note;
}

std::optional<AddCheckpoint> parseAddCheckpoint(std::string_view body) {
  constexpr std::string_view OLD = "old ";
  auto first = takeLine(body);
  if (!first || !first->starts_with(OLD)) return std::nullopt;
  auto size = parseDecimal(first->substr(OLD.size()));
  if (!size) return std::nullopt;
  AddCheckpoint out{*size, {}, {}};
  for (;;) {
    auto line = takeLine(body);
    if (!line) return std::nullopt;
    if (line->empty()) break;
    auto bytes = fromBase64(*line);
    if (!bytes || bytes->size() != 32 || out.proof.size() == WITNESS_PROOF_MAX) return std::nullopt;
    Hash hash;
    std::copy(bytes->begin(), bytes->end(), hash.bytes.begin());
    out.proof.push_back(hash);
  }
  out.note = body;
  return out;
}

// --- its directory ---------------------------------------------------------------------------------------------------

std::optional<Witness::Fault> Witness::create(const std::string& directory, const VerifierKey& key) {
  std::error_code error;
  if (fs::exists(directory, error) && !fs::is_empty(directory, error))
    return Fault{FaultKind::EXISTS, directory + " finns redan"};
  fs::create_directories(directory, error);
  if (error) return Fault{FaultKind::NOT_A_WITNESS, directory + " går inte att göra"};
  fs::permissions(directory, fs::perms::owner_all, error);
  for (const char* folder : {"/logs", "/conflicts"}) fs::create_directory(directory + folder);
  replaceFile(directory + "/WITNESS", std::string(OWN_FIRST) + "\n" + key.text() + "\n");
  return std::nullopt;
}

std::variant<VerifierKey, Witness::Fault> Witness::keyOf(const std::string& directory) {
  auto text = readFile(directory + "/WITNESS");
  if (!text) return Fault{FaultKind::NOT_A_WITNESS, directory + " är inget vittne (WITNESS saknas)"};
  std::string_view rest = *text;
  auto first = takeLine(rest), words = takeLine(rest);
  auto key = words ? ed25519Key(*words, NoteKeyType::COSIGNATURE_V1) : std::nullopt;
  if (first != OWN_FIRST || !key || !rest.empty()) return Fault{FaultKind::DAMAGED, directory + "/WITNESS är skadad"};
  return std::move(*key);
}

Witness::Witness(std::string path, Signer& by, Clock& time)
    : directory(std::move(path)), signer(by), clock(time), own(cosignerKey(by.verifierKey())) {}

std::variant<std::unique_ptr<Witness>, Witness::Fault> Witness::open(const std::string& directory, Signer& signer,
                                                                     Clock& clock) {
  auto made = keyOf(directory);
  if (auto* fault = std::get_if<Fault>(&made)) return std::move(*fault);
  auto out = std::unique_ptr<Witness>(new Witness(directory, signer, clock));
  if (std::get<VerifierKey>(made) != out->own)
    return Fault{FaultKind::OTHER_KEY, "nyckeln är inte den som " + directory + " är gjord för"};
  KJ_IF_MAYBE (e, kj::runCatchingExceptions(
                      [&] { out->lock = std::make_unique<DirLock>(directory, LockKind::EXCLUSIVE); })) {
    if (!isInUse(*e)) kj::throwFatalException(kj::mv(*e));
    return Fault{FaultKind::IN_USE, directory + " används av en annan process"};
  }
  if (auto fault = out->load()) return std::move(*fault);
  return out;
}

std::optional<Witness::Fault> Witness::load() {
  std::error_code error;
  for (const auto& file : fs::directory_iterator(directory + "/logs", error)) {
    std::string path = file.path().string();
    if (path.ends_with(FILE_MAKING)) continue;  // never renamed, so never answered on
    auto state = readState(path);
    if (!state || file.path().filename() != witnessedName(state->log.name))
      return Fault{FaultKind::DAMAGED, path + " är skadad: vittnet vet inte vad det har intygat"};
    std::string origin = state->log.name;
    states.emplace(std::move(origin), std::move(*state));
  }
  if (error) return Fault{FaultKind::DAMAGED, directory + "/logs saknas"};
  for (const auto& file : fs::directory_iterator(directory + "/conflicts", error)) {
    std::string name = file.path().filename().string();
    for (auto& [origin, state] : states)
      if (name.starts_with(witnessedName(origin))) ++state.conflicts;
  }
  return std::nullopt;
}

// Our own cosignature vouches for every byte of what we remember.
std::optional<Witness::State> Witness::readState(const std::string& path) const {
  auto text = readFile(path);
  if (!text) return std::nullopt;
  std::string_view rest = *text;
  auto first = takeLine(rest), words = takeLine(rest), kind = takeLine(rest);
  auto log = words ? ed25519Key(*words, NoteKeyType::ED25519) : std::nullopt;
  if (first != LOG_FIRST || !log || !kind) return std::nullopt;
  State out{std::move(*log), std::nullopt, 0, {}, 0};
  if (*kind == NEVER && rest.empty()) return out;
  auto note = *kind == COSIGNED ? parseNote(rest) : std::nullopt;
  auto checkpoint = openCheckpoint(rest, out.log.name, std::array{out.log, own});
  if (!note || !checkpoint) return std::nullopt;
  for (const NoteSignature& signature : note->signatures) {
    if (signature.name != own.name || signature.keyId != own.keyId()) continue;
    if (!verifyNote({note->text, {signature}}, {&own, 1}).isVerifiedBy(own.name)) return std::nullopt;
    out.seconds = cosignedSeconds(signature).value_or(0);
  }
  if (out.seconds == 0) return std::nullopt;
  out.head = checkpoint->head;
  out.note = rest;
  return out;
}

void Witness::persist(const State& state) const {
  std::string text = std::string(LOG_FIRST) + "\n" + state.log.text() + "\n";
  text += state.head ? std::string(COSIGNED) + "\n" + state.note : std::string(NEVER) + "\n";
  replaceFile(directory + "/logs/" + witnessedName(state.log.name), text);
}

bool Witness::trust(const VerifierKey& log) {
  std::lock_guard guard(mutex);
  if (states.count(log.name) > 0) return false;
  KJ_REQUIRE(log.type == uint8_t(NoteKeyType::ED25519) && log.publicKey.size() == 32, "not a log's key");
  State state{log, std::nullopt, 0, {}, 0};
  persist(state);
  states.emplace(log.name, std::move(state));
  return true;
}

// --- what it answers -------------------------------------------------------------------------------------------------

WitnessAnswer Witness::addCheckpoint(std::string_view body) {
  auto request = parseAddCheckpoint(body);
  auto note = request ? parseNote(request->note) : std::nullopt;
  auto checkpoint = note ? parseCheckpoint(note->text) : std::nullopt;
  if (!checkpoint) return answer(400, "not an add-checkpoint request");
  std::optional<VerifierKey> log;
  {
    std::lock_guard guard(mutex);
    auto found = states.find(checkpoint->origin);
    if (found == states.end()) return answer(404, "unknown origin");
    log = found->second.log;
  }
  // Outside the lock: whoever sends rubbish delays nobody.
  if (!verifyNote(*note, {&*log, 1}).isVerifiedBy(checkpoint->origin))
    return answer(403, "not signed by the log's key");
  if (request->oldSize > checkpoint->head.size) return answer(400, "the old size is larger than the checkpoint's");
  std::lock_guard guard(mutex);
  if (isBroken) return answer(500, "the witness must be started anew");
  WitnessAnswer out;
  KJ_IF_MAYBE (e, kj::runCatchingExceptions(
                      [&] { out = decide(states.at(checkpoint->origin), *request, *note, *checkpoint); })) {
    (void)e;  // what the disk has is known first when it is read again
    isBroken = true;
    return answer(500, "the checkpoint could not be kept; the witness must be started anew");
  }
  return out;
}

WitnessAnswer Witness::decide(State& state, const AddCheckpoint& request, const Note& note,
                              const Checkpoint& checkpoint) {
  const Head known = state.head.value_or(Head{0, emptyRoot()});
  const Head& next = checkpoint.head;
  if (state.head && next.size == known.size && next.root != known.root) keepConflict(state, request);
  if (request.oldSize != known.size) return {409, std::string(WITNESS_SIZE_TYPE), std::to_string(known.size) + "\n"};
  if (!verifyConsistency(known.size, known.root, next.size, next.root, request.proof))
    return answer(422, "not a continuation of what was cosigned");
  const uint64_t now = uint64_t(std::max<Micros>(clock.now() / SECOND, 1));
  State grown = state;
  grown.head = next;
  grown.seconds = std::max(now, state.seconds);  // a clock that was set back makes no cosignature older
  NoteSignature mine = cosign(note.text, grown.seconds, signer);
  // Of all that stood under it, what the log's own key said: the rest was never checked here.
  Note kept{note.text, {}};
  for (const NoteSignature& signature : note.signatures)
    if (signature.name == state.log.name && signature.keyId == state.log.keyId() && kept.signatures.empty())
      kept.signatures.push_back(signature);
  kept.signatures.push_back(mine);
  grown.note = formatNote(kept);
  persist(grown);
  state = std::move(grown);
  return {200, WitnessAnswer{}.contentType, formatSignatureLines({mine})};
}

// Two roots of one size, both signed by the log: whoever reads the file sees the fork without believing us. A proof
// that fails between two sizes shows nothing, and anybody who has a checkpoint could fill the place with such.
void Witness::keepConflict(State& state, const AddCheckpoint& request) {
  if (state.conflicts >= CONFLICTS_MAX) return;
  auto note = parseNote(request.note);
  std::string digest = toHex(sha256(asBytes(note->text))).substr(0, 16);
  std::string path = directory + "/conflicts/" + witnessedName(state.log.name) + "-" + digest;
  if (fileExists(path)) return;
  replaceFile(path, state.note + "\n" + formatAddCheckpoint(request));
  ++state.conflicts;
}

WitnessAnswer Witness::latest(std::string_view name) const {
  std::lock_guard guard(mutex);
  for (const auto& [origin, state] : states)
    if (!state.note.empty() && witnessedName(origin) == name) return {200, WitnessAnswer{}.contentType, state.note};
  return answer(404, "nothing cosigned under that name");
}

std::vector<Witness::Watched> Witness::watched() const {
  std::lock_guard guard(mutex);
  std::vector<Watched> out;
  for (const auto& [origin, state] : states) out.push_back({state.log, state.head, state.seconds, state.conflicts});
  return out;
}

}  // namespace liggare
