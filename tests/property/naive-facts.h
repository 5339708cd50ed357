// A second reading of the law, apart from engine/law: what has happened stands in one plain list, and every question
// scans the whole of it. Written from the domain reference and docs/decisions/0006, to be compared with the real one.
//
// Slow, short and without cleverness on purpose. It shares the generated schemas and engine/base with the engine, and
// nothing else.
#pragma once

#include <string>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/time.h"
#include "schemas/command.capnp.h"
#include "schemas/event.capnp.h"

namespace liggare::naive {

using Id = uint64_t;  // the low half of an id; the worlds here never use the other. 0: nobody, nothing

inline Id idOf(schema::Id::Reader id) { return id.getLo(); }
inline bool isNamed(schema::Ref::Reader ref) { return ref.getState() != schema::Ref::State::ABSENT; }
// Whom a reference names, when it is somebody there is.
inline Id known(schema::Ref::Reader ref) {
  return ref.getState() == schema::Ref::State::KNOWN ? idOf(ref.getKey()) : 0;
}

enum class What {
  PROVIDER,    // provider, kind
  UNIT,        // unit, provider, yes: does investigations for insurance and nothing else
  COMMISSION,  // thing (commission), person, unit, provider, process, purposes, rights, from-to, patient: who they are
  COMMISSION_END,  // about (commission), from
  ANALYSIS,        // thing, provider, to: when it is to be reviewed
  AUTHORISATION,   // about (commission), target (analysis), from-to, thing
  REVOCATION,      // about (authorisation), from
  POLICY,          // provider, yes: an analysis past its review stops; kind: hours after which a reason is needed
  CONNECTION,      // provider, yes
  PATIENT,         // patient, kind: birth day, yes: it is known
  DEATH,           // patient, kind: the day
  CAPACITY,        // patient, thing, kind, from-to, yes: attitude clarified, no: objection assumed
  GUARDIAN,        // patient, person, yes: guardian, else another; no: document and decision are there; from-to
  RELATION,        // patient, thing, provider, unit, person, from-to
  RELATION_END,    // about, from
  CASE,            // patient, thing, provider, unit, from
  CASE_END,        // about, from
  NEED,            // patient, about (case), from: when it was assessed, kind: under the law or preventive
  EVIDENCE,        // patient, provider, from-to: days, the last one whole
  CONTACT,         // patient, thing, person, unit, provider, from, about (case)
  CONTACT_END,     // about, from
  ITEM,            // patient, thing, position, kind: class, provider, unit, process, target: the block it is about,
                   // no: only notes that the patient was informed (SVOD 2:2)
  INFORMED,        // patient, provider
  AVAILABLE,       // patient, thing, provider, about (the capacity): shared although the patient was not informed
  AVAILABLE_END,   // about, from
  CONSENT,         // patient, thing, provider, kind, from-to, given, unit, person, about: the block, words: the scope
  WITHDRAWAL,      // about (consent), from
  ANNULMENT,       // about (consent)
  BLOCK,           // patient, thing, kind: type, provider, unit, process, list: classes left open,
                   // from-to: when the information was registered
  BLOCK_END,       // about
  LIFT,      // patient, thing, about (block), kind: reason, unit, person, target: another provider, to, list: items
  LIFT_END,  // about (lift)
  REVEALED,  // patient, provider
  NAMES,     // patient, provider, kind: ground
  OUTER_REQUEST,  // patient, thing, provider: who asks, target: whose block
  OUTER_ANSWER,   // about (request), yes: granted
};

// One thing that happened. Which members say something stands at What.
struct Fact {
  What what{};
  Micros at = 0;  // recordedAt
  Id thing = 0, about = 0, target = 0;
  Id patient = 0, provider = 0, unit = 0, person = 0;
  Micros from = 0, to = 0, given = 0;
  int64_t kind = 0;
  bool yes = false, no = false;
  Position position = 0;
  std::string process, words;
  std::vector<Id> list;
  std::vector<schema::Purpose> purposes;
  std::vector<schema::Right> rights;

  bool lasts(Micros t) const { return from <= t && (to == 0 || t < to); }
};

using Facts = std::vector<Fact>;

// What an accepted command and its events leave to remember. Consents, blocks and lifts are remembered from the command
// alone; what surrounds them, and which items a journal has, from the events.
void remember(Facts& facts, schema::Command::Reader command, Micros at);
void remember(Facts& facts, schema::Event::Reader event, Position position, Id eventId, Micros at);

}  // namespace liggare::naive
