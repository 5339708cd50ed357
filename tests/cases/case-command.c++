#include "tests/cases/case-command.h"

#include <capnp/message.h>
#include <kj/debug.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "engine/base/random.h"
#include "engine/intake/approval.h"
#include "engine/intake/json.h"

namespace liggare::test {
namespace {

using intake::FieldKind;
using intake::FieldRow;
using intake::quoteJson;
using intake::StructTable;

// JSON that is put together by paths: `recipients.0.type`. Order of fields is order of words.
struct Tree {
  std::string name;  // under its parent
  std::string leaf;  // JSON text; empty for a branch
  std::vector<Tree> children;
  bool isList = false;

  Tree& child(const std::string& wanted) {
    for (Tree& known : children)
      if (known.name == wanted) return known;
    children.emplace_back().name = wanted;
    return children.back();
  }
  std::string json() const {
    if (!leaf.empty()) return leaf;
    std::string out = isList ? "[" : "{";
    for (const Tree& tree : children) {
      if (out.size() > 1) out += ',';
      if (!isList) out += quoteJson(tree.name) + ":";
      out += tree.json();
    }
    return out + (isList ? "]" : "}");
  }
};

std::optional<int64_t> wholeNumber(std::string_view text) {
  int64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failure == std::errc() && end == text.data() + text.size() && !text.empty() ? std::optional(number)
                                                                                     : std::nullopt;
}

// HH:MM, HH:MM:SS, HH:MM:SS.ffffff
std::optional<Micros> clockTime(std::string_view text) {
  if (text.size() < 5 || text[2] != ':') return std::nullopt;
  const auto hour = wholeNumber(text.substr(0, 2)), minute = wholeNumber(text.substr(3, 2));
  if (!hour || !minute) return std::nullopt;
  Micros since = *hour * HOUR + *minute * MINUTE;
  if (text.size() == 5) return since;
  const auto second = wholeNumber(text.substr(6, 2));
  if (text[5] != ':' || !second) return std::nullopt;
  since += *second * SECOND;
  if (text.size() == 8) return since;
  std::string decimals(text.substr(9));
  decimals.resize(6, '0');
  const auto fraction = wholeNumber(decimals);
  return fraction && text[8] == '.' ? std::optional(since + *fraction) : std::nullopt;
}

// -1d, +2h, +30m, +5s, +1ms
std::optional<Micros> duration(std::string_view text) {
  if (text.size() < 3 || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  const size_t unitAt = text.find_first_not_of("0123456789", 1);
  if (unitAt == text.npos) return std::nullopt;
  const auto count = wholeNumber(text.substr(1, unitAt - 1));
  const auto unit = text.substr(unitAt);
  const Micros each = unit == "d"    ? DAY
                      : unit == "h"  ? HOUR
                      : unit == "m"  ? MINUTE
                      : unit == "s"  ? SECOND
                      : unit == "ms" ? 1000
                                     : 0;
  if (!count || each == 0) return std::nullopt;
  return (text[0] == '-' ? -1 : 1) * *count * each;
}

std::string stampText(Micros at) { return formatStamp({at, int16_t(swedishOffsetMinutes(at))}); }

// Who acts and how they logged in, as JSON of Caller.
struct Caller {
  std::string json;
  std::string purpose;
};

const FieldRow* findField(const StructTable& table, const std::string& name) {
  const auto found = table.byName.find(name);
  return found == table.byName.end() ? nullptr : found->second;
}

std::vector<std::string> partsOf(const std::string& path) {
  std::vector<std::string> parts(1);
  for (const char c : path) {
    if (c == '.') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

}  // namespace

ThingId thingNamed(std::string_view name) {
  uint64_t seed = 0xcbf29ce484222325;
  for (const char c : name) seed = (seed ^ uint8_t(c)) * 0x100000001b3;
  SeededRandom random(seed);
  auto id = drawId<ThingId>(random);
  id.bytes[6] = uint8_t(0x80 | (id.bytes[6] & 0x0f));  // version 8: of our own making
  id.bytes[8] = uint8_t(0x80 | (id.bytes[8] & 0x3f));
  return id;
}

Micros swedishInstant(Days day, Micros sinceMidnight) {
  const Micros local = Micros(day) * DAY + sinceMidnight;
  const Micros guess = local - swedishOffsetMinutes(local) * MINUTE;
  return local - swedishOffsetMinutes(guess) * MINUTE;
}

Micros CaseSpeaker::takeTime(const std::vector<std::string>& words, size_t& next) {
  if (const auto on = parseDay(words[next])) {
    day = *on;
    ++next;
  } else if (const auto later = duration(words[next])) {
    day += Days(*later / DAY);
    ++next;
  }
  const auto since = next < words.size() ? clockTime(words[next]) : std::nullopt;
  KJ_REQUIRE(since != std::nullopt, "a time as 08:00 was expected");
  ++next;
  return swedishInstant(day, *since);
}

std::string CaseSpeaker::named(const std::string& word) {
  if (parseUuid(word)) return word;
  const ThingId id = thingNamed(word);
  names.things[id] = word;
  return text(id);
}

std::string CaseSpeaker::reference(schema::RefKind kind, const std::string& word) const {
  if (kind == schema::RefKind::STAFF) {
    if (const auto person = names.texts.find(word + ".staff"); person != names.texts.end()) return person->second;
  }
  const auto known = names.texts.find(word);
  return known == names.texts.end() ? word : known->second;
}

std::string CaseSpeaker::instant(const std::string& text) const {
  if (const auto since = clockTime(text)) return stampText(swedishInstant(day, *since));
  if (const auto away = duration(text)) return stampText(now + *away);
  const auto on = parseDay(std::string_view(text).substr(0, 10));
  if (on && text.size() == 10) return stampText(swedishInstant(*on, 0));
  if (on && (text[10] == ' ' || text[10] == 'T')) {
    if (const auto since = clockTime(std::string_view(text).substr(11))) return stampText(swedishInstant(*on, *since));
  }
  return text;  // RFC 3339, or what the decoder shall refuse
}

std::string CaseSpeaker::dayText(const std::string& text) const {
  if (text == "today") return formatDay(swedishDay(now));
  const auto away = duration(text);
  return away && *away % DAY == 0 ? formatDay(swedishDay(now) + Days(*away / DAY)) : text;
}

std::string CaseSpeaker::value(const FieldRow& row, const std::string& word) {
  const std::string plain = unquoted(word);
  auto list = [&](auto each) {
    std::string out = "[";
    for (const auto& item : itemsOf(word)) out += (out.size() > 1 ? "," : "") + quoteJson(each(item));
    return out + "]";
  };
  auto same = [](const std::string& item) { return item; };
  switch (row.kind) {
    case FieldKind::TEXT:
    case FieldKind::DATA:
    case FieldKind::ENUM: return quoteJson(plain);
    case FieldKind::INSTANT: return quoteJson(instant(plain));
    case FieldKind::DAY: return quoteJson(dayText(plain));
    case FieldKind::ID: return quoteJson(named(plain));
    case FieldKind::REF: return quoteJson(reference(row.refers, plain));
    case FieldKind::LIST_TEXT:
    case FieldKind::LIST_ENUM: return list(same);
    case FieldKind::LIST_ID: return list([&](const std::string& item) { return named(item); });
    case FieldKind::LIST_REF: return list([&](const std::string& item) { return reference(row.refers, item); });
    case FieldKind::STRUCT: return plain == "{}" ? "{}" : quoteJson(plain);
    case FieldKind::LIST_STRUCT: return plain == "[]" ? "[]" : quoteJson(plain);
    default: return plain == "true" || plain == "false" || wholeNumber(plain) ? plain : quoteJson(plain);
  }
}

namespace {

Caller callerOf(const std::string& actor, const CaseNames& names, const std::string& who) {
  const size_t colon = actor.find(':');
  if (actor == "nobody") return {};
  if (actor == "operator") return {R"("operator":null)", "operation"};
  if (colon == actor.npos) {
    const auto purpose = names.purposes.find(actor);
    return {R"("staff":{"commission":)" + quoteJson(who) + "}", purpose == names.purposes.end() ? "" : purpose->second};
  }
  const auto kind = actor.substr(0, colon);
  const bool isPerson = kind == "patient" || kind == "guardian";
  return {quoteJson(kind) + ":" + quoteJson(who), isPerson ? "patientAccess" : ""};
}

}  // namespace

namespace {
// The salt goes with the name of the approval: both lines know it.
std::string saltOf(const std::string& approval) { return "salt-" + approval; }
}  // namespace

// A command under way: its own fields, the chosen member's, and how the actor logged in.
struct CaseTree {
  Tree own, body, login;
};

// One `field=value`: into the member when it has such a field, else into the command or the login.
void CaseSpeaker::setField(CaseTree& command, const std::string& kind, const std::string& word) {
  const size_t equals = word.find('=');
  KJ_REQUIRE(equals != std::string::npos, "field=value", word);
  const auto parts = partsOf(word.substr(0, equals));
  const auto& commandTable = intake::structTable<schema::Command>();
  const auto& loginTable = intake::structTable<schema::Caller::Authentication>();
  const FieldRow* member = findField(commandTable, kind);
  const StructTable* table = member != nullptr ? member->nested : nullptr;
  Tree* at = &command.body;
  if (table == nullptr || findField(*table, parts[0]) == nullptr) {
    const FieldRow* own = findField(commandTable, parts[0]);
    if (own != nullptr && own->discriminant == intake::NOT_IN_UNION) {
      at = &command.own;
      table = &commandTable;
    } else if (findField(loginTable, parts[0]) != nullptr) {
      at = &command.login;
      table = &loginTable;
    }
  }
  const FieldRow* row = nullptr;
  for (const auto& part : parts) {
    if (wholeNumber(part) && row != nullptr && row->kind == FieldKind::LIST_STRUCT) {
      at->isList = true;
    } else {
      row = table != nullptr ? findField(*table, part) : nullptr;
      table = row != nullptr ? row->nested : nullptr;
    }
    at = &at->child(part);
  }
  const std::string given = word.substr(equals + 1);
  at->leaf = row != nullptr ? value(*row, given) : quoteJson(unquoted(given));
}

// A commission's first purpose is what its holder acts for when nothing else is said.
void CaseSpeaker::rememberPurpose(const std::vector<std::string>& words) {
  std::string commission, purposes;
  for (const auto& word : words) {
    if (word.starts_with("commission=")) commission = word.substr(11);
    if (word.starts_with("purposes=")) purposes = word.substr(9);
  }
  const auto all = itemsOf(purposes);
  if (!commission.empty() && !all.empty()) names.purposes[commission] = all[0];
}

// What a second person says yes to: `of="anna dispose P1 reason='så här'"`, the command that will come with
// `approval=` the same name.
std::string CaseSpeaker::digestOf(std::string of, const std::vector<std::string>& words, size_t number) {
  std::string name;
  for (const auto& word : words)
    if (word.starts_with("approvalId=")) name = word.substr(11);
  std::replace(of.begin(), of.end(), '\'', '"');
  CaseLine approved;
  approved.number = number;
  const auto clock = std::find_if(words.begin(), words.end(), [](const auto& word) { return clockTime(word); });
  approved.text = *clock + " " + of;
  const CaseCommand said = say(approved);
  capnp::MallocMessageBuilder message;
  auto command = message.initRoot<schema::Command>();
  KJ_REQUIRE(!intake::decodeCommand(said.json, command), "what is approved must be a command", of);
  return toHex(Bytes(intake::approvalDigest(command.asReader(), saltOf(name))));
}

CaseCommand CaseSpeaker::say(const CaseLine& line) {
  KJ_CONTEXT("case line", line.number, line.text);
  const auto words = wordsOf(line.text);
  size_t next = 0;
  now = takeTime(words, next);
  KJ_REQUIRE(next + 2 <= words.size(), "TIME ACTOR KIND");
  const std::string actor = words[next++], kind = words[next++];

  CaseTree tree;
  SeededRandom random(0x11a5e + ++count);
  tree.own.child("id").leaf = quoteJson(uuidText(drawUuid7(now, random)));
  tree.own.child("at").leaf = quoteJson(stampText(now));
  const size_t colon = actor.find(':');
  const auto who = reference(schema::RefKind::PERSON, colon == actor.npos ? actor : actor.substr(colon + 1));
  const auto caller = callerOf(actor, names, who);
  const bool isStaff = colon == actor.npos && actor != "operator" && actor != "nobody";
  const bool isPerson = actor.starts_with("patient:") || actor.starts_with("guardian:");
  if (isStaff || isPerson) {
    tree.login.child("method").leaf = quoteJson(isStaff ? "smartCard" : "mobileEid");
    tree.login.child("level").leaf = "3";
  }
  if (!caller.purpose.empty()) tree.own.child("purpose").leaf = quoteJson(caller.purpose);
  if (next < words.size() && words[next].find('=') == std::string::npos) {
    tree.own.child("patient").leaf = quoteJson(reference(schema::RefKind::PERSON, unquoted(words[next++])));
  }
  std::string client = actor.starts_with("system:") ? "feed:cases" : "cases";
  for (; next < words.size(); ++next) {
    if (words[next].starts_with("client=")) {
      client = words[next].substr(7);
    } else if (kind == "giveApproval" && words[next].starts_with("of=")) {
      tree.body.child("digest").leaf = quoteJson(digestOf(unquoted(words[next].substr(3)), words, line.number));
    } else {
      setField(tree, kind, words[next]);
      if (words[next].starts_with("approval="))
        tree.own.child("approvalSalt").leaf = quoteJson(saltOf(words[next].substr(9)));
    }
  }

  std::string callerJson = caller.json;
  if (!tree.login.children.empty()) {
    callerJson += std::string(callerJson.empty() ? "" : ",") + "\"authentication\":" + tree.login.json();
  }
  if (!callerJson.empty()) tree.own.child("actor").leaf = "{" + callerJson + "}";
  tree.own.child(kind).leaf = tree.body.json();
  if (kind == "syncCommission") rememberPurpose(words);
  return {now, tree.own.json(), client};
}

}  // namespace liggare::test
