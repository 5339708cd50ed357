// A read is recorded item by item however long the journal is.
#include <gtest/gtest.h>

#include <fstream>

#include "engine/base/time.h"
#include "tests/support/demo-journal.h"
#include "tests/support/paths.h"

namespace liggare::test {
namespace {

constexpr size_t NOTES = 3'200;
constexpr Micros NEXT_DAY = 1'793'692'800'000'000;  // 2026-11-03 08:00 UTC, the day after the example's last

std::vector<std::string> exampleDay() {
  std::vector<std::string> lines;
  std::ifstream file(std::string(LIGGARE_SOURCE_DIR) + "/examples/region-day.ndjson");
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

std::string asked(size_t second, const std::string& members) {
  const Micros at = NEXT_DAY + static_cast<Micros>(second) * SECOND;
  SeededRandom random(second + 1);
  return "{\"id\":\"" + uuidText(drawUuid7(at, random)) + "\",\"at\":\"" + formatUtc(at) +
         "\",\"actor\":{\"staff\":{\"commission\":\"SE2321000131-U002\"},\"authentication\":{\"method\":\"smartCard\","
         "\"level\":3}},\"purpose\":\"coordination\",\"patient\":\"199006022397\"," +
         members + "}";
}

TEST(LongRead, RecordsEveryItemOfAJournalOfThousands) {
  TemporaryDirectory directory;
  DemoJournal demo(directory.path() + "/journal");
  demo.open();
  auto lines = exampleDay();
  demo.feed(lines, 0, lines.size());
  std::vector<std::string> notes;
  for (size_t i = 0; i < NOTES; ++i) notes.push_back(asked(i, R"("recordNote":{"template":"free","text":"Ringde."})"));
  for (auto& outcome : demo.feed(notes, 0, notes.size())) ASSERT_EQ(outcome.kind, Outcome::Kind::ACCEPTED);

  const Outcome read = demo.submit(asked(NOTES, R"("readJournal":{"claim":{"ground":"care"}})"));
  ASSERT_EQ(read.kind, Outcome::Kind::ACCEPTED) << read.reason;
  size_t shown = 0;
  for (Position p = read.receipt.position; p < read.receipt.position + read.receipt.events; ++p) {
    const auto event = demo.journal().read(p);
    ASSERT_TRUE(event);
    const auto body = event->view.body();
    if (body.isAccessRecorded()) shown += body.getAccessRecorded().getShown();
  }
  EXPECT_GE(shown, NOTES);
}

}  // namespace
}  // namespace liggare::test
