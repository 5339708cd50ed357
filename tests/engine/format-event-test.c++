// Rebuilds the vectors of docs/format.md "Events" and compares them with tests/golden/format-0/event.txt and with the
// page.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "engine/books.h"
#include "engine/hash/sha256.h"
#include "engine/intake/json.h"
#include "engine/intake/plan.h"
#include "engine/intake/resolve.h"
#include "engine/law/chapter.h"
#include "engine/record.h"
#include "tests/support/paths.h"

namespace liggare {
namespace {

const std::string CLIENT = "journalsystem";
const std::string LINE =
    R"({"id":"01a19c00-0000-7000-8000-000000000001","actor":{"staff":{"commission":"SE2321000131-K002"},)"
    R"("authentication":{"method":"smartCard","level":3}},"purpose":"coordination","patient":"199006022397",)"
    R"("caseId":"01a19c00-0000-7000-8000-0000000000ca",)"
    R"("recordNote":{"noteId":"01a19c00-0000-7000-8000-0000000000aa","text":"Ringde upp.","template":"free"}})";

std::string readText(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

Bytes bytesOf(const kj::Array<capnp::word>& words) {
  auto b = words.asBytes();
  return {b.begin(), b.size()};
}

SubjectKey keyOf(uint8_t byte) {
  SubjectKey key;
  key.bytes.fill(byte);
  return key;
}

// What the decider would make of the line, with everything drawn made plain.
void fillEvent(schema::Event::Builder event) {
  auto common = event.initCommon();
  common.setKind(static_cast<uint16_t>(schema::Body::NOTE_RECORDED));
  common.setRuleSet(2);
  common.setPurpose(schema::Purpose::COORDINATION);
  common.setOccurredAt(1'793'600'000'000'000);
  law::set(common.initProvider(), keyOf(0x11));
  law::set(common.initUnit(), keyOf(0x22));
  auto staff = event.initActor().initStaff();
  law::set(staff.initPerson(), keyOf(0x33));
  law::set(staff.initCommission(), keyOf(0x44));
  auto part = event.initPatients(1)[0];
  law::set(part.initPatient(), keyOf(0x55));
  part.initBody().initNoteRecorded().setTemplate(schema::NoteTemplate::FREE);
  auto text = event.initTexts(1)[0];
  text.setSlot(schema::TextSlot::BODY);
  text.setText("Ringde upp.");
}

std::string vectors() {
  std::string out;
  auto add = [&](std::string_view name, Bytes bytes) {
    out.append(name).append(" = ").append(toHex(bytes)).append("\n");
  };
  capnp::MallocMessageBuilder message;
  auto command = message.initRoot<schema::Command>();
  EXPECT_FALSE(intake::decodeCommand(LINE, command));
  auto body = intake::bodyDigestInput(command.asReader());
  Hash digest = sha256(bytesOf(body));
  add("body digest input", bytesOf(body));
  add("body digest", digest);
  Hash client = sha256(asBytes(CLIENT));
  add("client key", Bytes(client).first(16));
  add("command tag", commandTag(Bytes(client).first(16), CommandId::from(law::thingId(command.getId().asReader()))));
  auto blind = [&](std::string_view name, std::string_view text, schema::RefKind kind) {
    auto read = intake::readReference(text, kind, 20'000, TestIds::REFUSED);
    EXPECT_TRUE(read);
    if (read) add(name, asBytes(read->blindInput));
  };
  blind("blind input, person", "19900602-2397", schema::RefKind::PERSON);
  blind("blind input, commission", "se2321000131-k002", schema::RefKind::COMMISSION);
  blind("blind input, region", "14", schema::RefKind::REGION);
  auto ask = intake::encodeAsk(command.asReader(), digest, CLIENT);
  add("ask", bytesOf(ask));
  Buffer packedAsk;
  packMessage(bytesOf(ask), packedAsk);
  add("part 5", packedAsk);

  capnp::MallocMessageBuilder made;
  auto event = made.initRoot<schema::Event>();
  fillEvent(event);
  EventParts parts;
  for (auto& part : parts.of(event, {}))
    add("part " + std::to_string(static_cast<int>(part.kind)), part.plaintext);
  Books books = booksOf(law::viewOf(event.asReader(), 0, 1'793'600'000'000'000, {}));
  add("stream", books.stream.stream);
  for (auto& book : books.others) add("book", book);
  return out;
}

TEST(FormatEvent, AskPartsTagsAndBooksAreByteFinal) {
  std::string text = vectors();
  std::string golden = test::sourceDir() + "/tests/golden/format-0/event.txt";
  if (test::updatesGoldens()) std::ofstream(golden, std::ios::binary) << text;
  EXPECT_EQ(text, readText(golden));
  EXPECT_NE(readText(test::sourceDir() + "/docs/format.md").find("```\n" + text + "```"), std::string::npos)
      << "the page shows other vectors than event.txt";
}

}  // namespace
}  // namespace liggare
