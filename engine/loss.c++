#include "engine/loss.h"

#include <kj/debug.h>

#include <set>

#include "engine/base/unicode.h"
#include "engine/journal-open.h"
#include "engine/log/text-lines.h"

namespace liggare {

// --- names ----------------------------------------------------------------------------------------------------------

namespace {

// "a/7" is a, 7; what does not end so begins at 1.
std::pair<std::string_view, uint64_t> partsOf(std::string_view name) {
  const size_t slash = name.rfind('/');
  auto number = slash == name.npos || slash == 0 ? std::nullopt : parseDecimal(name.substr(slash + 1));
  if (!number || *number == 0 || *number > UINT32_MAX) return {name, 1};
  return {name.substr(0, slash), *number};
}

}  // namespace

std::string incarnationCalled(std::string_view name, uint32_t losses) {
  if (losses == 0) return std::string(name);
  auto [stem, first] = partsOf(name);
  return std::string(stem) + "/" + std::to_string(first + losses);
}

std::optional<uint32_t> lossesWhenCalled(std::string_view name, std::string_view origin) {
  if (name == origin) return 0;
  auto [stem, first] = partsOf(name);
  auto [itsStem, itsNumber] = partsOf(origin);
  if (itsStem != stem || itsNumber <= first || itsNumber - first > UINT32_MAX) return std::nullopt;
  const uint32_t losses = uint32_t(itsNumber - first);
  if (incarnationCalled(name, losses) != origin) return std::nullopt;
  return losses;
}

VerifierKey keyCalled(VerifierKey key, std::string_view name) {
  key.name = name;
  return key;
}

// --- operators ------------------------------------------------------------------------------------------------------

std::string operatorText(std::string_view journalName, const VerifierKey& key) {
  return "liggare operator 0\n" + std::string(journalName) + "\n" + key.text() + "\n";
}

EngineFact operatorFact(std::string_view journalName, const VerifierKey& key, Signer& log) {
  auto signature = log.sign(asBytes(operatorText(journalName, key)));
  return KeyChangeFact{key.text(), OPERATOR, 0, Buffer(signature.begin(), signature.end())};
}

std::vector<VerifierKey> operatorsBelow(Log& log, Position size, std::string_view journalName, const VerifierKey& key) {
  std::vector<VerifierKey> out;
  eachFact(log, 0, [&](Position position, const EngineFact& fact) {
    auto* change = std::get_if<KeyChangeFact>(&fact);
    if (!change || position >= size || change->verifierKey.empty() || change->epoch != 0 || !change->owner.isZero())
      return;
    auto person = parseVerifierKey(change->verifierKey);
    if (person && verifyEd25519(key.publicKey, asBytes(operatorText(journalName, *person)), change->signature))
      out.push_back(std::move(*person));
  });
  return out;
}

namespace {

std::optional<std::string> wrongOperators(std::span<const VerifierKey> keys, const VerifierKey& logKey) {
  if (keys.size() < OPERATORS_MIN || keys.size() > OPERATORS_MAX)
    return "minst två och högst " + std::to_string(OPERATORS_MAX) + " operatörer registreras, alla på en gång";
  std::set<std::string> names;
  std::set<Buffer> publicKeys{logKey.publicKey};
  for (auto& key : keys) {
    if (key.type != uint8_t(NoteKeyType::ED25519) || key.publicKey.size() != 32)
      return key.name + " har ingen nyckel av slaget Ed25519";
    if (!names.insert(key.name).second) return "två operatörer heter " + key.name;
    if (!publicKeys.insert(key.publicKey).second) return key.name + " har en nyckel som redan är en annans";
  }
  return std::nullopt;
}

}  // namespace

std::optional<JournalFault> registerOperators(const JournalOptions& options, std::span<const VerifierKey> keys) {
  JournalFault fault{};
  Random& random = options.random ? *options.random : systemRandom();
  auto parts = openParts(options, random, fault);
  if (!parts) return fault;
  auto refused = [](std::string why) { return JournalFault{JournalFault::Kind::EXISTS, std::move(why)}; };
  const auto logKey = parts->keys->verifierKey();
  if (auto wrong = wrongOperators(keys, logKey)) return refused(*wrong);
  auto& log = *parts->log;
  if (!operatorsBelow(log, log.durableSize(), parts->file.name(), logKey).empty())
    return refused("journalen har redan sina operatörer; de registreras en gång");
  std::vector<EngineEvent> events;
  for (auto& key : keys) events.push_back({nullptr, operatorFact(parts->file.name(), key, *parts->keys)});
  const Micros last = log.fields(log.durableSize() - 1).recordedAt;
  Clock& clock = options.clock ? *options.clock : systemClock();
  const Micros at = parts->file.demo ? last : std::max(clock.now(), last);
  appendEngineEvents(log, *parts->vault, parts->file.origin, random, at, events,
                     [&](const BookId& book) { return parts->index->lastNumber(book); });
  HeadFile(headPath(options.directory)).write(log.durable());
  return std::nullopt;
}

// --- the statement --------------------------------------------------------------------------------------------------

namespace {
constexpr std::string_view TITLE = "liggare accept-loss 0", NO_ROOT = "-";

std::optional<std::string> takeNamed(std::string_view& text, std::string_view name) {
  auto line = takeLine(text);
  if (!line || !line->starts_with(name) || line->size() <= name.size() || (*line)[name.size()] != ' ')
    return std::nullopt;
  return std::string(line->substr(name.size() + 1));
}

// "12 <base64>" or, where a root may be unknown, "12 -".
std::optional<std::pair<uint64_t, std::optional<Hash>>> sizeAndRoot(std::string_view text) {
  const size_t space = text.find(' ');
  if (space == text.npos) return std::nullopt;
  auto size = parseDecimal(text.substr(0, space));
  auto word = text.substr(space + 1);
  if (!size) return std::nullopt;
  if (word == NO_ROOT) return std::pair(*size, std::optional<Hash>());
  auto bytes = fromBase64(word);
  if (!bytes || bytes->size() != 32) return std::nullopt;
  Hash root;
  std::copy(bytes->begin(), bytes->end(), root.bytes.begin());
  return std::pair(*size, std::optional(root));
}


}  // namespace

bool isReason(std::string_view text) {
  return !text.empty() && text.size() <= REASON_MAX && isUtf8(text) && text.front() != ' ' && text.back() != ' ' &&
         std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

std::string formatLoss(const LossStatement& s) {
  return std::string(TITLE) + "\nlog " + s.origin + "\nbecomes " + s.next + "\nfrom " + std::to_string(s.from.size) +
         " " + toBase64(s.from.root) + "\nknown " + std::to_string(s.knownSize) + " " +
         (s.knownRoot ? toBase64(*s.knownRoot) : std::string(NO_ROOT)) + "\nat " + formatUtc(s.at) + "\nreason " +
         s.reason + "\n";
}

std::optional<LossStatement> parseLoss(std::string_view text) {
  std::string_view rest = text;
  auto title = takeLine(rest);
  auto origin = takeNamed(rest, "log"), next = takeNamed(rest, "becomes"), from = takeNamed(rest, "from"),
       known = takeNamed(rest, "known"), at = takeNamed(rest, "at"), reason = takeNamed(rest, "reason");
  if (title != TITLE || !origin || !next || !from || !known || !at || !reason) return std::nullopt;
  auto head = sizeAndRoot(*from), promised = sizeAndRoot(*known);
  auto stamp = parseStamp(*at);
  if (!head || !head->second || !promised || !stamp || !isReason(*reason)) return std::nullopt;
  LossStatement out{*origin,         *next,     {head->first, *head->second}, promised->first,
                    promised->second, stamp->at, *reason};
  if (formatLoss(out) != text) return std::nullopt;
  return out;
}

std::variant<AcceptedLoss, std::string> readAcceptance(std::span<const std::string> notes,
                                                       std::span<const VerifierKey> operators) {
  if (notes.size() != 2)
    return "en förlust godtas av två operatörer, med var sitt undertecknat utlåtande; här är " +
           std::to_string(notes.size());
  AcceptedLoss out;
  std::set<Buffer> used;
  std::string text;
  for (auto& bytes : notes) {
    auto note = parseNote(bytes);
    auto statement = note ? parseLoss(note->text) : std::nullopt;
    if (!statement)
      return "det ena utlåtandet är inget som operatörer undertecknar (liggare accept-loss prepare, sign)";
    if (!text.empty() && text != note->text) return "de två utlåtandena säger inte samma sak";
    text = note->text;
    const auto verdict = verifyNote(*note, operators);
    if (verdict.rejected) return "en underskrift stämmer inte med sitt utlåtande: det, eller underskriften, är ändrat";
    if (verdict.verifiedBy.size() != 1)
      return std::string(verdict.verifiedBy.empty()
                             ? "ett utlåtande är inte undertecknat av någon operatör som står i loggen"
                             : "ett utlåtande bär två underskrifter; var och en undertecknar sitt eget");
    auto who = std::find_if(operators.begin(), operators.end(),
                            [&](const VerifierKey& key) { return key.name == verdict.verifiedBy.front(); });
    if (!used.insert(who->publicKey).second) return who->name + " har undertecknat båda: två personer krävs";
    out.by.push_back(who->name);
    out.statement = std::move(*statement);
  }
  return out;
}

std::optional<std::string> isAboutAnother(const LossStatement& said, const LossStatement& wanted, Micros now) {
  constexpr Micros AHEAD_MAX = 5 * MINUTE;
  if (said.origin != wanted.origin)
    return "utlåtandet gäller loggen " + said.origin + ", inte " + wanted.origin;
  if (said.next != wanted.next)
    return "utlåtandet låter loggen bli " + said.next + ", men nästa namn är " + wanted.next +
           ": ett utlåtande används en gång";
  if (said.from != wanted.from)
    return "utlåtandet gäller en annan kopia: storlek " + std::to_string(said.from.size) + ", rot " +
           toBase64(said.from.root) + "; den här har storlek " + std::to_string(wanted.from.size) + ", rot " +
           toBase64(wanted.from.root);
  if (said.knownSize != wanted.knownSize || said.knownRoot != wanted.knownRoot)
    return "utlåtandet vilar på andra bevis: de når till storlek " + std::to_string(said.knownSize) +
           ", de som nu visas till " + std::to_string(wanted.knownSize) + " (eller har en annan rot). Gör ett nytt";
  if (said.at > now + AHEAD_MAX || said.at < now - LOSS_VALID)
    return "utlåtandet är från " + formatSwedish(said.at) + "; det gäller i sju dagar. Gör ett nytt";
  return std::nullopt;
}

// --- what was lost --------------------------------------------------------------------------------------------------

namespace {

PastLoss lossAt(Position position, const IncarnationFact& fact, std::string before) {
  PastLoss out{position, std::move(before), fact.origin, fact.lostFrom, fact.lostTo, {}, {}};
  for (auto& signature : fact.signatures) {
    auto note = parseNote(asText(signature));
    if (note && !note->signatures.empty()) out.by.push_back(note->signatures.front().name);
    auto statement = note ? parseLoss(note->text) : std::nullopt;
    if (statement) out.reason = statement->reason;
  }
  return out;
}

std::string nextAfter(const JournalFile& file, size_t former) {
  return former + 1 < file.former.size() ? file.former[former + 1].origin : file.origin;
}

// Nothing when two operators, known before it, signed just what the entry and its place say.
std::optional<std::string> flawOf(Log& log, const JournalFile& file, const VerifierKey& key, size_t former,
                                  const IncarnationFact& fact) {
  const Position position = file.former[former].size;
  std::vector<std::string> notes;
  for (auto& signature : fact.signatures) notes.emplace_back(asText(signature));
  auto read = readAcceptance(notes, operatorsBelow(log, position, file.name(), key));
  if (auto* why = std::get_if<std::string>(&read)) return *why;
  auto& said = std::get<AcceptedLoss>(read).statement;
  const bool same = said.origin == file.former[former].origin && said.next == fact.origin &&
                    said.from == log.headAt(position) && said.knownSize == fact.lostTo && fact.lostFrom == position &&
                    fact.lostTo > fact.lostFrom;
  if (same) return std::nullopt;
  return "det som undertecknades är inte det som posten säger";
}

}  // namespace

std::vector<PastLoss> lossesOf(Log& log, const JournalFile& file) {
  std::vector<PastLoss> out;
  for (auto& former : file.former) {
    if (former.size >= log.durableSize()) break;
    auto fields = log.fields(former.size);
    if (auto* fact = std::get_if<IncarnationFact>(&fields.engine))
      out.push_back(lossAt(former.size, *fact, former.origin));
  }
  return out;
}

const PastLoss* lossOver(std::span<const PastLoss> losses, Position position, std::string_view origin) {
  for (auto loss = losses.rbegin(); loss != losses.rend(); ++loss)
    if (position >= loss->lostFrom && position < loss->lostTo && (origin.empty() || loss->origin == origin))
      return &*loss;
  return nullptr;
}

std::string lossWords(const PastLoss& loss) {
  std::string by;
  for (auto& name : loss.by) by += (by.empty() ? "" : " och ") + name;
  const bool one = loss.lostTo - loss.lostFrom == 1;
  std::string out = one ? "position " : "positionerna ";
  out += std::to_string(loss.lostFrom);
  if (!one) out += "–" + std::to_string(loss.lostTo - 1);
  out += " i " + loss.origin + (one ? " är förlorad" : " är förlorade");
  return out + "; förlusten godtogs på position " + std::to_string(loss.position) + " av " + by;
}

bool isBeginningOf(Log& log, const JournalFile& file) {
  auto key = parseVerifierKey(file.verifierKey);
  if (log.durableSize() == 0 || !key || key->name != file.origin) return false;
  auto genesis = log.fields(0);
  auto* fact = std::get_if<GenesisFact>(&genesis.engine);
  if (!fact || fact->origin != file.name() || fact->demo != file.demo ||
      fact->verifierKey != keyCalled(*key, file.name()).text())
    return false;
  for (size_t i = 0; i < file.former.size(); ++i) {
    const Position position = file.former[i].size;
    auto fields = position < log.durableSize() ? log.fields(position) : EntryFields{};
    auto* begins = std::get_if<IncarnationFact>(&fields.engine);
    if (!begins || begins->origin != nextAfter(file, i) || begins->lostFrom != position) return false;
  }
  return true;
}

std::vector<Finding> judgeLosses(Log& log, const JournalFile& file) {
  std::vector<Finding> out;
  auto key = parseVerifierKey(file.verifierKey);
  if (!key) return {{Damage::ENTRY, 0, "LIGGARE: verifieringsnyckeln går inte att läsa"}};
  size_t known = 0;
  eachFact(log, 0, [&](Position position, const EngineFact& fact) {
    auto* begins = std::get_if<IncarnationFact>(&fact);
    if (!begins) return;
    if (known >= file.former.size() || file.former[known].size != position) {
      out.push_back({Damage::ENTRY, position, "en ny inkarnation begynner här, och LIGGARE känner den inte"});
      return;
    }
    if (auto flaw = flawOf(log, file, *key, known++, *begins))
      out.push_back({Damage::ENTRY, position, "förlusten är inte godtagen: " + *flaw});
  });
  return out;
}

}  // namespace liggare
