// What the engine does with a command before it is decided, besides resolving: finds its references, draws the ids it
// lacks, and makes the two byte forms that outlive it. All of it by the schema tables, none of it per kind: a new
// command needs nothing here.
#pragma once

#include <capnp/common.h>
#include <kj/array.h>

#include <functional>
#include <string_view>

#include "engine/base/bytes.h"
#include "engine/base/random.h"
#include "engine/base/time.h"
#include "engine/intake/canonical.h"
#include "schemas/annotations.capnp.h"
#include "schemas/command.capnp.h"

namespace liggare::intake {

// Stands in `ask` for a personal text that is present.
constexpr std::string_view PRESENT = "•";

// Calls `visit` for each Ref that was given, in the order of the schema's slots: actor, patient, then the body's.
void forEachRef(schema::Command::Builder command,
                const std::function<void(schema::Ref::Builder, schema::RefKind)>& visit);

// Every $drawn id of the chosen member that is zero gets a UUIDv7 of `at`; inside a consent given with an answer too,
// but only when there is one.
void fillDrawn(schema::Command::Builder command, Random& random, Micros at);

// Canonical bytes (one segment, with its root pointer) of a command as it came, before resolving and drawing. The
// digest of them tells a repeat from a reuse of the id. Only what the schema knows is in them; absent and empty are one
// thing.
kj::Array<capnp::word> bodyDigestInput(schema::Command::Reader command);
void appendBodyDigestInput(Words& to, schema::Command::Builder command);

// The command as decided, without a byte that is personal: every $personal text and every Ref's text is PRESENT or
// absent, lists keep their length. Canonical; read it with SegmentArrayMessageReader over one segment.
kj::Array<capnp::word> reduce(schema::Command::Reader resolved);

// The part ASK: the reduced command, the digest of its body, and who sent it, as canonical bytes of schema::Ask.
kj::Array<capnp::word> encodeAsk(schema::Command::Reader resolved, Bytes bodyDigest, std::string_view client);
void appendAsk(Words& to, schema::Command::Builder resolved, Bytes bodyDigest, std::string_view client);

}  // namespace liggare::intake
