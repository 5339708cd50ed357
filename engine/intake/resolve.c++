#include "engine/intake/resolve.h"

#include <map>

#include "engine/intake/plan.h"

namespace liggare::intake {
namespace {

void put(schema::Id::Builder into, Bytes sixteen) {
  into.setHi(getBe64(sixteen.data()));
  into.setLo(getBe64(sixteen.data() + 8));
}

ParsedIdentifier parse(std::string_view text, schema::RefKind kind, Days on, TestIds testIds) {
  switch (kind) {
    case schema::RefKind::PERSON: return parsePersonIdentifier(text, on);
    case schema::RefKind::REGION: return parseRegionCode(text);
    default: return parseHsaId(text, testIds);  // provider, unit, commission, staff
  }
}

}  // namespace

std::optional<ReadReference> readReference(std::string_view text, schema::RefKind kind, Days on, TestIds testIds) {
  const auto parsed = parse(text, kind, on, testIds);
  if (!parsed) return std::nullopt;
  ReadReference read{.identifier = *parsed, .blindInput = {}, .birthDay = birthDay(*parsed).value_or(0)};
  read.blindInput += {char(kind), char(parsed->kind)};
  read.blindInput += parsed->value;
  return read;
}

size_t Resolver::resolve(schema::Command::Builder command, Random& random, Micros at) {
  const Days on = swedishDay(at);
  std::map<IdentifierTag, SubjectKey> introduced;  // usually empty
  size_t unknown = 0;
  forEachRef(command, [&](schema::Ref::Builder ref, schema::RefKind kind) {
    const auto text = ref.asReader().getText();
    if (text.size() == 0) return ref.setState(schema::Ref::State::ABSENT);
    const auto entry = entryFor({text.begin(), text.size()}, kind, on);
    if (!entry) return ref.setState(schema::Ref::State::INVALID);
    ref.setKind(uint8_t(entry->read.identifier.kind));
    ref.setBirthDay(entry->read.birthDay);
    const std::string& normal = entry->read.identifier.value;  // who introduces it states it in this form
    if (std::string_view(text.begin(), text.size()) != normal) ref.setText(normal.c_str());
    put(ref.getTag(), entry->tag);
    if (entry->key) {
      put(ref.getKey(), *entry->key);
      return ref.setState(schema::Ref::State::KNOWN);
    }
    auto [place, isNew] = introduced.try_emplace(entry->tag);
    if (isNew) place->second = drawId<SubjectKey>(random);
    put(ref.getKey(), place->second);
    ref.setState(schema::Ref::State::UNKNOWN);
    ++unknown;
  });
  return unknown;
}

// The day counts for ten-digit numbers, so those are not kept; a twelve-digit one that was valid stays valid.
Resolver::EntryPtr Resolver::entryFor(std::string_view text, schema::RefKind kind, Days on) {
  std::string name;
  name.reserve(text.size() + 1);
  name += char(kind);
  name += text;
  EntryPtr cached;
  {
    const std::lock_guard lock(mutex);
    if (auto found = recent.find(name); found != recent.end()) {
      cached = found->second;
    } else if (found = older.find(name); found != older.end()) {
      cached = found->second;
    }
  }
  if (cached && cached->key) return cached;
  auto entry = std::make_shared<Entry>();
  if (cached) {
    *entry = *cached;
  } else {
    auto read = readReference(text, kind, on, world.testIds);
    if (!read) return nullptr;
    entry->read = std::move(*read);
    entry->tag = world.blind(asBytes(entry->read.blindInput));
  }
  entry->key = world.find(entry->tag);
  const bool dependsOnDay = kind == schema::RefKind::PERSON && (text.size() < 12 || text.find('|') != text.npos);
  if (!dependsOnDay && (!cached || entry->key)) keep(std::move(name), entry);
  return entry;
}

void Resolver::keep(std::string name, EntryPtr entry) {
  const std::lock_guard lock(mutex);
  if (recent.size() >= world.cacheEntriesMax / 2) {
    older = std::move(recent);
    recent.clear();
  }
  recent.insert_or_assign(std::move(name), std::move(entry));
}

void Resolver::forget() {
  const std::lock_guard lock(mutex);
  recent.clear();
  older.clear();
}

}  // namespace liggare::intake
