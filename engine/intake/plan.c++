#include "engine/intake/plan.h"

#include "engine/intake/canonical.h"

namespace liggare::intake {
namespace {

using capnp::AnyPointer;
using capnp::AnyStruct;
using RefVisit = std::function<void(schema::Ref::Builder, schema::RefKind)>;

// Pointer fields that are in force, by slot: those outside the union and the member that is set.
template <typename Function>
void eachPointer(const StructTable& table, AnyStruct::Builder& from, Function visit) {
  auto pointers = from.getPointerSection();
  const auto* member = activeMember(table, from.getDataSection());
  if (member != nullptr && !isPointer(member->kind)) member = nullptr;
  for (const auto* row : table.common) {
    if (member != nullptr && member->slot < row->slot) {
      visit(*member, pointers[member->slot]);
      member = nullptr;
    }
    visit(*row, pointers[row->slot]);
  }
  if (member != nullptr) visit(*member, pointers[member->slot]);
}

void visitRefs(const StructTable& table, AnyStruct::Builder from, const RefVisit& visit) {
  eachPointer(table, from, [&](const FieldRow& row, AnyPointer::Builder pointer) {
    if (pointer.isNull()) return;
    if (row.kind == FieldKind::REF) {
      visit(pointer.getAs<schema::Ref>(), row.refers);
    } else if (row.kind == FieldKind::LIST_REF) {
      for (auto ref : pointer.getAs<capnp::List<schema::Ref>>()) visit(ref, row.refers);
    } else if (row.kind == FieldKind::STRUCT && row.nested->holdsRefs) {
      visitRefs(*row.nested, pointer.getAs<AnyStruct>(), visit);
    } else if (row.kind == FieldKind::LIST_STRUCT && row.nested->holdsRefs) {
      for (auto each : pointer.getAs<capnp::AnyList>().as<capnp::List<AnyStruct>>())
        visitRefs(*row.nested, each, visit);
    }
  });
}

void draw(schema::Id::Builder id, Random& random, Micros at) {
  if (id.getHi() != 0 || id.getLo() != 0) return;
  const auto drawn = drawUuid7(at, random);
  id.setHi(getBe64(drawn.data()));
  id.setLo(getBe64(drawn.data() + 8));
}

void drawIn(const StructTable& table, AnyStruct::Builder from, Random& random, Micros at) {
  eachPointer(table, from, [&](const FieldRow& row, AnyPointer::Builder pointer) {
    if (row.isDrawn) {
      draw(pointer.isNull() ? pointer.initAs<schema::Id>() : pointer.getAs<schema::Id>(), random, at);
    } else if (row.kind == FieldKind::STRUCT && row.nested->holdsDrawn && !pointer.isNull()) {
      drawIn(*row.nested, pointer.getAs<AnyStruct>(), random, at);
    }
  });
}

kj::Array<capnp::word> copyOf(const Words& words) {
  auto copy = kj::heapArray<capnp::word>(words.size());
  memcpy(copy.asBytes().begin(), words.data(), words.size() * sizeof(uint64_t));
  return copy;
}

}  // namespace

void forEachRef(schema::Command::Builder command, const RefVisit& visit) {
  visitRefs(structTable<schema::Command>(), AnyStruct::Builder(kj::mv(command)), visit);
}

void fillDrawn(schema::Command::Builder command, Random& random, Micros at) {
  drawIn(structTable<schema::Command>(), AnyStruct::Builder(kj::mv(command)), random, at);
}

void appendBodyDigestInput(Words& to, schema::Command::Builder command) {
  CanonicalWriter(to, Texts::AS_GIVEN, Origin::OUR_BUILDER).message(structTable<schema::Command>(), command.asReader());
}

kj::Array<capnp::word> bodyDigestInput(schema::Command::Reader command) {
  Words words;
  CanonicalWriter(words, Texts::AS_GIVEN).message(structTable<schema::Command>(), command);
  return copyOf(words);
}

kj::Array<capnp::word> reduce(schema::Command::Reader resolved) {
  Words words;
  CanonicalWriter(words, Texts::REDUCED).message(structTable<schema::Command>(), resolved);
  return copyOf(words);
}

namespace {

void writeAskTo(CanonicalWriter writer, schema::Command::Reader resolved, Bytes bodyDigest, std::string_view client) {
  const uint16_t pointers = !client.empty() ? 3 : !bodyDigest.empty() ? 2 : 1;
  const size_t at = writer.root(0, pointers);  // command @0, bodyDigest @1, client @2
  writer.structAt(at, structTable<schema::Command>(), resolved);
  writer.bytesAt(at + 1, bodyDigest, 0);
  writer.bytesAt(at + 2, asBytes(client), 1);
}

}  // namespace

void appendAsk(Words& to, schema::Command::Builder resolved, Bytes bodyDigest, std::string_view client) {
  writeAskTo({to, Texts::REDUCED, Origin::OUR_BUILDER}, resolved.asReader(), bodyDigest, client);
}

kj::Array<capnp::word> encodeAsk(schema::Command::Reader resolved, Bytes bodyDigest, std::string_view client) {
  Words words;
  writeAskTo({words, Texts::REDUCED}, resolved, bodyDigest, client);
  return copyOf(words);
}

}  // namespace liggare::intake
