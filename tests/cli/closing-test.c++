// close and verify from outside, and a forger who writes with our own library and the operator's keys.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "engine/books.h"
#include "engine/journal-open.h"
#include "engine/log/closing.h"
#include "engine/record.h"
#include "tests/cli/program.h"
#include "tests/support/paths.h"

namespace liggare {
namespace {

using test::linesOf;
using test::runLiggare;

struct Closing : testing::Test {
  test::TemporaryDirectory place;
  std::string journal = place.path() + "/J";
  void SetUp() override {
    ASSERT_EQ(runLiggare({"init", journal, "--demo"}).code, 0);
    ASSERT_GT(linesOf(runLiggare({"append", journal, test::sourceDir() + "/examples/region-day.ndjson"}).out).size(),
              200u);
  }
  static void expectWords(const std::string& text, std::initializer_list<std::string> words) {
    for (auto& each : words) EXPECT_NE(text.find(each), text.npos) << each << "\n" << text;
  }
};

TEST_F(Closing, IsToldAndFoundAgain) {
  auto made = runLiggare({"close", journal});
  EXPECT_EQ(made.code, 0) << made.err;
  expectWords(made.out, {"Bokslut", "Böcker", "Rot", "Förra"});
  auto again = runLiggare({"close", journal, "--json"});
  EXPECT_EQ(again.code, 0) << again.err;
  expectWords(again.out, {"\"outcome\":\"unchanged\"", "\"previous\":0", "\"root\":\""});
  auto verified = runLiggare({"verify", journal, "--full"});
  EXPECT_EQ(verified.code, 0) << verified.out << verified.err;
  expectWords(verified.out, {"Bokslut", "1 av 1 räknade om ur raderna", "oförändrad"});
  EXPECT_EQ(runLiggare({"verify", journal, "--open"}).code, 0);
  expectWords(runLiggare({"tail", journal, "-n", "1"}).out, {"closing"});
}

// The journal's parts, opened by somebody who may do all that the engine may.
struct Forger {
  explicit Forger(const std::string& directory) {
    JournalOptions options;
    options.directory = directory;
    JournalFault fault{};
    parts = openParts(options, systemRandom(), fault);
    KJ_REQUIRE(parts != nullptr, fault.why.c_str());
  }
  std::unique_ptr<Opened> parts;

  // The first event of a kind whose payload puts it in some patient's access book.
  OpenedEvent someRead() {
    for (Position p = 0; p < parts->log->durableSize(); ++p) {
      auto event = parts->reader->read(p, Open::ALL);
      if (event && event->view.common.getKind() == uint16_t(schema::Body::ACCESS_RECORDED) &&
          !event->view.patients.empty())
        return std::move(*event);
    }
    KJ_FAIL_REQUIRE("nobody read anything");
  }

