#include "projections/access-log.h"

#include <kj/debug.h>
#include <algorithm>
#include <map>
#include <set>

#include "projections/gone.h"
#include "projections/opened.h"
#include "projections/swedish.h"

namespace liggare {
namespace {

using schema::ViewName;

// "staff=<uuid> from=<time>": what the law wrote about the read (codes and ids only).
std::string argument(const std::string& arguments, std::string_view name) {
  std::string wanted = std::string(name) + "=";
  for (size_t at = 0; at < arguments.size();) {
    size_t end = std::min(arguments.find(' ', at), arguments.size());
    std::string_view word = std::string_view(arguments).substr(at, end - at);
    if (word.starts_with(wanted)) return std::string(word.substr(wanted.size()));
    at = end + 1;
  }
  return {};
}

SubjectKey keyArgument(const std::string& arguments, std::string_view name) {
  SubjectKey key;
  if (auto read = parseUuid(argument(arguments, name))) key.bytes = *read;
  return key;
}

Micros timeArgument(const std::string& arguments, std::string_view name) {
  auto stamp = parseStamp(argument(arguments, name));
  return stamp ? stamp->at : 0;
}

LogPerspective perspectiveOf(ViewName view) {
  switch (view) {
    case ViewName::PATIENT_LOG: return LogPerspective::PATIENT;
    case ViewName::USER_LOG: return LogPerspective::USER;
    case ViewName::UNIT_LOG: return LogPerspective::UNIT;
    case ViewName::OWNER_LOG: return LogPerspective::OWNER;
    default: KJ_FAIL_REQUIRE("not a read of an access log", static_cast<uint16_t>(view));
  }
}

std::string roleOf(const Who& who) {
  switch (who.kind) {
    case Who::Kind::STAFF: {
      std::string title = who.title.empty() ? "medarbetare" : who.title;
      return who.function.empty() || who.function == who.title ? title : title + ", " + who.function;
    }
    case Who::Kind::PATIENT: return "Patienten själv";
    default: return who.name;
  }
}

std::vector<std::string> sorted(const std::set<std::string>& words) { return {words.begin(), words.end()}; }

// Kinds of the items shown: "anteckning, plan och koordineringsinsats".
std::set<std::string> classesShown(GoneWords& gone, const OpenedEvent& event, const SubjectKey& onlyOf = {}) {
  std::set<std::string> classes;
  for (auto& part : event.view.patients) {
    if (!part.isAccess()) continue;
    for (auto resource : part.getAccess().getResources()) {
      if (resource.getOutcome() != schema::AccessOutcome::ALLOW) continue;
      if (!onlyOf.isZero() && keyOf(resource.getProvider()) != onlyOf) continue;
      if (!resource.hasItem()) continue;
      const char* word = gone.word(resource.getPosition());
      classes.insert(word ? word : sv(resource.getItemClass()));
    }
  }
  return classes;
}

// What was looked at, in words that a patient understands.
std::string dataOf(const OpenedEvent& event, schema::AccessRecorded::Reader access,
                   const std::set<std::string>& classes) {
  std::string kinds = enumerated(sorted(classes));
  auto with = [&](const std::string& what) { return kinds.empty() ? what : what + ": " + kinds; };
  switch (access.getView()) {
    case ViewName::JOURNAL: return with("Patientjournalen");
    case ViewName::SHARED:
      if (bodyOf(event).isProviderNamesRevealed() || access.getStep() == schema::Step::NAMES)
        return "Vilka andra vårdgivare som har uppgifter";
      if (access.getStep() == schema::Step::FLAGS) return "Om det finns uppgifter hos andra vårdgivare";
      return with("Andra vårdgivares uppgifter");
    case ViewName::PATIENT_LOG: return "Patientens åtkomstlogg";
    case ViewName::SEARCH: return "Sökning på personnummer eller motsvarande";
    default: return sv(access.getView());
  }
}

// One perspective under way.
class LogPage {
 public:
  LogPage(Sources from, AccessLog& page) : sources(from), log(page), gone(from.events) {}

