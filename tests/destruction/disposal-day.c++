#include "tests/destruction/disposal-day.h"

#include <kj/debug.h>

#include "engine/base/random.h"
#include "engine/hash/sha256.h"
#include "engine/intake/approval.h"
#include "engine/intake/json.h"

namespace liggare::test {

namespace {

const std::string ARCHIVIST = "SE2321000131-K010", SECOND = "SE2321000131-K011", COORDINATOR = "SE2321000131-K002",
                  STRANGER = "SE2321000131-K003";
const std::string JOURNAL_DISPOSAL = "3c5a61f0-0000-8000-8000-00000000d151",
                  LOG_DISPOSAL = "3c5a61f0-0000-8000-8000-00000000d152",
                  FIRST_YES = "3c5a61f0-0000-8000-8000-00000000a991",
                  SECOND_YES = "3c5a61f0-0000-8000-8000-00000000a992";
const std::string PATIENT_SAID = "19850706-2381";

// Decided, approved and executed, a minute apart.
void decideAndDispose(std::vector<std::string>& lines, const std::string& day, const std::string& patient,
                      const std::string& disposal, const std::string& yes, const std::string& what) {
  const std::string named = "{\"disposalId\":\"" + disposal + "\"";
  lines.push_back(spoken({ARCHIVIST, "administration", day + "T09:00:00+01:00",
                          "\"decideDisposal\":" + named + ",\"reference\":\"GALLRING-1\"," + what + "}", patient, ""}));
  const std::string execution = spoken({ARCHIVIST, "administration", day + "T09:02:00+01:00",
                                        "\"dispose\":" + named + "}", patient, yes, "salt"});
  lines.push_back(spoken({SECOND, "administration", day + "T09:01:00+01:00",
                          "\"giveApproval\":{\"approvalId\":\"" + yes + "\",\"digest\":\"" +
                              approvalOf(execution, "salt") + "\"}",
                          "", ""}));
  lines.push_back(execution);
}

}  // namespace

std::string spoken(const Spoken& said) {
  const Micros at = parseStamp(said.at).value().at;
  const std::string rest =
      "\"at\":\"" + said.at + "\",\"purpose\":\"" + said.purpose + "\"," +
      (said.patient.empty() ? "" : "\"patient\":\"" + said.patient + "\",") +
      (said.approval.empty() ? "" : "\"approval\":\"" + said.approval + "\",\"approvalSalt\":\"" + said.salt + "\",") +
      "\"actor\":{\"staff\":{\"commission\":\"" + said.commission +
      "\"},\"authentication\":{\"method\":\"smartCard\",\"level\":3}}," + said.act;
  SeededRandom random(getBe64(Bytes(sha256(asBytes(rest))).data()));
  return "{\"id\":\"" + uuidText(drawUuid7(at, random)) + "\"," + rest + "}";
}

std::string approvalOf(const std::string& command, const std::string& salt) {
  capnp::MallocMessageBuilder message;
  auto decoded = message.initRoot<schema::Command>();
  KJ_REQUIRE(!intake::decodeCommand(command, decoded), "what is approved must be a command", command);
  return toHex(Bytes(intake::approvalDigest(decoded.asReader(), salt)));
}

size_t disposalBeginsAfter() { return executingLine() - 4; }

DisposalDay disposalDay() {
  DisposalDay day;
  auto reads = [&](const std::string& who, const std::string& at, const std::string& items) {
    day.lines.push_back(spoken({who, "coordination", at, "\"readJournal\":{" + items + "}", PATIENT_SAID, ""}));
  };
  reads(COORDINATOR, "2026-11-02T23:59:00+01:00", "");
  reads(COORDINATOR, "2026-11-03T00:00:00+01:00", "");
  decideAndDispose(day.lines, "2036-11-02", PATIENT_SAID, JOURNAL_DISPOSAL, FIRST_YES,
                   std::string("\"what\":\"journal\",\"items\":[\"") + NOTE_1 + "\"]");
  day.ofJournal = day.lines.size() - 1;
  decideAndDispose(day.lines, "2036-11-04", "", LOG_DISPOSAL, SECOND_YES,
                   "\"what\":\"accessLog\",\"before\":\"2026-11-03\"");
  day.ofLog = day.lines.size() - 1;
  return day;
}

}  // namespace liggare::test
