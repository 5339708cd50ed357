#include <kj/debug.h>

#include "engine/books.h"
#include "engine/bundle-parts.h"
#include "engine/hash/range-proof.h"
#include "engine/identities.h"
#include "engine/index/index.h"
#include "engine/index/kept-count.h"
#include "engine/journal-files.h"
#include "engine/log/attestation.h"
#include "engine/log/closing.h"
#include "engine/log/log.h"

namespace liggare {

namespace {

using Of = BundleOrder::Of;

// One of a book's entries: where it is, and which of its lines is the book's.
struct Found {
  Position position = 0;
  uint16_t line = 0;
  Hash leaf;
};

// A book that belongs to the answer, and how much of its events.
struct Wanted {
  BookId book;
  Buffer name;
  Shown shown = Shown::NOTHING;
  SubjectKey key;
  Wanted(const BookName& called, Shown what)
      : book(called.id()), name(called.bytes()), shown(what) {
    if (!called.keys.empty()) key = called.keys[0];
  }
  explicit Wanted(const BookId& id) : book(id) {}
};

HashReader readerOver(std::span<const Hash> leaves) {
  return [leaves](unsigned height, uint64_t index) {
    size_t width = size_t(1) << height;
    return rootOf(leaves.subspan(index * width, width));
  };
}

class Maker {
 public:
  Maker(const BundleSource& source, const BundleOrder& what, uint64_t headSize, StatedClosing latest, BookTrie& counted)
      : from(source), order(what), size(headSize), closing(latest), trie(counted), parts(source, what) {}

  std::optional<NoBundle> make(Bundle& out) {
    auto wanted = books();
    const size_t alone = order.of == Of::ACCESS ? 2 : 1;  // an access book, and the patient's that shows who it is
    if (wanted.size() > alone && (order.from != 1 || order.to != UINT64_MAX)) return NoBundle::MANY_BOOKS;
    for (Position at : subjects()) {
      BundleEvent event;
      event.entry = from.log.entry(at);
      event.inclusion = from.log.inclusion(at, size);
      parts.open(at, Shown::SUBJECT, {}, event);
      out.subjects.push_back(std::move(event));
    }
    for (const Wanted& each : wanted)
      if (auto no = add(each, out)) return no;
    return std::nullopt;
  }

 private:
  const BundleSource& from;
  const BundleOrder& order;
  const uint64_t size;
  const StatedClosing closing;
  BookTrie& trie;
  PartOpener parts;

  // --- where a book's entries are

  static std::optional<uint16_t> lineOf(std::span<const StoredLine> lines, const BookId& book, Number number) {
    for (size_t i = 0; i < lines.size(); ++i)
      if (lines[i].line && lines[i].line->book == book && lines[i].line->number == number) return uint16_t(i);
    return std::nullopt;
  }
  // As the index has it: derived, so it is only believed when the closing says the same.
  std::vector<Found> indexed(const BookId& book) {
    std::vector<Found> out;
    from.index.scan(book, 1, [&](const IndexedBookRow& row) {
      if (row.position >= size) return false;
      auto line = lineOf(from.log.lines(row.position), book, row.number);
      if (!line || row.number != out.size() + 1) return false;
      out.push_back({row.position, *line, from.log.leafAt(row.position)});
      return true;
    });
    return out;
  }
  // As the lines themselves have it.
  std::vector<Found> scanned(const BookId& book) {
    std::vector<Found> out;
    for (Position at = 0; at < size;) {
      auto commit = from.log.commitAt(at);
      auto lines = from.log.lines(*commit);
      for (Position end = std::min(size, commit->header().sizeAfter()); at < end; ++at)
        if (auto line = lineOf(lines[at - commit->header().first], book, out.size() + 1))
          out.push_back({at, *line, from.log.leafAt(at)});
    }
    return out;
  }
  std::vector<Found> entriesOf(const BookId& book) {
    auto place = trie.prove(book).end;
    uint64_t counted = trie.sizeOf(book);
    auto out = indexed(book);
    std::vector<Hash> leaves;
    for (uint64_t i = 0; i < counted && i < out.size(); ++i) leaves.push_back(out[i].leaf);
    if (counted > 0 && (leaves.size() < counted || rootOf(leaves) != place->root)) return scanned(book);
    return out;
  }

  // --- which books

  std::vector<SubjectKey> joinedKeys() {
    Identities identities;
    std::vector<SubjectKey> keys{order.subject};
    for (size_t i = 0; i < keys.size(); ++i) {
      for (const Found& found : entriesOf(patientBook(keys[i]))) {
        auto event = parts.read(found.position);
        if (event) identities.take(event->view);
      }
      for (const SubjectKey& key : identities.joinedWith(order.subject))
        if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
    }
    return identities.joinedWith(order.subject);
  }
  std::vector<Wanted> personBooks() {
    std::vector<Wanted> out;
    auto keys = joinedKeys();
    for (const SubjectKey& key : keys)
      if (order.of == Of::ACCESS) out.emplace_back(BookName(BookKind::ACCESS, key), Shown::ACCESS);
    for (const SubjectKey& key : keys)
      out.emplace_back(BookName(BookKind::PATIENT, key), order.of == Of::ACCESS ? Shown::IDENTITY : Shown::JOURNAL);
    return out;
  }
  // The provider's access streams, from the month in which it was registered.
  std::vector<Wanted> monthlyStreams() {
    std::vector<Wanted> out;
    auto registered = naming(providerBook(order.reader), order.reader);
    if (!registered) return out;
    uint32_t last = monthOf(from.log.fields(size - 1).recordedAt);
    for (uint32_t m = monthOf(from.log.fields(*registered).recordedAt); m <= last; m = monthAfter(m))
      out.emplace_back(BookName(StreamKind::AX, {order.reader}, m), Shown::UNIT);
    return out;
  }
  std::vector<Wanted> books() {
    const auto one = [&](BookKind kind, Shown shown) {
      return std::vector{Wanted(BookName(kind, order.subject), shown)};
    };
    switch (order.of) {
      case Of::BOOK: return {Wanted(order.book)};
      case Of::ACCESS:
      case Of::JOURNAL: return personBooks();
      case Of::USER: return one(BookKind::ACTOR, Shown::USER);
      case Of::UNIT: return monthlyStreams();
      case Of::OWNER: return one(BookKind::OWNER, Shown::OWNER);
      case Of::REVIEW: return {Wanted(BookName(StreamKind::RV, {order.subject}), Shown::REVIEW)};
      case Of::PROVIDER: return one(BookKind::PROVIDER, Shown::GOVERNANCE);
      case Of::COMMISSION: return one(BookKind::COMMISSION, Shown::GOVERNANCE);
      case Of::REGION: return one(BookKind::REGION, Shown::GOVERNANCE);
    }
    return {};
  }

