// The file's form. Members stand in one order and none is left out, so that there is one way to write a bundle.
#include "engine/bundle.h"

#include <charconv>

#include "engine/base/unicode.h"
#include "engine/intake/json-tape.h"
#include "engine/intake/json.h"

namespace liggare {

namespace {

constexpr uint64_t VERSION = 2;
using intake::JsonNode;

// --- out ---

void hexTo(std::string& out, Bytes bytes) { out += '"' + toHex(bytes) + '"'; }

void hashesTo(std::string& out, std::span<const Hash> hashes) {
  out += '[';
  for (size_t i = 0; i < hashes.size(); ++i) {
    if (i > 0) out += ',';
    hexTo(out, hashes[i]);
  }
  out += ']';
}

void partTo(std::string& out, const BundlePart& part) {
  out += "{\"digest\":";
  hexTo(out, part.digest);
  out += ",\"key\":";
  if (part.key)
    hexTo(out, *part.key);
  else
    out += "null";
  out += ",\"ciphertext\":";
  hexTo(out, part.ciphertext);
  out += '}';
}

void eventTo(std::string& out, const BundleEvent& event) {
  out += "{\"entry\":";
  hexTo(out, event.entry);
  out += ",\"inclusion\":";
  hashesTo(out, event.inclusion);
  out += ",\"header\":";
  hexTo(out, event.header);
  out += ",\"parts\":[";
  for (size_t i = 0; i < event.parts.size(); ++i) {
    if (i > 0) out += ',';
    partTo(out, event.parts[i]);
  }
  out += ']';
}

void entryTo(std::string& out, const BundleEntry& entry) {
  eventTo(out, entry);
  out += ",\"lines\":";
  hashesTo(out, entry.lines);
  out += ",\"line\":" + std::to_string(entry.line) + ",\"salt\":";
  hexTo(out, entry.salt);
  out += '}';
}

void bookTo(std::string& out, const BundleBook& book) {
  out += "{\"name\":";
  hexTo(out, book.name);
  out += ",\"book\":";
  hexTo(out, book.book);
  out += ",\"from\":" + std::to_string(book.from) + ",\"place\":";
  hexTo(out, encodeTrieProof(book.place));
  out += ",\"range\":";
  hashesTo(out, book.range);
  out += ",\"entries\":[";
  for (size_t i = 0; i < book.entries.size(); ++i) {
    if (i > 0) out += ',';
    entryTo(out, book.entries[i]);
  }
  out += "]}";
}

// --- in ---

// Reads values off a tape. The first fault is kept, and everything after it answers nothing: whoever reads on reads
// empty values and asks for the fault at the end.
class Form {
 public:
  explicit Form(std::string_view text) {
    if (text.size() > BUNDLE_BYTES_MAX)
      fail("", "filen är för stor");
    else if (!isUtf8(text))
      fail("", "filen är inte UTF-8");
    else if (auto wrong = tape.read(text))
      fail("byte " + std::to_string(wrong->at), wrong->what);
  }
  std::string fault;

