#include "tests/support/bundled-day.h"

#include <capnp/message.h>
#include <kj/debug.h>

#include <fstream>

#include "engine/hash/sealed-form.h"
#include "engine/intake/approval.h"
#include "engine/intake/json.h"
#include "engine/journal-files.h"

namespace liggare::test {

using Of = BundleOrder::Of;

namespace {

std::vector<std::string> exampleDay() {
  std::ifstream in(sourceDir() + "/examples/region-day.ndjson");
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);)
    if (!line.empty()) lines.push_back(line);
  return lines;
}

std::string staff(const std::string& commission) {
  return "{\"staff\":{\"commission\":\"" + commission +
         "\"},\"authentication\":{\"method\":\"smartCard\",\"level\":3}}";
}

constexpr const char* MERGE = "01a19c00-0000-7000-8000-00000000a001";
constexpr const char* MERGE_UNDONE = "01a19c00-0000-7000-8000-00000000a002";

}  // namespace

BundledDay::BundledDay(const std::string& directory) : world(directory) {
  world.open();
  auto lines = exampleDay();
  world.feed(lines, 0, lines.size());
  now = journal().lastRecordedAt();
  JournalFault fault{};
  key = *parseVerifierKey(readJournalFile(world.where(), fault)->verifierKey);
  readOwnLog(JOINED);
  merge(PARTED, "correctedNumber", MERGE_UNDONE);
  readOwnLog(PATIENT);
  split(MERGE_UNDONE);
  merge(JOINED, "correctedNumber", MERGE);  // it has got a personnummer meanwhile
  readOwnLog(PATIENT);
  KJ_REQUIRE(journal().close().outcome.kind == Outcome::Kind::ACCEPTED);
  readOwnLog(PATIENT);
}

std::string BundledDay::command(const std::string& actor, const std::string& members) {
  now += MINUTE;
  SeededRandom random(++drawn);
  return "{\"id\":\"" + uuidText(drawUuid7(now, random)) + "\",\"at\":\"" + formatUtc(now) + "\",\"actor\":" + actor +
         "," + members + "}";
}

Outcome BundledDay::readOwnLog(const std::string& number) {
  auto outcome = world.submit(command("{\"patient\":\"" + number +
                                          "\",\"authentication\":{\"method\":\"mobileEid\",\"level\":3}}",
                                      "\"purpose\":\"patientAccess\",\"patient\":\"" + number +
                                          "\",\"readAccessLog\":{\"perspective\":\"patient\"}"));
  KJ_REQUIRE(outcome.kind == Outcome::Kind::ACCEPTED, outcomeName(outcome.kind), outcome.reason.c_str());
  return outcome;
}

void BundledDay::approved(const std::string& patient, const std::string& member) {
  const std::string about = "\"purpose\":\"coordination\",\"patient\":\"" + patient + "\",";
  const std::string anna = staff("SE2321000131-U002");
  capnp::MallocMessageBuilder message;
  auto asked = message.initRoot<schema::Command>();
  KJ_REQUIRE(!intake::decodeCommand(command(anna, about + member), asked), "not a command", member.c_str());
  const std::string digest = toHex(Bytes(intake::approvalDigest(asked.asReader(), "salt")));
  SeededRandom random(1000 + ++drawn);
  const std::string approval = uuidText(drawUuid7(now, random));
  auto first = world.submit(command(staff("SE2321000131-U004"),
                                    "\"purpose\":\"coordination\",\"giveApproval\":{\"approvalId\":\"" + approval +
                                        "\",\"digest\":\"" + digest + "\"}"));
  KJ_REQUIRE(first.kind == Outcome::Kind::ACCEPTED, outcomeName(first.kind), int(first.code), first.reason.c_str());
  auto second = world.submit(
      command(anna, about + "\"approval\":\"" + approval + "\",\"approvalSalt\":\"salt\"," + member));
  KJ_REQUIRE(second.kind == Outcome::Kind::ACCEPTED, outcomeName(second.kind), int(second.code), second.reason.c_str());
}