  // Records the same read once more, with the lines that `change` leaves.
  Position record(const OpenedEvent& read, const std::function<void(std::vector<Line>&)>& change) {
    Log& log = *parts->log;
    capnp::MallocMessageBuilder message;
    auto event = message.initRoot<schema::Event>();
    event.setCommon(read.view.common);
    event.setActor(read.view.actor);
    auto patients = event.initPatients(unsigned(read.view.patients.size()));
    for (unsigned i = 0; i < patients.size(); ++i) patients.setWithCaveats(i, read.view.patients[i]);
    EntryFields fields;
    fields.recordedAt = log.fields(log.durableSize() - 1).recordedAt;
    fields.eventId.bytes = drawUuid7(fields.recordedAt, systemRandom());
    Position at = log.appended().size;
    auto books = booksOf(law::viewOf(event.asReader(), at, fields.recordedAt, fields.eventId));
    std::vector<BookId> all{books.stream.stream};
    all.insert(all.end(), books.others.begin(), books.others.end());
    std::vector<Line> lines;
    for (auto& book : all) lines.push_back({book, parts->index->lastNumber(book) + 1, {}});
    parts->vault->ensureStreams(std::span(&books.stream, 1));
    auto leaf = parts->vault->leaf(books.stream.stream, lines.front().number);
    change(lines);
    EventParts inputs;
    SealRandom drawn;
    systemRandom().fill(drawn);
    Buffer sealed;
    Hash digest = sealInto(sealed, inputs.of(event, {}), leaf.key, drawn,
                           SealPlace{parts->file.origin, fields.eventId});
    CommitBuilder commit(at, parts->vault->version());
    commit.add(fields, lines, sealed, digest);
    parts->log->append(std::move(commit), Sync::YES);
    return at;
  }
  Position state(const ClosingFact& fact) {
    Position at = parts->log->appended().size;
    std::vector<EngineEvent> events;
    events.push_back({nullptr, fact});
    appendEngineEvents(*parts->log, *parts->vault, parts->file.origin, systemRandom(),
                       parts->log->fields(at - 1).recordedAt, events,
                       [&](const BookId& book) { return parts->index->lastNumber(book); });
    return at;
  }
  Hash countedRoot() {
    BookCount count;
    EXPECT_FALSE(countBooks(*parts->log, parts->log->durableSize(), count));
    return count.trie().root();
  }
};

struct Forged : Closing {
  static std::string first(Position position, const std::string& kind) {
    return "\"first\":{\"position\":" + std::to_string(position) + ",\"kind\":\"" + kind + "\"";
  }
  test::Ran full() { return runLiggare({"verify", journal, "--full", "--json"}); }
  test::Ran open() { return runLiggare({"verify", journal, "--open", "--json"}); }
};

// The control: what the forger does honestly is whole.
TEST_F(Forged, AReadRecordedInItsBooksIsWhole) {
  {
    Forger forger(journal);
    forger.record(forger.someRead(), [](auto&) {});
  }
  EXPECT_EQ(open().code, 0) << open().out;
}

// Numbers without gaps and a true closing over them: only who opens the event sees that a book misses it.
TEST_F(Forged, AReadLeftOutOfThePatientsAccessBookIsFoundByOpeningIt) {
  Position at = 0;
  {
    Forger forger(journal);
    auto read = forger.someRead();
    auto id = read.view.patients[0].getPatient();
    SubjectKey patient;
    putBe64(patient.bytes.data(), id.getHi());
    putBe64(patient.bytes.data() + 8, id.getLo());
    BookId access = accessBook(patient);
    at = forger.record(read, [&](std::vector<Line>& lines) {
      ASSERT_EQ(std::erase_if(lines, [&](const Line& line) { return line.book == access; }), 1u);
    });
    forger.state({forger.countedRoot(), at + 1, 0});
  }
  EXPECT_EQ(full().code, 0) << full().out;
  auto ran = open();
  EXPECT_EQ(ran.code, 5);
  expectWords(ran.out, {first(at, "lines"), "inte i just de böcker"});
}

TEST_F(Forged, ANumberGivenTwiceIsFoundAndNamed) {
  Position at = 0;
  {
    Forger forger(journal);
    at = forger.record(forger.someRead(), [](std::vector<Line>& lines) { --lines.back().number; });
  }
  auto ran = full();
  EXPECT_EQ(ran.code, 5);
  expectWords(ran.out, {first(at, "lines"), "given twice"});
  auto refused = runLiggare({"close", journal});
  EXPECT_EQ(refused.code, 5) << refused.err;
  expectWords(refused.err, {"position " + std::to_string(at)});
}

TEST_F(Forged, AnEntryThatSkipsANumberIsFoundAndNamed) {
  Position at = 0;
  {
    Forger forger(journal);
    at = forger.record(forger.someRead(), [](std::vector<Line>& lines) { ++lines.back().number; });
  }
  auto ran = full();
  EXPECT_EQ(ran.code, 5);
  expectWords(ran.out, {first(at, "lines"), "skips a number"});
}

TEST_F(Forged, AClosingWithAnotherRootIsFoundAndNamed) {
  Position at = 0;
  {
    Forger forger(journal);
    Hash root = forger.countedRoot();
    root.bytes[5] ^= 4;
    at = forger.state({root, forger.parts->log->durableSize(), 0});
  }
  auto ran = full();
  EXPECT_EQ(ran.code, 5);
  expectWords(ran.out, {first(at, "closing"), "another root"});
}

TEST_F(Forged, AClosingBesideTheChainIsFoundAndNamed) {
  ASSERT_EQ(runLiggare({"close", journal}).code, 0);
  Position at = 0;
  {
    Forger forger(journal);
    at = forger.state({forger.countedRoot(), forger.parts->log->durableSize(), 0});
  }
  auto ran = full();
  EXPECT_EQ(ran.code, 5);
  expectWords(ran.out, {first(at, "closing"), "does not name the one before it"});
}

// --- bundles ---

struct BundleFile : Closing {
  const std::string patient = "199006022397";
  std::string file = place.path() + "/utdrag.json";
  void SetUp() override {
    Closing::SetUp();
    ASSERT_EQ(runLiggare({"close", journal}).code, 0);
  }
  std::string key() {
    auto lines = linesOf(readAll(journal + "/LIGGARE"));
    return lines.at(2);
  }
  static std::string readAll(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  static void write(const std::string& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }
  test::Ran make(std::vector<std::string> more = {}) {
    std::vector<std::string> words{"bundle", journal, "--patient", patient, "--as", "patient", "--out", file};
    words.insert(words.end(), more.begin(), more.end());
    return runLiggare(words);
  }
  test::Ran check(std::vector<std::string> more = {}) {
    std::vector<std::string> words{"verify-bundle", file, "--key", key()};
    words.insert(words.end(), more.begin(), more.end());
    return runLiggare(words);
  }
};

TEST_F(BundleFile, OfAPatientsAccessLogIsWholeOnAnotherMachine) {
  auto made = make();
  ASSERT_EQ(made.code, 0) << made.err;
  std::string vkey = key();
  std::filesystem::remove_all(journal);
  std::filesystem::remove(journal + ".keys");
  auto ran = runLiggare({"verify-bundle", file, "--key", vkey});
  EXPECT_EQ(ran.code, 0) << ran.err;
  expectWords(ran.out, {"alla", "accessRecorded", "efter bokslutet", "stämmer"});
  EXPECT_EQ(readAll(file).find(patient), std::string::npos);
}

TEST_F(BundleFile, IsARecordedRead) {
  auto before = runLiggare({"verify", journal, "--json"}).out;
  ASSERT_EQ(make().code, 0);
  EXPECT_NE(runLiggare({"verify", journal, "--json"}).out, before);
  auto denied = runLiggare(
      {"bundle", journal, "--patient", patient, "--as", "SE2321000131-U001", "--purpose", "care", "--out", file + "2"});
  EXPECT_EQ(denied.code, 4) << denied.err;
  EXPECT_FALSE(std::filesystem::exists(file + "2"));
}

TEST_F(BundleFile, ChangedOrCutOrFromAnotherLogIsSaid) {
  ASSERT_EQ(make().code, 0);
  std::string honest = readAll(file);
  auto changed = honest;
  size_t at = changed.find("\"ciphertext\":\"", changed.find("\"key\":\"")) + 14;
  changed[at] = changed[at] == '0' ? '1' : '0';
  write(file, changed);
  auto ran = check();
  EXPECT_EQ(ran.code, 5);
  EXPECT_EQ(linesOf(ran.err).size(), 1u) << ran.err;
  expectWords(check({"--json"}).out, {"\"fault\":\"part\"", "\"entry\":0"});
  write(file, honest.substr(0, honest.size() / 2));
  EXPECT_EQ(check().code, 1);
  write(file, honest);
  EXPECT_EQ(check().code, 0);
  auto wrongKey =
      runLiggare({"verify-bundle", file, "--key", "log.example+891bac2d+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs"});
  EXPECT_EQ(wrongKey.code, 5);
  EXPECT_EQ(runLiggare({"verify-bundle", file, "--key", "x"}).code, 3);  // neither a key nor a file
  EXPECT_EQ(runLiggare({"verify-bundle", file + "?", "--key", key()}).code, 3);
}

TEST_F(BundleFile, APartOfTheBookIsSaidToBeAPart) {
  ASSERT_EQ(make({"--to", "2"}).code, 0);
  auto ran = check();
  EXPECT_EQ(ran.code, 7) << ran.out;
  expectWords(ran.out, {"en del av boken", "alla nycklar som har slagits samman"});
}

// Everything else there are books of, as a reviewer of the provider gets it.
TEST_F(BundleFile, OfEveryKindIsWholeAndSaysWhose) {
  const std::vector<std::vector<std::string>> asked = {
      {"--user", "SE2321000131-P004"}, {"--unit", "SE2321000131-BJORKEN"}, {"--owner", "SE2321000131-VG01"},
      {"--review"},                    {"--governance"},                   {"--commission", "SE2321000131-U007"},
      {"--region", "14"}};
  for (auto& subject : asked) {
    SCOPED_TRACE(subject[0]);
    std::filesystem::remove(file);
    std::vector<std::string> words{"bundle", journal, "--out", file, "--as", "SE2321000131-U007"};
    words.insert(words.end(), {"--purpose", "logReview", "--ground", "logReview", "--reason", "Stickprov"});
    words.insert(words.end(), subject.begin(), subject.end());
    auto made = runLiggare(words);
    ASSERT_EQ(made.code, 0) << made.err;
    auto ran = check({"--json"});
    EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
    expectWords(ran.out, {"\"whole\":true", "\"subject\":\"bound\""});
    std::filesystem::remove(file);
    if (subject.size() > 1 && subject[0] != "--commission" && subject[0] != "--region") {
      words[0] = "access-log";
      words[2] = "--proof";
      made = runLiggare(words);
      ASSERT_EQ(made.code, 0) << made.err;
      EXPECT_EQ(check().code, 0);
    }
  }
  auto denied = runLiggare({"bundle", journal, "--governance", "--as", "patient", "--out", file + "2"});
  EXPECT_NE(denied.code, 0);
  EXPECT_FALSE(std::filesystem::exists(file + "2"));
}

TEST_F(BundleFile, OfABookByItsIdSaysNobodysNameAndOpensNothing) {
  ASSERT_EQ(make().code, 0);
  auto json = check({"--json"}).out;
  std::string id = json.substr(json.find("\"book\":\"") + 8, 32);
  std::filesystem::remove(file);
  auto made = runLiggare({"prove", journal, "--book", id, "--as", "SE2321000131-U007", "--purpose", "logReview",
                          "--ground", "logReview", "--reason", "Stickprov", "--out", file});
  ASSERT_EQ(made.code, 0) << made.err;
  EXPECT_EQ(readAll(file).find("\"key\":\""), std::string::npos);
  EXPECT_EQ(check().code, 6);
  EXPECT_EQ(check({"--book", id}).code, 0);
  EXPECT_EQ(runLiggare({"prove", journal, "--book", id.substr(1), "--as", "SE2321000131-U007", "--out", file}).code, 2);
  EXPECT_EQ(runLiggare({"prove", journal, "--book", id, "--as", "patient", "--out", file + "2"}).code, 4);
}

TEST_F(BundleFile, CarriesTheAuditorsWhoCountedTheClosingAgain) {
  const std::string auditor = place.path() + "/rev.keys", policy = place.path() + "/rev.policy";
  auto key = runLiggare({"attest", "init", "--auditor", auditor, "--name", "revisor.test/a"});
  ASSERT_EQ(key.code, 0) << key.err;
  write(policy, "witness a " + linesOf(key.out).at(0) + "\nquorum a\n");
  ASSERT_EQ(make().code, 0);
  EXPECT_EQ(check({"--auditors", policy}).code, 6) << "nobody has";
  auto signedNote = runLiggare({"attest", "sign", journal, "--auditor", auditor, "--name", "revisor.test/a"});
  ASSERT_EQ(signedNote.code, 0) << signedNote.err;
  expectWords(signedNote.out, {"liggare-closing/v1", "— revisor.test/a "});
  expectWords(runLiggare({"attest", "show", journal, "--auditors", policy}).out, {"revisor.test/a", "prövade: a"});
  std::filesystem::remove(file);
  ASSERT_EQ(make().code, 0);
  auto ran = check({"--auditors", policy});
  EXPECT_EQ(ran.code, 0) << ran.out;
  expectWords(ran.out, {"Revisorer      a "});
  expectWords(check().out, {"inte prövade"});
  // On another copy of the journal, the signature is added by whoever gets it.
  const std::string note = place.path() + "/rev.note";
  write(note, signedNote.out);
  std::filesystem::remove_all(journal + "/attestations");
  EXPECT_EQ(runLiggare({"attest", "add", journal, "--note", note, "--auditors", policy}).code, 0);
  EXPECT_EQ(readAll(journal + "/attestations/" + std::string(17, '0') + "379.note"), signedNote.out);
  auto forged = signedNote.out;
  forged[forged.size() - 6] = forged[forged.size() - 6] == 'A' ? 'B' : 'A';
  write(note, forged);
  EXPECT_EQ(runLiggare({"attest", "add", journal, "--note", note, "--auditors", policy}).code, 5);
  EXPECT_EQ(runLiggare({"verify", journal, "--full"}).code, 0);
  EXPECT_EQ(runLiggare({"doctor", journal}).code, 0);
}

TEST_F(Forged, AClosingWithAnotherRootIsNotSignedByAnAuditor) {
  {
    Forger forger(journal);
    Hash root = forger.countedRoot();
    root.bytes[5] ^= 4;
    forger.state({root, forger.parts->log->durableSize(), 0});
  }
  const std::string auditor = place.path() + "/rev.keys";
  ASSERT_EQ(runLiggare({"attest", "init", "--auditor", auditor, "--name", "revisor.test/a"}).code, 0);
  EXPECT_EQ(runLiggare({"attest", "sign", journal, "--auditor", auditor, "--name", "revisor.test/a"}).code, 5);
  EXPECT_FALSE(std::filesystem::exists(journal + "/attestations"));
}

TEST_F(BundleFile, ContinuesACheckpointThatIsKnown) {
  std::string known = place.path() + "/känd";
  write(known, runLiggare({"checkpoint", journal}).out);
  ASSERT_EQ(make().code, 0);
  EXPECT_EQ(check({"--checkpoint", known}).code, 6);
  std::filesystem::remove(file);
  ASSERT_EQ(make({"--since", known}).code, 0);
  EXPECT_EQ(check({"--checkpoint", known}).code, 0);
}

TEST_F(BundleFile, ComesWithTheAccessLogToo) {
  auto ran = runLiggare({"access-log", journal, "--patient", patient, "--as", "patient", "--proof", file});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_FALSE(ran.out.empty());
  EXPECT_EQ(check().code, 0);
  EXPECT_EQ(runLiggare({"access-log", journal, "--patient", patient, "--as", "patient", "--proof", file}).code, 1)
      << "an existing file is not written over";
  EXPECT_EQ(runLiggare({"access-log", journal, "--patient", patient, "--as", "patient", "--from", "2026-11-01",
                        "--proof", file + "2"})
                .code,
            2)
      << "a read that was recorded as less discloses no more";
}

}  // namespace
}  // namespace liggare
