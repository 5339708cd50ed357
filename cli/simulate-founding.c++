// The day before: providers, units, staff, and what regions and performers have agreed.
#include <kj/debug.h>

#include "cli/simulate-steps.h"

namespace liggare::simulation {

Line& Writer::addCommission(const Provider& provider, const Staff& staff, const std::string& unit,
                            std::string_view title, std::string_view purpose, std::string_view rights) {
  line.open("syncCommission")
      .put("commission", staff.commission)
      .put("provider", provider.hsaId)
      .put("staff", staff.person);
  line.put("name", staff.name).put("title", title).put("function", title).put("unit", unit);
  line.name("purposes").raw("[\"").raw(purpose).raw("\"]").name("rights").raw(rights);
  finish();
  return line;
}

void Writer::addAuthorisation(const Provider& provider, const Staff& staff) {
  line.open("grantAuthorisation").put("authorisationId", draw()).put("commission", staff.commission);
  line.put("analysisId", provider.analysis).put("provider", provider.hsaId);
  finish();
}

void Writer::addStaff(const Provider& provider, const Staff& staff, const std::string& unit, std::string_view title,
                      std::string_view purpose, std::string_view rights) {
  asStaff(provider.manager, "administration");
  addCommission(provider, staff, unit, title, purpose, rights);
  asStaff(provider.manager, "administration");
  addAuthorisation(provider, staff);
}

// Where its manager and its reviewer sit.
const Unit& Writer::firstUnit(const Provider& provider) const {
  for (const Unit& unit : region.units)
    if (&region.providers[unit.provider] == &provider) return unit;
  KJ_FAIL_ASSERT("a provider without units");
}

// The operator's part: the provider and its first analysis, commission and authorisation.
void Writer::addProvider(Provider& provider) {
  asOperator()
      .open("registerProvider")
      .put("provider", provider.hsaId)
      .put("name", provider.name)
      .put("kind", provider.kind);
  line.put("region", provider.region).put("orgNumber", provider.orgNumber);
  finish();
  provider.analysis = draw();
  asOperator()
      .open("adoptRiskAnalysis")
      .put("analysisId", provider.analysis)
      .put("provider", provider.hsaId)
      .number("version", 1);
  line.raw(",\"roles\":[\"koordinator\",\"läkare\",\"verksamhetschef\",\"logggranskare\"]")
      .dayStart("reviewBy", day->date + 3650);
  finish();
  asOperator();
  addCommission(provider, provider.manager, firstUnit(provider).hsaId, "verksamhetschef", "administration",
                "[\"govern\",\"annul\",\"register\",\"read\"]");
  asOperator();
  addAuthorisation(provider, provider.manager);
}

void Writer::foundRegion(std::vector<Provider>& providers, const std::string& home, const std::string& neighbour) {
  for (Provider& provider : providers) addProvider(provider);
  for (const Unit& unit : region.units) {
    const Provider& provider = providers[unit.provider];
    asStaff(provider.manager, "administration")
        .open("registerUnit")
        .put("unit", unit.hsaId)
        .put("name", unit.name)
        .put("type", unit.type);
    finish();
    addStaff(provider, unit.coordinator, unit.hsaId, "rehabkoordinator", "coordination",
             "[\"read\",\"write\",\"register\"]");
    addStaff(provider, unit.physician, unit.hsaId, "läkare", "care", "[\"read\",\"write\",\"register\",\"lift\"]");
  }
  for (const Provider& provider : providers)
    addStaff(provider, provider.reviewer, firstUnit(provider).hsaId, "logggranskare", "logReview",
             "[\"read\",\"review\"]");
  for (size_t i : {HOME, NEIGHBOUR}) {
    asStaff(providers[i].manager, "administration").open("setSvodConnection").yes("connected");
    finish();
  }
  asStaff(providers[HOME].manager, "administration")
      .open("setRegionPolicy")
      .put("policyId", draw())
      .put("region", home)
      .yes("preventiveAllowed")
      .number("moveGraceDays", 30);
  finish();
  asStaff(providers[HOME].manager, "administration")
      .open("recordContract")
      .put("contractId", draw())
      .put("region", home)
      .put("performer", providers[PRIVATE].hsaId);
  line.day("validFrom", day->date).put("reference", "Avtal om koordinering");
  finish();
  asStaff(providers[HOME].manager, "administration")
      .open("recordAgreement")
      .put("agreementId", draw())
      .put("homeRegion", neighbour)
      .put("performingRegion", home);
  line.day("validFrom", day->date).put("reference", "Regionernas överenskommelse");
  finish();
}

}  // namespace liggare::simulation
