// What things and people are called: the directory's rows say where, and the log says what. Names are opened when they
// are shown and live only as long as this object.
#pragma once

#include <map>
#include <string>

#include "projections/views.h"

namespace liggare {

struct UnitName {
  std::string name, hsaId;
  SubjectKey provider;
};
struct ProviderName {
  std::string name, hsaId;
};
struct StaffName {  // of one commission
  std::string name, title, function, hsaId, commission;
  SubjectKey person, unit;
  enum class Shown : uint8_t { FREELY, PROTECTED } shown = Shown::FREELY;  // HSA: a member of staff who is protected
};
struct PatientName {
  std::string name;        // empty when no feed has told it
  std::string identifier;  // 19121212-1212
  std::string masked;      // ******1212
  bool secrecyMark = false;
  bool protectedRegistration = false;
  std::optional<Days> died;
};
// How a provider shows its log (the law's own defaults when nothing was decided).
struct ShownPolicy {
  bool showStaffName = false;
  bool showDenied = false;
  uint16_t lateHours = 24;
};

// Threads   one. A name that nobody has told is an empty string: a page says so in its own words.
class Directory {
 public:
  Directory(const Views& rows, EventSource& log) : views(rows), source(log) {}

  const ProviderName& provider(const SubjectKey& key);
  const UnitName& unit(const SubjectKey& key);
  const StaffName& commission(const SubjectKey& key);
  const StaffName& staff(const SubjectKey& person);  // by the latest commission
  std::string region(const SubjectKey& key);         // "Region Skåne"
  const ShownPolicy& policy(const SubjectKey& provider);
  const PatientName& patient(const SubjectKey& key, Micros at);

 private:
  std::optional<OpenedEvent> open(Entitled what, const SubjectKey& key, Open parts = Open::FACTS);
  bool isProtectedAt(Entitled what, const SubjectKey& key, Micros at);

  const Views& views;
  EventSource& source;
  std::map<SubjectKey, ProviderName> providers;
  std::map<SubjectKey, UnitName> units;
  std::map<SubjectKey, StaffName> commissions;
  std::map<SubjectKey, ShownPolicy> policies;
  std::map<SubjectKey, PatientName> patients;
  std::map<SubjectKey, std::string> regions;
};

}  // namespace liggare