  // --- who it is about

  // The first event of the book that says who the key is.
  std::optional<Position> naming(const BookId& book, const SubjectKey& key) {
    for (const Found& found : entriesOf(book)) {
      auto event = parts.read(found.position);
      if (event && liggare::naming(event->view, key) == Naming::THIS) return found.position;
    }
    return std::nullopt;
  }
  std::vector<Position> subjects() {
    std::vector<std::pair<BookId, SubjectKey>> asked;
    switch (order.of) {
      case Of::BOOK:
      case Of::ACCESS:
      case Of::JOURNAL: break;
      case Of::USER: asked = {{providerBook(order.reader), order.subject}}; break;
      case Of::UNIT:
        asked = {{providerBook(order.reader), order.reader}, {providerBook(order.reader), order.subject}};
        break;
      case Of::OWNER:
      case Of::REVIEW:
      case Of::PROVIDER: asked = {{providerBook(order.subject), order.subject}}; break;
      case Of::COMMISSION: asked = {{commissionBook(order.subject), order.subject}}; break;
      case Of::REGION: asked = {{regionBook(order.subject), order.subject}}; break;
    }
    std::vector<Position> out;
    for (auto& [book, key] : asked)
      if (auto at = naming(book, key)) out.push_back(*at);
    return out;
  }

  // --- one book

  BundleEntry entryOf(const Found& found, const Wanted& wanted) {
    BundleEntry out;
    out.entry = from.log.entry(found.position);
    out.inclusion = from.log.inclusion(found.position, size);
    out.line = found.line;
    auto lines = from.log.lines(found.position);
    for (auto& stored : lines) out.lines.push_back(stored.digest);
    out.salt = lines.at(found.line).line->salt;
    parts.open(found.position, wanted.shown, wanted.key, out);
    return out;
  }

  std::optional<NoBundle> add(const Wanted& wanted, Bundle& to) {
    auto found = entriesOf(wanted.book);
    // A range is of the first: a patient book behind it shows whose it is.
    bool isRanged = to.books.empty();
    Number first = isRanged ? order.from : 1;
    Number last = std::min<Number>(isRanged ? order.to : UINT64_MAX, found.size());
    if (first == 0 || (first > last && !(first == 1 && found.empty()))) return NoBundle::NO_NUMBERS;
    BundleBook out;
    out.name = wanted.name;
    out.book = wanted.book;
    out.from = first;
    out.place = trie.prove(wanted.book);
    uint64_t counted = trie.sizeOf(wanted.book);
    if (counted > found.size()) return NoBundle::NOT_COUNTED;
    std::vector<Hash> leaves;
    for (uint64_t i = 0; i < counted; ++i) leaves.push_back(found[i].leaf);
    out.range = rangeProof(std::min(first - 1, counted), std::min(last, counted), counted, readerOver(leaves));
    for (Number n = first; n <= last; ++n) out.entries.push_back(entryOf(found[n - 1], wanted));
    to.books.push_back(std::move(out));
    return std::nullopt;
  }
};

}  // namespace

std::variant<Bundle, NoBundle> makeBundle(const BundleSource& from, const std::string& checkpoint,
                                          const BundleOrder& order) {
  auto note = parseNote(checkpoint);
  auto head = note ? parseCheckpoint(note->text) : std::nullopt;
  KJ_REQUIRE(head.has_value() && head->head.size <= from.log.durableSize(), "not a checkpoint of this log");
  uint64_t size = head->head.size;
  // Of the latest closing below the checkpoint, which is not always the one that was counted last.
  auto kept = readKeptCount(from.indexRows, from.log, size);
  auto closings = closingsBelow(from.log, size, kept ? kept->closing.position : 0);
  if (closings.empty()) return NoBundle::NO_CLOSING;
  auto& closing = closings.back();
  BookCount count = kept ? std::move(kept->count) : BookCount();
  if (countBooks(from.log, closing.fact.coveredSize, count) || count.trie().root() != closing.fact.root)
    return NoBundle::NOT_COUNTED;
  if (order.sinceSize > size) return NoBundle::NO_SUCH_SIZE;
  Bundle out;
  out.origin = from.file.name();
  out.checkpoint = checkpoint;
  out.closing = from.log.entry(closing.position);
  out.closingInclusion = from.log.inclusion(closing.position, size);
  out.attestation = AttestationShelf(from.directory).of(closing.position);
  out.sinceSize = order.sinceSize;
  if (order.sinceSize > 0) out.since = from.log.consistency(order.sinceSize, size);
  Maker maker(from, order, size, closing, count.trie());
  if (auto no = maker.make(out)) return *no;
  return out;
}

}  // namespace liggare