  // The members of an object, which must be exactly these, in this order.
  std::vector<uint32_t> members(uint32_t at, const std::string& path, std::span<const std::string_view> names) {
    std::vector<uint32_t> out(names.size(), NOTHING);
    if (!is(at, JsonNode::Type::OBJECT, path, "ska vara ett objekt")) return out;
    if (tape.node(at).count != names.size()) return fail(path, "har fel antal fält"), out;
    uint32_t next = at + 1;
    for (size_t i = 0; i < names.size(); ++i) {
      if (tape.slice(next) != names[i]) return fail(path + "." + std::string(names[i]), "fattas eller står fel"), out;
      out[i] = tape.node(next).next;
      next = tape.node(out[i]).next;
    }
    return out;
  }
  std::vector<uint32_t> elements(uint32_t at, const std::string& path) {
    std::vector<uint32_t> out;
    if (!is(at, JsonNode::Type::ARRAY, path, "ska vara en lista")) return out;
    for (uint32_t next = at + 1; out.size() < tape.node(at).count; next = tape.node(next).next) out.push_back(next);
    return out;
  }
  Buffer hex(uint32_t at, const std::string& path, std::optional<size_t> length = std::nullopt) {
    if (!is(at, JsonNode::Type::STRING, path, "ska vara hex")) return {};
    auto bytes = tape.node(at).isEscaped ? std::nullopt : fromHex(tape.slice(at));
    if (!bytes || (length && bytes->size() != *length)) return fail(path, "ska vara hex av rätt längd"), Buffer();
    return std::move(*bytes);
  }
  Hash hash(uint32_t at, const std::string& path) {
    Hash out;
    auto bytes = hex(at, path, 32);
    if (bytes.size() == 32) std::copy(bytes.begin(), bytes.end(), out.bytes.begin());
    return out;
  }
  std::vector<Hash> hashes(uint32_t at, const std::string& path) {
    std::vector<Hash> out;
    for (uint32_t each : elements(at, path)) out.push_back(hash(each, path + "[" + std::to_string(out.size()) + "]"));
    return out;
  }
  uint64_t number(uint32_t at, const std::string& path, uint64_t max = UINT64_MAX) {
    if (!is(at, JsonNode::Type::NUMBER, path, "ska vara ett tal")) return 0;
    auto digits = tape.slice(at);
    uint64_t out = 0;
    auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
    if (error != std::errc() || end != digits.data() + digits.size() || out > max) fail(path, "är inget sådant tal");
    return out;
  }
  std::string text(uint32_t at, const std::string& path) {
    if (!is(at, JsonNode::Type::STRING, path, "ska vara text")) return {};
    std::string scratch;
    auto found = tape.string(at, scratch);
    if (!found) return fail(path, "är ingen text"), std::string();
    return std::string(*found);
  }
  bool isEmpty(uint32_t at) const { return at != NOTHING && tape.node(at).type == JsonNode::Type::EMPTY; }
  void fail(const std::string& path, std::string_view what) {
    if (fault.empty()) fault = (path.empty() ? "" : path + ": ") + std::string(what);
  }

 private:
  static constexpr uint32_t NOTHING = UINT32_MAX;
  intake::JsonTape tape;

