#include <kj/debug.h>

#include "engine/bundle.h"
#include "engine/hash/range-proof.h"
#include "engine/hash/sealed-form.h"
#include "engine/loss.h"
#include "engine/record.h"

namespace liggare {

namespace {

using Kind = BundleFault::Kind;

struct Checker {
  const Bundle& bundle;
  CheckedBundle out;
  std::vector<Hash> leaves;  // of the entries, in order
  std::optional<BookPlace> place;

  bool fail(Kind kind, size_t entry = 0) {
    out.fault = BundleFault{kind, entry};
    return false;
  }

  bool checkCheckpoint(std::span<const VerifierKey> keys) {
    // The journal's name is what its entries were sealed under; the log may have gone on under another (loss.h).
    auto note = parseNote(bundle.checkpoint);
    auto said = note ? parseCheckpoint(note->text) : std::nullopt;
    const bool isItsLog = said && lossesWhenCalled(bundle.origin, said->origin);
    auto opened = isItsLog ? openCheckpoint(bundle.checkpoint, said->origin, keys) : std::nullopt;
    if (!opened) return fail(Kind::CHECKPOINT);
    out.checkpoint = std::move(*opened);
    out.signedBy = verifyNote(*parseNote(bundle.checkpoint), keys).verifiedBy;
    return true;
  }

  bool isIncluded(const Hash& leaf, Position position, const Proof& proof) const {
    return verifyInclusion(leaf, position, out.checkpoint.head.size, proof, out.checkpoint.head.root);
  }

  bool checkClosing() {
    auto fields = tryDecodeEntry(bundle.closing);
    auto* fact = fields ? std::get_if<ClosingFact>(&fields->engine) : nullptr;
    if (!fact || fact->coveredSize > fields->position) return fail(Kind::CLOSING);
    if (!isIncluded(leafHash(bundle.closing), fields->position, bundle.closingInclusion)) return fail(Kind::CLOSING);
    out.closingPosition = fields->position;
    out.coveredSize = fact->coveredSize;
    auto answer = readPlace(bundle.place, bundle.book, fact->root);
    if (answer.kind == TrieAnswer::Kind::WRONG) return fail(Kind::PLACE);
    place = answer.place;
    out.bookSize = place->size;
    return true;
  }

  // A checkpoint from elsewhere: the same tree, earlier.
  bool checkSince(const Checkpoint& known) {
    const Head &older = known.head, &newer = out.checkpoint.head;
    if (known.origin != out.checkpoint.origin) return fail(Kind::FORKED);
    if (older.size == newer.size) {
      if (older.root != newer.root) return fail(Kind::FORKED);
    } else if (older.size == 0) {
      if (older.root != emptyRoot()) return fail(Kind::FORKED);
    } else if (bundle.sinceSize != older.size) {
      out.since = CheckedBundle::Since::NO_PROOF;
      return true;
    } else if (!verifyConsistency(older.size, older.root, newer.size, newer.root, bundle.since)) {
      return fail(Kind::FORKED);
    }
    out.since = CheckedBundle::Since::CONTINUED;
    return true;
  }

  bool checkEntry(size_t index, Position& next) {
    const BundleEntry& mine = bundle.entries[index];
    auto fields = tryDecodeEntry(mine.entry);
    if (!fields) return fail(Kind::ENTRY, index);
    Hash leaf = leafHash(mine.entry);
    if (!isIncluded(leaf, fields->position, mine.inclusion)) return fail(Kind::ENTRY, index);
    if (mine.lines.size() != fields->lineCount || rootOf(mine.lines) != fields->linesRoot)
      return fail(Kind::LINE, index);
    if (mine.line >= mine.lines.size() ||
        mine.lines[mine.line] != lineDigest({bundle.book, bundle.from + index, mine.salt}))
      return fail(Kind::LINE, index);
    if (fields->position < next) return fail(Kind::ORDER, index);
    next = fields->position + 1;
    leaves.push_back(leaf);
    return checkParts(index, std::move(*fields));
  }

  // Sealed under what the log was called then: one of the names from the journal's own to the checkpoint's.
  OpenedPart open(const SealedPartHead& header, size_t index, const BundlePart& part, const EventId& event) const {
    constexpr uint32_t NAMES_MAX = 1000;
    const uint32_t names = std::min(NAMES_MAX, lossesWhenCalled(bundle.origin, out.checkpoint.origin).value_or(0));
    for (uint32_t losses = 0;; ++losses) {
      const std::string origin = incarnationCalled(bundle.origin, losses);
      auto opened = openWithPartKey(header, uint8_t(index), part.ciphertext, *part.key, SealPlace{origin, event});
      if (opened || losses == names) return opened;
    }
  }

  bool checkParts(size_t index, EntryFields fields) {
    const BundleEntry& mine = bundle.entries[index];
    EventAssembly assembly;
    if (!fields.isSealed()) {
      if (!mine.header.empty() || !mine.parts.empty()) return fail(Kind::SEALED, index);
      out.events.push_back(std::move(assembly).finish(std::move(fields), {}));
      return true;
    }
    auto header = decodeSealedHeader(mine.header);
    if (!header || header->parts.size() != mine.parts.size()) return fail(Kind::SEALED, index);
    std::vector<Hash> digests;
    for (auto& part : mine.parts) digests.push_back(part.digest);
    if (sealedDigest(mine.header, digests) != fields.sealedDigest) return fail(Kind::SEALED, index);
    for (size_t i = 0; i < mine.parts.size(); ++i) {
      auto& part = mine.parts[i];
      if (!part.key) continue;
      auto kind = static_cast<PartKind>(header->parts[i].kind);
      if (partDigest(uint8_t(i), part.ciphertext) != part.digest || kind == PartKind::ASK)
        return fail(Kind::PART, index);
      auto opened = open(header->parts[i], i, part, fields.eventId);
      if (!opened) return fail(Kind::PART, index);
      // Whoever sealed it may have sealed nonsense.
      if (kj::runCatchingExceptions([&] { assembly.part(kind, opened.plaintext); }) != nullptr)
        return fail(Kind::PART, index);
    }
    Line line{bundle.book, bundle.from + index, mine.salt};
    out.events.push_back(std::move(assembly).finish(std::move(fields), {line}));
    return true;
  }

  bool checkRange() {
    uint64_t from = std::min(bundle.from - 1, place->size);
    out.counted = std::min<uint64_t>(leaves.size(), place->size - from);
    // Numbers after the closing begin where it ends: nothing may be skipped between.
    if (bundle.from - 1 > place->size) out.counted = 0;
    out.later = leaves.size() - out.counted;
    out.from = bundle.from;
    auto counted = std::span(leaves).first(out.counted);
    return verifyRange(counted, from, place->size, bundle.range, place->root) || fail(Kind::RANGE);
  }
};

}  // namespace

CheckedBundle checkBundle(const Bundle& bundle, std::span<const VerifierKey> keys,
                          const std::optional<Checkpoint>& known) {
  Checker check{bundle, {}, {}, {}};
  if (bundle.from == 0) {
    check.fail(Kind::LINE);
    return std::move(check.out);
  }
  bool fine = check.checkCheckpoint(keys) && (!known || check.checkSince(*known)) && check.checkClosing();
  Position next = 0;
  for (size_t i = 0; fine && i < bundle.entries.size(); ++i) fine = check.checkEntry(i, next);
  if (fine) check.checkRange();
  return std::move(check.out);
}

}  // namespace liggare
