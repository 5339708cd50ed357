// Private to facts.c++ and its chapters: one event being told.
#pragma once

#include "projections/facts.h"
#include "schemas/event.capnp.h"

namespace liggare {

struct Telling {
  const OpenedEvent& event;
  Directory& directory;
  Account& account;
  std::vector<schema::TextSlot> used;  // slots that a fact has told

  std::string use(schema::TextSlot slot, uint16_t index = 0);
  std::vector<std::string> useAll(schema::TextSlot slot);
  void fact(std::string label, std::string value);  // nothing for an empty value
  void passage(std::string label, std::string text);
  void consultation(schema::Consultation::Reader consultation);
  std::string unitName(schema::Id::Reader id);  // empty for a zero key
  std::string providerName(schema::Id::Reader id);
  std::string staffName(schema::Id::Reader id);
};

std::string joinedBy(const std::vector<std::string>& words, std::string_view between);  // empty words left out
std::string listed(capnp::List<capnp::Text>::Reader texts);

void tellIdentity(Telling& telling, schema::Body::Reader body);
void tellCase(Telling& telling, schema::Body::Reader body);
void tellConsent(Telling& telling, schema::Body::Reader body);
void tellBlock(Telling& telling, schema::Body::Reader body);
void tellNote(Telling& telling, schema::Body::Reader body);  // notes, interventions, plans, information
void tellOutside(Telling& telling,
                 schema::Body::Reader body);  // external contacts, Försäkringskassan, disclosures, deviations
void tellRights(Telling& telling, schema::Body::Reader body);   // copies, certificates, objections, complaints
void tellPersons(Telling& telling, schema::Body::Reader body);  // merges, misfiled notes, handover, review

}  // namespace liggare
