// An add-checkpoint request from anywhere, to a witness that has cosigned 8 entries of a log of 21: whatever comes is
// answered by the protocol, and what is cosigned is that log's and continues what was.

#include <kj/debug.h>

#include <filesystem>

#include "engine/log/witness.h"
#include "tests/fuzz/mutators.h"
#include "tests/log/log-kit.h"
#include "tests/log/scratch.h"

using namespace liggare;

namespace {

class StoppedClock : public Clock {
 public:
  Micros now() override { return 1'790'000'000 * SECOND; }
};

struct World {
  Scratch place;
  ClearLines lines;
  Log log{memoryStore(), lines, emptyHead()};
  TestSigner logSigner{"liggare.test/fuzz", 7}, signer{"vittne.test/fuzz", 3};
  StoppedClock clock;
  std::unique_ptr<Witness> witness;
  std::string file = place.path() + "/w/logs/" + witnessedName("liggare.test/fuzz"), known;

  World() {
    LogKit kit(21);
    CommitBuilder commit(0, 1);
    for (int i = 0; i < 21; ++i) {
      EntryFields fields = kit.fields();
      auto bookLines = kit.lines(1);
      commit.add(fields, bookLines);
    }
    log.append(std::move(commit), Sync::YES);
    KJ_REQUIRE(!Witness::create(place.path() + "/w", cosignerKey(signer.verifierKey())).has_value());
    open();
    witness->trust(logSigner.verifierKey());
    auto first = witness->addCheckpoint(
        formatAddCheckpoint({0, {}, signCheckpoint({"liggare.test/fuzz", log.headAt(8), {}}, logSigner)}));
    KJ_REQUIRE(first.status == 200);
    known = Scratch::read(file);
  }
  void open() {
    witness.reset();
    auto opened = Witness::open(place.path() + "/w", signer, clock);
    KJ_REQUIRE(std::holds_alternative<std::unique_ptr<Witness>>(opened));
    witness = std::move(std::get<std::unique_ptr<Witness>>(opened));
  }
  void forget() {
    place.write("w/logs/" + witnessedName("liggare.test/fuzz"), known);
    open();
  }
};
World& world() {
  static World it;
  return it;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  auto request = parseAddCheckpoint(body);
  KJ_ASSERT(!request.has_value() || formatAddCheckpoint(*request) == body);
  auto lines = parseSignatureLines(body);
  KJ_ASSERT(!lines.has_value() || formatSignatureLines(*lines) == body);
  World& w = world();
  auto answer = w.witness->addCheckpoint(body);
  switch (answer.status) {
    case 400:
    case 403:
    case 404:
    case 422: break;
    case 409: KJ_ASSERT(answer.body == "8\n" && answer.contentType == WITNESS_SIZE_TYPE); break;
    case 200: {
      KJ_ASSERT(request.has_value() && request->oldSize == 8);
      auto head = w.witness->watched().at(0).head;
      KJ_ASSERT(head.has_value() && head->size >= 8 && head->size <= 21 && w.log.headAt(head->size) == *head,
                "cosigned what the log is not");
      w.forget();
      break;
    }
    default: KJ_FAIL_ASSERT("not an answer of the protocol", answer.status);
  }
  return 0;
}

LIGGARE_MUTATES(mutateLines)
