#include <kj/debug.h>

#include "engine/bundle.h"
#include "engine/hash/range-proof.h"
#include "engine/hash/sealed-form.h"
#include "engine/log/attestation.h"
#include "engine/loss.h"
#include "engine/record.h"

namespace liggare {

namespace {

using Kind = BundleFault::Kind;

constexpr size_t NO_BOOK = SIZE_MAX;

struct Checker {
  const Bundle& bundle;
  CheckedBundle out;

  bool fail(Kind kind, size_t book = 0, size_t entry = 0) {
    out.fault = BundleFault{kind, book, entry};
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
    Hash leaf = leafHash(bundle.closing);
    if (!isIncluded(leaf, fields->position, bundle.closingInclusion)) return fail(Kind::CLOSING);
    out.closingPosition = fields->position;
    out.closing = *fact;
    out.closedAt = fields->recordedAt;
    if (bundle.attestation.empty()) return true;
    auto note = parseNote(bundle.attestation);
    return (note && note->text == attestationText({bundle.origin, fields->position, leaf, *fact})) ||
           fail(Kind::ATTESTATION);
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

  // Sealed under what the log was called then: one of the names from the journal's own to the checkpoint's.
  OpenedPart openPart(const SealedPartHead& header, size_t index, const BundlePart& part, const EventId& event) const {
    constexpr uint32_t NAMES_MAX = 1000;
    const uint32_t names = std::min(NAMES_MAX, lossesWhenCalled(bundle.origin, out.checkpoint.origin).value_or(0));
    for (uint32_t losses = 0;; ++losses) {
      const std::string origin = incarnationCalled(bundle.origin, losses);
      auto opened = openWithPartKey(header, uint8_t(index), part.ciphertext, *part.key, SealPlace{origin, event});
      if (opened || losses == names) return opened;
    }
  }

  struct Opened {
    EventAssembly assembly;
    uint16_t patients = 0;  // parts that the header says there are
  };
  // Header, digests and keys against the entry's sealed digest.
  std::optional<Kind> openParts(const BundleEvent& mine, const EntryFields& fields, Opened& to) const {
    if (!fields.isSealed()) {
      if (!mine.header.empty() || !mine.parts.empty()) return Kind::SEALED;
      return std::nullopt;
    }
    auto header = decodeSealedHeader(mine.header);
    if (!header || header->parts.size() != mine.parts.size()) return Kind::SEALED;
    std::vector<Hash> digests;
    for (auto& part : mine.parts) digests.push_back(part.digest);
    if (sealedDigest(mine.header, digests) != fields.sealedDigest) return Kind::SEALED;
    for (size_t i = 0; i < mine.parts.size(); ++i) {
      auto& part = mine.parts[i];
      auto kind = static_cast<PartKind>(header->parts[i].kind);
      if (kind == PartKind::PATIENT) ++to.patients;
      if (!part.key) continue;
      if (partDigest(uint8_t(i), part.ciphertext) != part.digest || kind == PartKind::ASK) return Kind::PART;
      auto opened = openPart(header->parts[i], i, part, fields.eventId);
      if (!opened) return Kind::PART;
      // Whoever sealed it may have sealed nonsense.
      if (kj::runCatchingExceptions([&] { to.assembly.part(kind, opened.plaintext); }) != nullptr) return Kind::PART;
    }
    return std::nullopt;
  }

  bool checkSubject(size_t index) {
    const BundleEvent& mine = bundle.subjects[index];
    auto fields = tryDecodeEntry(mine.entry);
    if (!fields || !isIncluded(leafHash(mine.entry), fields->position, mine.inclusion))
      return fail(Kind::ENTRY, NO_BOOK, index);
    Opened opened;
    if (auto wrong = openParts(mine, *fields, opened)) return fail(*wrong, NO_BOOK, index);
    out.subjects.push_back(std::move(opened.assembly).finish(std::move(*fields), {}));
    return true;
  }

  struct Walk {
    size_t book = 0;
    Position next = 0;
    std::vector<Hash> leaves;  // of the entries, in order
  };
  bool checkEntry(size_t index, Walk& walk, CheckedBook& to) {
    const BundleBook& book = bundle.books[walk.book];
    const BundleEntry& mine = book.entries[index];
    auto fields = tryDecodeEntry(mine.entry);
    if (!fields) return fail(Kind::ENTRY, walk.book, index);
    Hash leaf = leafHash(mine.entry);
    if (!isIncluded(leaf, fields->position, mine.inclusion)) return fail(Kind::ENTRY, walk.book, index);
    Line line{book.book, book.from + index, mine.salt};
    if (mine.lines.size() != fields->lineCount || rootOf(mine.lines) != fields->linesRoot ||
        mine.line >= mine.lines.size() || mine.lines[mine.line] != lineDigest(line))
      return fail(Kind::LINE, walk.book, index);
    if (fields->position < walk.next) return fail(Kind::ORDER, walk.book, index);
    walk.next = fields->position + 1;
    walk.leaves.push_back(leaf);
    Opened opened;
    if (auto wrong = openParts(mine, *fields, opened)) return fail(*wrong, walk.book, index);
    to.patientParts.push_back(opened.patients);
    to.events.push_back(std::move(opened.assembly).finish(std::move(*fields), {line}));
    return true;
  }

  bool checkBook(size_t index) {
    const BundleBook& mine = bundle.books[index];
    CheckedBook to;
    to.book = mine.book;
    to.from = mine.from;
    if (mine.from == 0) return fail(Kind::LINE, index);
    if (!mine.name.empty()) {
      to.name = BookName::read(mine.name);
      if (!to.name || to.name->id() != mine.book) return fail(Kind::BOOKS, index);
    }
    for (auto& earlier : out.books)
      if (earlier.book == mine.book) return fail(Kind::BOOKS, index);
    auto answer = readPlace(mine.place, mine.book, out.closing.root);
    if (answer.kind == TrieAnswer::Kind::WRONG) return fail(Kind::PLACE, index);
    to.size = answer.place.size;
    Walk walk{index, 0, {}};
    for (size_t i = 0; i < mine.entries.size(); ++i)
      if (!checkEntry(i, walk, to)) return false;
    if (!checkRange(mine, answer.place, walk.leaves, to)) return fail(Kind::RANGE, index);
    out.books.push_back(std::move(to));
    return true;
  }

  bool checkRange(const BundleBook& mine, const BookPlace& place, std::span<const Hash> leaves, CheckedBook& to) const {
    uint64_t from = std::min(mine.from - 1, place.size);
    to.counted = std::min<uint64_t>(leaves.size(), place.size - from);
    // Numbers after the closing begin where it ends: nothing may be skipped between.
    if (mine.from - 1 > place.size) to.counted = 0;
    to.later = leaves.size() - to.counted;
    return verifyRange(leaves.first(to.counted), from, place.size, mine.range, place.root);
  }
};

}  // namespace

CheckedBundle checkBundle(const Bundle& bundle, std::span<const VerifierKey> keys,
                          const std::optional<Checkpoint>& known) {
  Checker check{bundle, {}};
  bool fine = check.checkCheckpoint(keys) && (!known || check.checkSince(*known)) && check.checkClosing();
  for (size_t i = 0; fine && i < bundle.subjects.size(); ++i) fine = check.checkSubject(i);
  for (size_t i = 0; fine && i < bundle.books.size(); ++i) fine = check.checkBook(i);
  if (fine) {
    // What was sealed is read here, and may be nonsense that only shows when it is followed.
    auto broken = kj::runCatchingExceptions([&] { checkClaims(check.out); });
    if (broken != nullptr) check.fail(Kind::IDENTITY);
  }
  return std::move(check.out);
}

}  // namespace liggare