  bool is(uint32_t at, JsonNode::Type type, const std::string& path, std::string_view what) {
    if (!fault.empty() || at == NOTHING) return false;
    if (tape.node(at).type == type) return true;
    fail(path, what);
    return false;
  }
};

BundlePart partFrom(Form& form, uint32_t at, const std::string& path) {
  constexpr std::string_view NAMES[] = {"digest", "key", "ciphertext"};
  auto m = form.members(at, path, NAMES);
  BundlePart out;
  out.digest = form.hash(m[0], path + ".digest");
  if (!form.isEmpty(m[1])) {
    auto key = form.hex(m[1], path + ".key", 32);
    if (key.size() == 32) out.key = Key::from(key);
  }
  out.ciphertext = form.hex(m[2], path + ".ciphertext");
  if (out.key.has_value() == out.ciphertext.empty()) form.fail(path, "nyckel och chiffertext hör ihop");
  return out;
}

void partsFrom(Form& form, uint32_t at, const std::string& path, BundleEvent& to) {
  for (uint32_t part : form.elements(at, path))
    to.parts.push_back(partFrom(form, part, path + "[" + std::to_string(to.parts.size()) + "]"));
}

BundleEvent eventFrom(Form& form, uint32_t at, const std::string& path) {
  constexpr std::string_view NAMES[] = {"entry", "inclusion", "header", "parts"};
  auto m = form.members(at, path, NAMES);
  BundleEvent out;
  out.entry = form.hex(m[0], path + ".entry");
  out.inclusion = form.hashes(m[1], path + ".inclusion");
  out.header = form.hex(m[2], path + ".header");
  partsFrom(form, m[3], path + ".parts", out);
  return out;
}

BundleEntry entryFrom(Form& form, uint32_t at, const std::string& path) {
  constexpr std::string_view NAMES[] = {"entry", "inclusion", "header", "parts", "lines", "line", "salt"};
  auto m = form.members(at, path, NAMES);
  BundleEntry out;
  out.entry = form.hex(m[0], path + ".entry");
  out.inclusion = form.hashes(m[1], path + ".inclusion");
  out.header = form.hex(m[2], path + ".header");
  partsFrom(form, m[3], path + ".parts", out);
  out.lines = form.hashes(m[4], path + ".lines");
  out.line = uint16_t(form.number(m[5], path + ".line", UINT16_MAX));
  auto salt = form.hex(m[6], path + ".salt", out.salt.size());
  if (salt.size() == out.salt.size()) std::copy(salt.begin(), salt.end(), out.salt.begin());
  return out;
}

BundleBook bookFrom(Form& form, uint32_t at, const std::string& path) {
  constexpr std::string_view NAMES[] = {"name", "book", "from", "place", "range", "entries"};
  auto m = form.members(at, path, NAMES);
  BundleBook out;
  out.name = form.hex(m[0], path + ".name");
  auto id = form.hex(m[1], path + ".book", 16);
  if (id.size() == 16) out.book = BookId::from(id);
  out.from = form.number(m[2], path + ".from");
  auto place = decodeTrieProof(form.hex(m[3], path + ".place"));
  if (place)
    out.place = std::move(*place);
  else
    form.fail(path + ".place", "är inget bevis i ett bokslut");
  out.range = form.hashes(m[4], path + ".range");
  for (uint32_t entry : form.elements(m[5], path + ".entries"))
    out.entries.push_back(entryFrom(form, entry, path + ".entries[" + std::to_string(out.entries.size()) + "]"));
  if (out.from == 0) form.fail(path + ".from", "nummer börjar på 1");
  return out;
}

}  // namespace

std::string encodeBundle(const Bundle& bundle) {
  std::string out = "{\"liggareBundle\":" + std::to_string(VERSION) + ",\"origin\":" + intake::quoteJson(bundle.origin);
  out += ",\"checkpoint\":" + intake::quoteJson(bundle.checkpoint) + ",\"closing\":";
  hexTo(out, bundle.closing);
  out += ",\"closingInclusion\":";
  hashesTo(out, bundle.closingInclusion);
  out += ",\"attestation\":" + intake::quoteJson(bundle.attestation);
  out += ",\"sinceSize\":" + std::to_string(bundle.sinceSize) + ",\"since\":";
  hashesTo(out, bundle.since);
  out += ",\"subjects\":[";
  for (size_t i = 0; i < bundle.subjects.size(); ++i) {
    if (i > 0) out += ',';
    eventTo(out, bundle.subjects[i]);
    out += '}';
  }
  out += "],\"books\":[";
  for (size_t i = 0; i < bundle.books.size(); ++i) {
    if (i > 0) out += ',';
    bookTo(out, bundle.books[i]);
  }
  return out + "]}\n";
}

std::optional<Bundle> decodeBundle(std::string_view text, std::string& why) {
  constexpr std::string_view NAMES[] = {"liggareBundle", "origin",    "checkpoint", "closing",  "closingInclusion",
                                        "attestation",   "sinceSize", "since",      "subjects", "books"};
  Form form(text);
  Bundle out;
  auto m = form.members(0, "", NAMES);
  if (form.number(m[0], "liggareBundle") != VERSION) form.fail("liggareBundle", "är en version som inte är känd");
  out.origin = form.text(m[1], "origin");
  out.checkpoint = form.text(m[2], "checkpoint");
  out.closing = form.hex(m[3], "closing");
  out.closingInclusion = form.hashes(m[4], "closingInclusion");
  out.attestation = form.text(m[5], "attestation");
  out.sinceSize = form.number(m[6], "sinceSize");
  out.since = form.hashes(m[7], "since");
  auto subjects = form.elements(m[8], "subjects");
  if (subjects.size() > BUNDLE_BOOKS_MAX) form.fail("subjects", "högst 4 096");
  for (uint32_t event : subjects)
    out.subjects.push_back(eventFrom(form, event, "subjects[" + std::to_string(out.subjects.size()) + "]"));
  for (uint32_t book : form.elements(m[9], "books"))
    out.books.push_back(bookFrom(form, book, "books[" + std::to_string(out.books.size()) + "]"));
  if (out.books.empty() || out.books.size() > BUNDLE_BOOKS_MAX) form.fail("books", "en bok till 4 096");
  why = form.fault;
  if (!why.empty()) return std::nullopt;
  return out;
}

}  // namespace liggare
