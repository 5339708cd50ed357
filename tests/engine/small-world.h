// A demo journal in a temporary directory, and a handful of command lines.
#pragma once

#include <kj/debug.h>

#include <filesystem>

#include "engine/journal.h"
#include "tests/support/paths.h"

namespace liggare::test {

class SmallWorld {
 public:
  SmallWorld() : path(directory.path() + "/journal") {
    InitOptions options;
    options.directory = path;
    options.origin = "test.liggare.example/1";
    options.clocked = InitOptions::Clocked::BY_COMMANDS;
    options.demoStart = START;
    if (auto fault = Journal::init(options)) KJ_FAIL_REQUIRE("init", fault->why.c_str());
  }
  Journal& open() {
    JournalFault fault{};
    opened = Journal::open(options(), fault);
    KJ_REQUIRE(opened != nullptr, fault.why.c_str());
    return *opened;
  }
  void close() { opened.reset(); }
  Journal& reopen() {
    close();
    return open();
  }
  Journal& journal() { return *opened; }
  void removeIndex() { std::filesystem::remove_all(path + "/index"); }
  JournalOptions options() const {
    JournalOptions o;
    o.directory = path;
    return o;
  }
  Outcome submit(const std::string& json) { return opened->submitAndWait({"demo:test", 1, json, {}}); }

  // A command of its own id, one second after the one before.
  std::string command(const std::string& members) {
    now += SECOND;
    SeededRandom random(static_cast<uint64_t>(now));
    return "{\"id\":\"" + uuidText(drawUuid7(now, random)) + "\",\"at\":\"" + formatUtc(now) + "\"," + members + "}";
  }
  std::string registerProvider(const std::string& hsaId, const std::string& region) {
    return command("\"actor\":{\"operator\":null},\"registerProvider\":{\"provider\":\"" + hsaId +
                   "\",\"name\":\"Region\",\"kind\":\"public\",\"region\":\"" + region +
                   "\",\"orgNumber\":\"2321000131\"}");
  }
  std::string adoptAnalysis(const std::string& provider) {
    return command("\"actor\":{\"operator\":null},\"adoptRiskAnalysis\":{\"provider\":\"" + provider +
                   "\",\"version\":1,\"validFrom\":\"2026-11-01T00:00:00Z\",\"reviewBy\":\"2027-11-01T00:00:00Z\"}");
  }
  const std::string& where() const { return path; }

 private:
  static constexpr Micros START = 1'793'600'000'000'000;  // 2026-11-02
  TemporaryDirectory directory;
  std::string path;
  std::unique_ptr<Journal> opened;
  Micros now = START;
};

}  // namespace liggare::test
