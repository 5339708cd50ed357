// An event as readers over plain memory: what evolve folds and what views retell.
#pragma once

#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/time.h"
#include "schemas/event.capnp.h"

namespace liggare::law {

// An opened event, wherever its parts lie: in a draft in memory, or decrypted from the log. Borrowed; lives as long as
// they do.
struct EventView {
  Position position = 0;
  Micros recordedAt = 0;
  EventId id;
  schema::Common::Reader common;
  schema::Actor::Reader actor;
  std::vector<schema::PatientPart::Reader> patients;
  capnp::List<schema::TextItem>::Reader texts;  // empty when not opened

  // The body, from common or from the first patient part; `none` when it stands in a part not opened.
  schema::Body::Reader body() const;
};
EventView viewOf(schema::Event::Reader event, Position position, Micros recordedAt, EventId id);

}  // namespace liggare::law
