#include "engine/reader.h"

#include <kj/debug.h>

namespace liggare {

using Kind = schema::Body::Which;

EventReader::EventReader(Log& l, Vault& v, LineSealer& sealer, JournalFile known)
    : log(l), vault(v), lineSealer(sealer), file(std::move(known)) {}

namespace {

bool wanted(PartKind kind, Open parts) {
  if (kind == PartKind::TEXT) return parts == Open::WITH_TEXTS || parts == Open::ALL;
  if (kind == PartKind::ASK) return parts == Open::WITH_ASK || parts == Open::ALL;
  return true;
}

std::vector<Line> openLinesOf(const std::vector<StoredLine>& stored) {
  std::vector<Line> lines;
  for (auto& s : stored)
    if (s.line) lines.push_back(*s.line);
  return lines;
}

}  // namespace

std::optional<OpenedEvent> EventReader::read(Position position, Open parts) {
  if (position >= log.durableSize()) return std::nullopt;
  EntryFields fields = log.fields(position);
  auto stored = log.lines(position);
  auto lines = openLinesOf(stored);
  EventAssembly assembly;
  if (!fields.isSealed()) return std::move(assembly).finish(std::move(fields), std::move(lines));

  auto half = log.sealed(position);
  KJ_REQUIRE(half.has_value(), "an entry without its sealed half", position);
  if (!half->whole()) {
    auto event = std::move(assembly).finish(std::move(fields), std::move(lines));
    event.destroyed = true;
    return event;
  }
  KJ_REQUIRE(!stored.empty() && stored.front().line, "an entry whose stream line is gone", position);
  auto leaf = vault.leaf(stored.front().line->book, stored.front().line->number);
  if (leaf.fault == KeyFault::PUNCTURED) {
    auto event = std::move(assembly).finish(std::move(fields), std::move(lines));
    event.destroyed = true;
    return event;
  }
  KJ_REQUIRE(leaf.fault == KeyFault::NONE, "no key for an entry's stream", position, static_cast<int>(leaf.fault));
  auto header = decodeSealedHeader(half->header);
  KJ_REQUIRE(header.has_value(), "a broken sealed header", position);
  Key itemKey = itemKeyOf(leaf.key, header->random);
  SealPlace place{file.originAt(position), fields.eventId};
  for (size_t i = 0; i < header->parts.size(); ++i) {
    auto kind = static_cast<PartKind>(header->parts[i].kind);
    if (!wanted(kind, parts)) continue;
    auto opened = openPart(header->parts[i], static_cast<uint8_t>(i), *half->parts[i].ciphertext, itemKey, place);
    KJ_REQUIRE(bool(opened), "a sealed part does not open", position, i, static_cast<int>(opened.fault));
    assembly.part(kind, opened.plaintext);
  }
  return std::move(assembly).finish(std::move(fields), std::move(lines));
}

void outcomeFrom(const law::EventView& first, Outcome& outcome) {
  auto kind = static_cast<Kind>(first.common.getKind());
  auto body = first.body();
  outcome.kind = Outcome::Kind::ACCEPTED;
  if (kind == Kind::ATTEMPT_REFUSED) {
    outcome.kind = Outcome::Kind::REFUSED;
    outcome.code = body.getAttemptRefused().getCode();
  } else if (kind == Kind::UNCHANGED) {
    outcome.kind = Outcome::Kind::UNCHANGED;
    outcome.earlier = body.getUnchanged().getEarlier();
  } else if ((body.isAccessRecorded() && body.getAccessRecorded().getOutcome() == schema::AccessOutcome::DENY)) {
    outcome.kind = Outcome::Kind::REFUSED;
    outcome.code = body.getAccessRecorded().getCode();
  } else if (body.isProviderNamesRevealed() &&
             body.getProviderNamesRevealed().getOutcome() == schema::AccessOutcome::DENY) {
    outcome.kind = Outcome::Kind::REFUSED;
    outcome.code = body.getProviderNamesRevealed().getCode();
  }
}

EventReader::Earlier EventReader::earlierOutcome(Position position) {
  auto first = read(position, Open::WITH_ASK);
  KJ_REQUIRE(first.has_value(), "a command tag points above the durable head", position);
  Earlier earlier;
  Outcome& outcome = earlier.outcome;
  outcome.receipt.position = position;
  outcome.receipt.event = first->entry.eventId;
  outcome.receipt.recordedAt = first->entry.recordedAt;
  outcome.receipt.version = first->lines.empty() ? 0 : first->lines.front().number;
  outcome.receipt.leaf = log.leafAt(position);
  outcome.receipt.events = 1;
  if (first->destroyed || !first->ask) return earlier;  // the body is gone: no digest equals it, so a repeat is R-DUP
  outcomeFrom(first->view, outcome);
  outcome.kinds.push_back(static_cast<Kind>(first->view.common.getKind()));
  for (Position p = position + 1; p < log.durableSize(); ++p) {
    auto fields = log.fields(p);
    if (fields.commandTag != first->entry.commandTag) break;
    ++outcome.receipt.events;
    if (auto event = read(p, Open::FACTS)) outcome.kinds.push_back(static_cast<Kind>(event->view.common.getKind()));
  }
  auto digest = first->ask->getBodyDigest();
  KJ_REQUIRE(digest.size() == 32, "an ask without its body digest", position);
  std::copy_n(digest.begin(), 32, earlier.bodyDigest.bytes.begin());
  return earlier;
}

}  // namespace liggare
