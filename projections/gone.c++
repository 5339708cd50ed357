#include "projections/gone.h"

namespace liggare {

const char* GoneWords::word(Position position) {
  auto event = events.read(position);
  if (!event || !event->destroyed) return nullptr;
  if (!decisions) {
    decisions.emplace();
    events.scanBook(streamId(StreamKind::SY, {}), 1, [&](const BookRow& row) {
      auto said = events.read(row.position);
      auto* fact = said ? std::get_if<DestroyedFact>(&said->entry.engine) : nullptr;
      for (size_t i = 0; fact && i < fact->positions.size(); ++i) (*decisions)[fact->positions[i]] = fact->decision;
      return true;
    });
  }
  auto found = decisions->find(position);
  auto decision = found == decisions->end() ? std::nullopt : events.read(found->second);
  const bool isDisposal = decision && decision->entry.isSealed() && !decision->destroyed &&
                          static_cast<schema::Body::Which>(decision->view.common.getKind()) ==
                              schema::Body::DISPOSAL_EXECUTED;
  return isDisposal ? "[gallrad]" : "[förstörd]";
}

}  // namespace liggare
