#include "engine/bundle-parts.h"

#include <kj/debug.h>

#include "engine/journal-files.h"
#include "engine/law/chapter.h"
#include "engine/log/log.h"
#include "engine/record.h"
#include "engine/vault/vault.h"

namespace liggare {

using law::subjectKey;
using Body = schema::Body;

struct PartOpener::Unsealed {
  SealedHalf half;
  Key itemKey;
  std::vector<PartKind> kinds;     // of each part
  std::vector<size_t> patientsAt;  // indexes of the patient parts, in order
  OpenedEvent event;
};

namespace {

// Keys join and split, and get names, by these: common and the patient's own part of them are shown. Others that
// concern several patients show that they are others.
enum class Telling : uint8_t { NOTHING, KIND, ALL };
Telling tellingOf(uint16_t kind, size_t patients) {
  if (kind == Body::PATIENT_REGISTERED || kind == Body::PATIENT_IDENTIFIER_ADDED ||
      kind == Body::PATIENT_IDENTITIES_MERGED || kind == Body::PATIENT_IDENTITY_SPLIT)
    return Telling::ALL;
  return patients > 1 ? Telling::KIND : Telling::NOTHING;
}

}  // namespace

std::optional<PartOpener::Unsealed> PartOpener::unseal(Position position, BundleEvent* to) {
  auto half = from.log.sealed(position);
  if (!half) return std::nullopt;
  if (to) {
    to->header = half->header;
    for (auto& part : half->parts) to->parts.push_back({part.digest, std::nullopt, {}});
  }
  auto lines = from.log.lines(position);
  if (!half->whole() || lines.empty() || !lines.front().line) return std::nullopt;
  auto header = decodeSealedHeader(half->header);
  KJ_REQUIRE(header.has_value(), "a broken sealed header", position);
  auto leaf = from.vault.leaf(lines.front().line->book, lines.front().line->number);
  if (leaf.fault == KeyFault::PUNCTURED) return std::nullopt;  // destroyed by decision
  KJ_REQUIRE(leaf.fault == KeyFault::NONE, "no key for an entry's stream", position, static_cast<int>(leaf.fault));
  Unsealed out{std::move(*half), itemKeyOf(leaf.key, header->random), {}, {}, {}};
  auto fields = from.log.fields(position);
  const std::string origin = from.file.originAt(position);
  SealPlace place{origin, fields.eventId};
  EventAssembly assembly;
  for (size_t i = 0; i < header->parts.size(); ++i) {
    auto kind = static_cast<PartKind>(header->parts[i].kind);
    out.kinds.push_back(kind);
    if (kind == PartKind::PATIENT) out.patientsAt.push_back(i);
    if (kind == PartKind::ASK || kind == PartKind::TEXT) continue;
    auto opened = openPart(header->parts[i], uint8_t(i), *out.half.parts[i].ciphertext, out.itemKey, place);
    KJ_REQUIRE(bool(opened), "a sealed part does not open", position, i, static_cast<int>(opened.fault));
    assembly.part(kind, opened.plaintext);
  }
  out.event = std::move(assembly).finish(std::move(fields), {});
  return out;
}

std::optional<OpenedEvent> PartOpener::read(Position position) {
  auto unsealed = unseal(position, nullptr);
  if (!unsealed) return std::nullopt;
  return std::move(unsealed->event);
}

std::vector<size_t> PartOpener::chosen(const Unsealed& of, Position position, Shown shown,
                                       const SubjectKey& key) const {
  const law::EventView& view = of.event.view;
  std::vector<size_t> out;
  const auto add = [&](PartKind kind) {
    for (size_t i = 0; i < of.kinds.size(); ++i)
      if (of.kinds[i] == kind) out.push_back(i);
  };
  const auto addPatients = [&](auto mayShow) {
    for (size_t i = 0; i < of.patientsAt.size() && i < view.patients.size(); ++i)
      if (mayShow(view.patients[i])) out.push_back(of.patientsAt[i]);
  };
  const auto isOwn = [&](schema::PatientPart::Reader part) { return subjectKey(part.getPatient()) == key; };
  const auto isAccess = [](schema::PatientPart::Reader part) { return part.isAccess(); };
  const bool byReader = !order.reader.isZero() && subjectKey(view.common.getProvider()) == order.reader;
  const Telling telling = tellingOf(view.common.getKind(), of.patientsAt.size());
  const bool isItem = order.items.contains(position);
  switch (shown) {
    case Shown::NOTHING: break;
    case Shown::ACCESS:
      add(PartKind::COMMON);
      if (order.actors == BundleOrder::Actors::SHOWN) add(PartKind::ACTOR);
      addPatients(isOwn);
      break;
    case Shown::JOURNAL:
      if (isItem) add(PartKind::ACTOR);
      if (isItem && of.patientsAt.size() < 2) add(PartKind::TEXT);
      [[fallthrough]];
    case Shown::IDENTITY:
      if (isItem || telling != Telling::NOTHING) add(PartKind::COMMON);
      if (isItem || telling == Telling::ALL) addPatients(isOwn);
      break;
    case Shown::USER:
      if (!byReader) break;
      add(PartKind::COMMON), add(PartKind::ACTOR);
      addPatients(isAccess);
      break;
    case Shown::UNIT:
      add(PartKind::COMMON);
      if (subjectKey(view.common.getUnit()) != order.subject) break;
      add(PartKind::ACTOR);
      addPatients(isAccess);
      break;
    case Shown::OWNER:
      add(PartKind::COMMON);
      if (byReader) add(PartKind::ACTOR);
      break;
    case Shown::REVIEW:
      add(PartKind::COMMON), add(PartKind::ACTOR), add(PartKind::PATIENT);
      break;
    case Shown::GOVERNANCE: add(PartKind::COMMON), add(PartKind::ACTOR); break;
    case Shown::SUBJECT: add(PartKind::COMMON); break;
  }
  return out;
}

void PartOpener::open(Position position, Shown shown, const SubjectKey& key, BundleEvent& to) {
  auto unsealed = unseal(position, &to);
  if (!unsealed) return;
  for (size_t i : chosen(*unsealed, position, shown, key)) {
    to.parts[i].key = partKeyOf(unsealed->itemKey, uint8_t(i));
    to.parts[i].ciphertext = *unsealed->half.parts[i].ciphertext;
  }
}

}  // namespace liggare