  // Log rows that the page may show: within the period, up to the read itself, and owned by `reader` unless it is zero.
  void collect(AccessBy by, std::span<const SubjectKey> subjects, const SubjectKey& reader) {
    const auto isShown = [&](const AccessIndexRow& row) {
      return row.position < log.head.size && (reader.isZero() || row.reader == reader);
    };
    const auto each = [&](const SubjectKey& subject, const std::function<void(const AccessIndexRow&)>& use) {
      sources.views.accesses(by, subject, log.from, log.to, [&](const AccessIndexRow& row) {
        if (isShown(row)) use(row);
        return true;
      });
    };
    if (subjects.size() == 1) return each(subjects.front(), [&](const AccessIndexRow& row) { add(row); });
    std::map<Position, AccessIndexRow> rows;  // in log order, once each: a joined patient's stand under every key
    for (const SubjectKey& subject : subjects)
      each(subject, [&](const AccessIndexRow& row) { rows.emplace(row.position, row); });
    for (auto& [position, row] : rows) add(row);
  }

  void collectOwner(const SubjectKey& owner) {
    std::map<std::pair<std::string, std::string>, OwnerLine> groups;
    sources.views.accesses(AccessBy::OWNER, owner, log.from, log.to, [&](const AccessIndexRow& row) {
      if (row.position < log.head.size && row.reader != owner) addOwner(groups, row, owner);
      return true;
    });
    for (auto& [key, line] : groups) log.owners.push_back(std::move(line));
  }

 private:
  std::optional<OpenedEvent> open(Position position) {
    auto event = sources.events.read(position, Open::WITH_TEXTS);
    return event && !event->destroyed ? std::move(event) : std::nullopt;
  }

  // A read of many items is recorded in several events: one line.
  bool isContinued(const OpenedEvent& event, schema::AccessRecorded::Reader access) {
    ThingId id = thingOf(access.getAccess());
    if (event.view.common.getIndexInCommand() == 0 || id.isZero() || !lineOf.count(id)) return false;
    AccessLine& line = log.lines[lineOf[id]];
    auto& classes = classesOf[id];
    classes.merge(classesShown(gone, event));
    line.data = dataOf(event, access, classes);
    line.shown += access.getShown();
    line.denied += access.getDenied();
    return true;
  }

  void add(const AccessIndexRow& row) {
    auto event = open(row.position);
    if (!event) return;
    auto access = accessOf(bodyOf(*event));
    if (isContinued(*event, access)) return;
    Who who = whoOf(*event, sources.directory);
    const ShownPolicy& policy = sources.directory.policy(row.reader);
    bool isDenied = access.getOutcome() == schema::AccessOutcome::DENY;
    bool isForPatient = log.perspective == LogPerspective::PATIENT;
    if (isForPatient && isDenied && !policy.showDenied) return;
    AccessLine line = lineFor(*event, access, who);
    bool mayName = sources.directory.commission(who.commission).shown == StaffName::Shown::FREELY;
    if (who.kind == Who::Kind::STAFF && mayName && (!isForPatient || policy.showStaffName)) line.staffName = who.name;
    if (!isForPatient) addForReview(line, *event, access, who);
    ThingId id = thingOf(access.getAccess());
    classesOf[id] = classesShown(gone, *event);
    lineOf[id] = log.lines.size();
    log.lines.push_back(std::move(line));
  }

  AccessLine lineFor(const OpenedEvent& event, schema::AccessRecorded::Reader access, const Who& who) {
    AccessLine line;
    line.position = event.view.position;
    line.at = event.view.recordedAt;
    line.provider = who.provider;
    line.unit = who.unit;
    line.who = roleOf(who);
    line.activity = sv(access.getAction());
    line.data = dataOf(event, access, classesShown(gone, event));
    line.purpose = sv(event.view.common.getPurpose());
    line.ground = sv(access.getGround());
    line.groundLaw = svLaw(access.getGround());
    line.shown = access.getShown();
    line.denied = access.getDenied();
    if (access.getOutcome() == schema::AccessOutcome::DENY) line.refusal = refusalNote(access.getCode());
    return line;
  }