void BundledDay::merge(const std::string& from, const std::string& basis, const std::string& mergeId) {
  approved(PATIENT, "\"mergeIdentities\":{\"mergeId\":\"" + mergeId + "\",\"from\":\"" + from + "\",\"basis\":\"" +
                        basis + "\",\"evidence\":\"SKV 2026-11\",\"reason\":\"Samma person.\"}");
}

void BundledDay::split(const std::string& mergeId) {
  approved(PATIENT, "\"splitIdentity\":{\"splitId\":\"01a19c00-0000-7000-8000-00000000b001\",\"mergeId\":\"" +
                        mergeId + "\",\"reason\":\"Två personer.\"}");
}

const std::vector<std::string>& BundledDay::kinds() {
  static const std::vector<std::string> all = {"access", "journal",    "user",       "unit",   "owner",
                                               "review", "governance", "commission", "region", "absorbed"};
  return all;
}

BundleOrder BundledDay::order(const std::string& kind) {
  using schema::RefKind;
  BundleOrder out;
  const auto found = [&](RefKind what, const std::string& text) {
    auto subject = journal().find(what, text);
    KJ_REQUIRE(subject.has_value(), "nobody is called that", text.c_str());
    return *subject;
  };
  out.reader = found(RefKind::PROVIDER, PROVIDER);
  out.subject = out.reader;
  if (kind == "access") out.of = Of::ACCESS, out.subject = person(PATIENT);
  if (kind == "absorbed") out.of = Of::ACCESS, out.subject = person(JOINED);
  if (kind == "journal") {
    out.of = Of::JOURNAL, out.subject = person(PATIENT);
    for (Position p = 0; p < journal().head(); p += 2) out.items.insert(p);
  }
  if (kind == "user") out.of = Of::USER, out.subject = found(RefKind::STAFF, "SE2321000131-P004");
  if (kind == "unit") out.of = Of::UNIT, out.subject = found(RefKind::UNIT, "SE2321000131-BJORKEN");
  if (kind == "owner") out.of = Of::OWNER;
  if (kind == "review") out.of = Of::REVIEW;
  if (kind == "governance") out.of = Of::PROVIDER;
  if (kind == "commission") out.of = Of::COMMISSION, out.subject = found(RefKind::COMMISSION, "SE2321000131-U007");
  if (kind == "region") out.of = Of::REGION, out.subject = found(RefKind::REGION, "14");
  return out;
}

Verdict judged(const CheckedBundle& checked) {
  bool isAll = !checked.fault && checked.isWhole() && checked.subject == CheckedBundle::Subject::BOUND &&
               checked.person != CheckedBundle::Person::UNTOLD;
  return isAll ? Verdict::WHOLE : Verdict::FOUND;
}

// --- the forger

namespace {

class Forging {
 public:
  explicit Forging(const Bundle& from) : honest(from) {}
  std::vector<Tampered> made;

  void each(const std::string& what, const std::function<void(Bundle&)>& change) {
    made.push_back({what, honest});
    change(made.back().bundle);
  }
  void inBook(const std::string& what, size_t book, const std::function<void(BundleBook&)>& change) {
    each(what + " in book " + std::to_string(book), [&](Bundle& b) { change(b.books[book]); });
  }

