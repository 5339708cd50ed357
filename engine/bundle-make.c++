#include <kj/debug.h>

#include "engine/bundle.h"
#include "engine/journal-files.h"
#include "engine/hash/range-proof.h"
#include "engine/log/closing.h"
#include "engine/log/log.h"
#include "engine/record.h"
#include "engine/vault/vault.h"

namespace liggare {

namespace {

// One of the book's entries, found in the log's lines.
struct Found {
  Position position = 0;
  uint16_t line = 0;
};

// Every entry of the book below `size`, from the lines themselves: an index is derived, and this is evidence.
std::vector<Found> entriesOf(Log& log, const BookId& book, uint64_t size) {
  std::vector<Found> out;
  for (Position at = 0; at < size;) {
    auto commit = log.commitAt(at);
    auto lines = log.lines(*commit);
    for (Position end = std::min(size, commit->header().sizeAfter()); at < end; ++at) {
      auto& mine = lines[at - commit->header().first];
      for (size_t i = 0; i < mine.size(); ++i)
        if (mine[i].line && mine[i].line->book == book) out.push_back({at, uint16_t(i)});
    }
  }
  return out;
}

HashReader readerOver(std::span<const Hash> leaves) {
  return [leaves](unsigned height, uint64_t index) {
    size_t width = size_t(1) << height;
    return rootOf(leaves.subspan(index * width, width));
  };
}

SubjectKey patientOf(schema::PatientPart::Reader part) {
  SubjectKey key;
  putBe64(key.bytes.data(), part.getPatient().getHi());
  putBe64(key.bytes.data() + 8, part.getPatient().getLo());
  return key;
}

// Common and the patient's own part; who did it where the order says so; texts, other patients and the command never.
bool mayShow(PartKind kind, Bytes plaintext, const BundleOrder& order) {
  if (kind == PartKind::COMMON) return true;
  if (kind == PartKind::ACTOR) return order.actors == BundleOrder::Actors::SHOWN;
  if (kind != PartKind::PATIENT) return false;
  EventAssembly assembly;
  assembly.part(kind, plaintext);
  auto event = std::move(assembly).finish({}, {});
  return patientOf(event.view.patients.at(0)) == order.patient;
}

void addSealed(BundleEntry& to, Log& log, Vault& vault, const JournalFile& file, Position position,
               const Line& stream, const BundleOrder& order) {
  auto half = log.sealed(position);
  if (!half) return;
  to.header = half->header;
  for (auto& part : half->parts) to.parts.push_back({part.digest, std::nullopt, {}});
  if (order.patient.isZero() || !half->whole()) return;
  auto header = decodeSealedHeader(half->header);
  KJ_REQUIRE(header.has_value(), "a broken sealed header", position);
  auto leaf = vault.leaf(stream.book, stream.number);
  if (leaf.fault == KeyFault::PUNCTURED) return;  // destroyed by decision
  KJ_REQUIRE(leaf.fault == KeyFault::NONE, "no key for an entry's stream", position, static_cast<int>(leaf.fault));
  Key itemKey = itemKeyOf(leaf.key, header->random);
  SealPlace place{file.originAt(position), log.fields(position).eventId};
  for (size_t i = 0; i < header->parts.size(); ++i) {
    auto kind = static_cast<PartKind>(header->parts[i].kind);
    if (kind == PartKind::ASK || kind == PartKind::TEXT) continue;
    auto opened = openPart(header->parts[i], uint8_t(i), *half->parts[i].ciphertext, itemKey, place);
    KJ_REQUIRE(bool(opened), "a sealed part does not open", position, i, static_cast<int>(opened.fault));
    if (!mayShow(kind, opened.plaintext, order)) continue;
    to.parts[i].key = partKeyOf(itemKey, uint8_t(i));
    to.parts[i].ciphertext = *half->parts[i].ciphertext;
  }
}

BundleEntry entryOf(Log& log, Vault& vault, const JournalFile& file, const Found& found, uint64_t size,
                    const BundleOrder& order) {
  BundleEntry out;
  out.entry = log.entry(found.position);
  out.inclusion = log.inclusion(found.position, size);
  out.line = found.line;
  auto lines = log.lines(found.position);
  for (auto& stored : lines) out.lines.push_back(stored.digest);
  out.salt = lines.at(found.line).line->salt;
  if (lines.front().line) addSealed(out, log, vault, file, found.position, *lines.front().line, order);
  return out;
}

}  // namespace

std::variant<Bundle, NoBundle> makeBundle(Log& log, Vault& vault, const JournalFile& file,
                                          const std::string& checkpoint, const BundleOrder& order) {
  auto note = parseNote(checkpoint);
  auto head = note ? parseCheckpoint(note->text) : std::nullopt;
  KJ_REQUIRE(head.has_value() && head->head.size <= log.durableSize(), "not a checkpoint of this log");
  uint64_t size = head->head.size;
  auto closings = closingsBelow(log, size);
  if (closings.empty()) return NoBundle::NO_CLOSING;
  auto& closing = closings.back();
  BookCount count;
  if (countBooks(log, closing.fact.coveredSize, count) || count.trie().root() != closing.fact.root)
    return NoBundle::NOT_COUNTED;
  if (order.sinceSize > size) return NoBundle::NO_SUCH_SIZE;

  auto found = entriesOf(log, order.book, size);
  Number to = std::min<Number>(order.to, found.size());
  if (order.from == 0 || (order.from > to && !(order.from == 1 && found.empty()))) return NoBundle::NO_NUMBERS;
  Bundle out;
  out.origin = file.name();
  out.book = order.book;
  out.from = order.from;
  out.checkpoint = checkpoint;
  out.closing = log.entry(closing.position);
  out.closingInclusion = log.inclusion(closing.position, size);
  out.place = count.trie().prove(order.book);
  out.sinceSize = order.sinceSize;
  if (order.sinceSize > 0) out.since = log.consistency(order.sinceSize, size);
  uint64_t counted = count.trie().sizeOf(order.book);
  std::vector<Hash> leaves;
  for (uint64_t i = 0; i < counted; ++i) leaves.push_back(log.leafAt(found.at(i).position));
  out.range = rangeProof(std::min(order.from - 1, counted), std::min(to, counted), counted, readerOver(leaves));
  for (Number n = order.from; n <= to; ++n)
    out.entries.push_back(entryOf(log, vault, file, found[n - 1], size, order));
  return out;
}

}  // namespace liggare