  // domain §4.5: the employer's row. The patient stays masked; opening the mask would be a read of its own.
  void addForReview(AccessLine& line, const OpenedEvent& event, schema::AccessRecorded::Reader access, const Who& who) {
    line.hsaId = who.hsaId;
    line.commission = sources.directory.commission(who.commission).commission;
    SubjectKey patient = patientOf(event);
    if (!patient.isZero()) line.patientMasked = sources.directory.patient(patient, log.head.readAt).masked;
    line.activeDecision = textOf(event, schema::TextSlot::ACTIVE_DECISION);
    line.triggers = sources.views.triggersOf(thingOf(access.getAccess()));
    std::set<std::string> owners;
    for (auto& part : event.view.patients) {
      if (!part.isAccess()) continue;
      for (auto resource : part.getAccess().getResources()) {
        std::string unit = sources.directory.unit(keyOf(resource.getUnit())).name;
        std::string provider = sources.directory.provider(keyOf(resource.getProvider())).name;
        if (!provider.empty()) owners.insert(unit.empty() ? provider : unit + ", " + provider);
      }
    }
    line.owners = sorted(owners);
  }

  void addOwner(std::map<std::pair<std::string, std::string>, OwnerLine>& groups, const AccessIndexRow& row,
                const SubjectKey& owner) {
    auto event = open(row.position);
    if (!event) return;
    auto access = accessOf(bodyOf(*event));
    bool isShown = false;
    std::set<std::string> grounds;
    for (auto& part : event->view.patients) {
      if (!part.isAccess()) continue;
      for (auto resource : part.getAccess().getResources()) {
        if (keyOf(resource.getProvider()) != owner || resource.getOutcome() != schema::AccessOutcome::ALLOW) continue;
        isShown = true;
        grounds.insert(joined(sv(resource.getGround()), svLaw(resource.getGround())));
      }
    }
    if (!isShown) return;
    std::string reader = sources.directory.provider(row.reader).name;
    std::string patient = sources.directory.patient(patientOf(*event), log.head.readAt).masked;
    OwnerLine& line = groups[{reader, patient}];
    if (line.reads == 0) line = {reader, patient, row.at, row.at, 0, {}, {}};
    line.last = row.at;
    if (event->view.common.getIndexInCommand() == 0) ++line.reads;
    std::set<std::string> what = classesShown(gone, *event, owner);
    if (what.empty()) what.insert(access.getView() == ViewName::SHARED ? "vårdgivarens namn" : "åtkomstlogg");
    addTo(line.what, what);
    addTo(line.grounds, grounds);
  }

  static std::string joined(const std::string& ground, const std::string& law) {
    return law.empty() ? ground : ground + " (" + law + ")";
  }
  static void addTo(std::vector<std::string>& words, const std::set<std::string>& more) {
    std::set<std::string> all(words.begin(), words.end());
    all.insert(more.begin(), more.end());
    words.assign(all.begin(), all.end());
  }

  Sources sources;
  AccessLog& log;
  GoneWords gone;
  std::map<ThingId, size_t> lineOf;
  std::map<ThingId, std::set<std::string>> classesOf;
};

}  // namespace

AccessLog accessLog(Sources sources, std::span<const Position> reads) {
  RecordedRead read = openRead(sources, reads);
  auto access = accessOf(bodyOf(read.events.front()));
  std::string arguments = stringOf(access.getArguments());
  AccessLog log;
  log.head = read.head;
  log.perspective = perspectiveOf(access.getView());
  log.from = timeArgument(arguments, "from");
  log.to = timeArgument(arguments, "to");
  SubjectKey reader = log.head.reader.providerKey;  // zero: the patient, whose log is all of it
  LogPage page(sources, log);
  SubjectKey asked;
  switch (log.perspective) {
    case LogPerspective::PATIENT:
      log.ownOnly = !reader.isZero();
      if (!log.head.refusal) page.collect(AccessBy::PATIENT, log.head.patientKeys, reader);
      break;
    case LogPerspective::USER:
      asked = keyArgument(arguments, "staff");
      log.subject = sources.directory.staff(asked).name;
      if (!log.head.refusal) page.collect(AccessBy::ACTOR, std::span(&asked, 1), reader);
      break;
    case LogPerspective::UNIT:
      asked = keyArgument(arguments, "unit");
      log.subject = sources.directory.unit(asked).name;
      if (!log.head.refusal) page.collect(AccessBy::UNIT, std::span(&asked, 1), reader);
      break;
    case LogPerspective::OWNER:
      asked = keyArgument(arguments, "owner");
      if (asked.isZero()) asked = reader;
      log.subject = sources.directory.provider(asked).name;
      if (!log.head.refusal) page.collectOwner(asked);
      break;
  }
  return log;
}

}  // namespace liggare