  // `counted`: how many of its entries the closing counts.
  void entriesOf(size_t book, uint64_t counted) {
    for (uint64_t i : std::set<uint64_t>{0, counted / 2, counted - 1})
      inBook("dropping " + std::to_string(i), book,
             [&](BundleBook& b) { b.entries.erase(b.entries.begin() + long(i)); });
    inBook("dropping all", book, [](BundleBook& b) { b.entries.clear(); });
    inBook("adding one twice", book, [](BundleBook& b) { b.entries.push_back(b.entries[0]); });
    inBook("renumbering", book, [](BundleBook& b) { ++b.from; });
    inBook("renumbering what is left", book, [](BundleBook& b) { b.entries.erase(b.entries.begin()), ++b.from; });
    inBook("another salt", book, [](BundleBook& b) { b.entries[0].salt[3] ^= 1; });
    inBook("another line", book, [](BundleBook& b) { b.entries[0].line ^= 1; });
    inBook("another entry", book, [](BundleBook& b) { b.entries[0].entry[16] ^= 1; });
    inBook("another header", book, [](BundleBook& b) {
      for (auto& entry : b.entries)
        if (!entry.header.empty()) return void(entry.header[1] ^= 1);
    });
    if (counted < 2) return;
    inBook("reordering", book, [](BundleBook& b) { std::swap(b.entries[0], b.entries[1]); });
    inBook("swapping content", book, [](BundleBook& b) {
      std::swap(b.entries[0].header, b.entries[1].header);
      std::swap(b.entries[0].parts, b.entries[1].parts);
    });
    inBook("swapping entries but not proofs", book,
           [](BundleBook& b) { std::swap(b.entries[0].entry, b.entries[1].entry); });
  }
  void partsOf(size_t book) {
    std::vector<std::pair<size_t, size_t>> open;  // entry, part
    auto& entries = honest.books[book].entries;
    for (size_t e = 0; e < entries.size(); ++e)
      for (size_t p = 0; p < entries[e].parts.size(); ++p)
        if (entries[e].parts[p].key) open.emplace_back(e, p);
    if (open.size() < 2) return;
    auto [e1, p1] = open[0];
    auto [e2, p2] = open[1];
    const auto part = [](BundleBook& b, size_t e, size_t p) -> BundlePart& { return b.entries[e].parts[p]; };
    inBook("swapping parts", book, [&](BundleBook& b) { std::swap(part(b, e1, p1), part(b, e2, p2)); });
    inBook("swapping ciphertexts", book,
           [&](BundleBook& b) { std::swap(part(b, e1, p1).ciphertext, part(b, e2, p2).ciphertext); });
    inBook("swapping keys", book, [&](BundleBook& b) { std::swap(part(b, e1, p1).key, part(b, e2, p2).key); });
    inBook("changing ciphertext and digest", book, [&](BundleBook& b) {
      part(b, e1, p1).ciphertext[0] ^= 1;
      part(b, e1, p1).digest = partDigestOf(p1, part(b, e1, p1).ciphertext);
    });
  }
  void books() {
    each("a book twice", [](Bundle& b) { b.books.push_back(b.books[0]); });
    each("no names", [](Bundle& b) {
      for (auto& book : b.books) book.name.clear();
    });
    each("another name", [](Bundle& b) { b.books[0].name.back() ^= 1; });
    each("another id", [](Bundle& b) { b.books[0].book.bytes[15] ^= 1; });
    if (!honest.subjects.empty()) each("nobody's", [](Bundle& b) { b.subjects.clear(); });
    for (size_t i = 0; honest.books.size() > 1 && i < honest.books.size(); ++i)
      each("dropping book " + std::to_string(i), [&](Bundle& b) { b.books.erase(b.books.begin() + long(i)); });
    if (honest.books.size() > 1)
      each("swapping books' names", [](Bundle& b) { std::swap(b.books[0].name, b.books[1].name); });
  }

 private:
  static Hash partDigestOf(size_t index, Bytes ciphertext) { return partDigest(uint8_t(index), ciphertext); }
  const Bundle& honest;
};

}  // namespace

std::vector<Tampered> tamperedWith(const Bundle& honest) {
  Forging forging(honest);
  for (size_t i = 0; i < honest.books.size(); ++i) {
    uint64_t size = honest.books[i].place.end && honest.books[i].place.end->book == honest.books[i].book
                        ? honest.books[i].place.end->size
                        : 0;
    if (size == 0) continue;  // an absent one: `dropping book` is what can be done
    forging.entriesOf(i, size);
    forging.partsOf(i);
  }
  forging.books();
  forging.each("another closing", [](Bundle& b) { b.closing.back() ^= 1; });
  forging.each("another checkpoint", [](Bundle& b) { b.checkpoint[b.origin.size() + 1] ^= 1; });
  return std::move(forging.made);
}

}  // namespace liggare::test
