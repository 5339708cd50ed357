// What somebody could have seen at a moment: the gate of then, asked today.
#include "engine/law/chapter.h"
#include "engine/replay.h"

namespace liggare {

namespace {

using schema::Ground;
using schema::Purpose;

// What is usually stated under a purpose.
std::vector<Ground> usualGrounds(Purpose purpose) {
  switch (purpose) {
    case Purpose::COORDINATION: return {Ground::CARE, Ground::WORK_NEED_ASSESSMENT};
    case Purpose::QUALITY_ASSURANCE: return {Ground::WORK_QUALITY};
    case Purpose::ADMINISTRATION: return {Ground::WORK_ADMIN};
    case Purpose::LOG_REVIEW: return {Ground::LOG_REVIEW};
    case Purpose::SUPERVISION: return {Ground::SUPERVISION};
    default: return {Ground::CARE};
  }
}

// A read of the whole journal, as that commission would have asked for it.
void fillRead(schema::Command::Builder command, const SubjectKey& commission, const SubjectKey& patient,
              Purpose purpose) {
  auto actor = command.initActor();
  auto who = actor.initStaff().initCommission();
  law::set(who.initKey(), commission);
  who.setState(schema::Ref::State::KNOWN);
  auto login = actor.initAuthentication();
  login.setMethod(schema::LoginMethod::SMART_CARD);
  login.setLevel(3);
  auto person = command.initPatient();
  law::set(person.initKey(), patient);
  person.setState(schema::Ref::State::KNOWN);
  command.setPurpose(purpose);
  command.initReadJournal();
}

bool isAboutWhoMayAct(law::RefusalCode code) {
  return code == law::RefusalCode::NOT_AUTHORISED || code == law::RefusalCode::STRONG_LOGIN_MISSING ||
         code == law::RefusalCode::RISK_ANALYSIS_MISSING || code == law::RefusalCode::UNKNOWN_THING;
}

}  // namespace

Position sizeAt(EventSource& source, Micros at) {
  Position low = 0, high = source.head();
  while (low < high) {
    Position middle = low + (high - low) / 2;
    if (source.read(middle, Open::FACTS)->entry.recordedAt <= at)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

CouldSee couldSee(EventSource& source, const SubjectKey& commission, const SubjectKey& patient, Micros at,
                  const law::Claim& stated) {
  CouldSee out;
  PastState past(source, sizeAt(source, at));
  const auto& rules = law::ruleSetAt(at);
  capnp::MallocMessageBuilder message;
  auto command = message.initRoot<schema::Command>();
  fillRead(command, commission, patient, Purpose::CARE);
  auto state = past.stateFor(command.asReader());
  auto* reader = state->commission(commission);
  auto* subject = state->patient(patient);
  if (!reader || !reader->exists) return out.whole = law::RefusalCode::NOT_AUTHORISED, out;
  auto* provider = state->provider(reader->provider);
  if (!provider || !subject) return out.whole = law::RefusalCode::UNKNOWN_THING, out;

  for (auto& item : subject->items) out.rows.push_back({item, {}, {}});
  law::RefusalCode first = law::RefusalCode::NONE;
  size_t mayAct = 0;
  for (Purpose purpose : reader->purposes) {
    command.setPurpose(purpose);
    auto asked = law::decideUnder(*state, command.asReader(), "", at, rules);
    if (asked.kind == law::Decision::Kind::REFUSED && isAboutWhoMayAct(asked.code)) {
      if (first == law::RefusalCode::NONE) first = asked.code;
      continue;
    }
    ++mayAct;
    law::ReaderFacts facts{*state, rules, *reader, *provider, purpose};
    auto grounds = stated.ground == Ground::NONE ? usualGrounds(purpose) : std::vector{stated.ground};
    for (Ground ground : grounds) {
      law::Claim claim = stated;
      claim.ground = ground;
      for (auto& row : out.rows) {
        if (row.answer.allowed()) continue;
        auto answer = law::gate(facts, *subject, row.item, claim, at);
        if (answer.allowed() || row.answer.code == law::RefusalCode::NONE) row.answer = answer, row.purpose = purpose;
      }
    }
  }
  if (mayAct == 0) {
    out.whole = first == law::RefusalCode::NONE ? law::RefusalCode::NOT_AUTHORISED : first;
    out.rows.clear();
  }
  return out;
}

}  // namespace liggare
