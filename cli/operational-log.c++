#include "cli/operational-log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdlib>

namespace liggare::cli {

namespace {

const char* stageName(Stage stage) {
  constexpr const char* NAMES[] = {"submit",     "decide", "seal",    "write", "sync",
                                   "checkpoint", "index",  "project", "open"};
  return NAMES[static_cast<int>(stage)];
}

// Per commit: debug. Life: info. Degraded: warn. Poison: error.
class OperationalLog final : public Observer {
 public:
  void opened(Position size, Micros took) override { spdlog::info("opened, {} entries, {} ms", size, took / 1000); }
  void closed(Position size) override { spdlog::info("closed, {} entries", size); }
  void commitDurable(Position size, uint32_t commits, uint32_t entries, Micros took) override {
    spdlog::debug("durable to {}: {} commits, {} entries, {} us", size, commits, entries, took);
  }
  void checkpointSigned(Position size) override { spdlog::debug("checkpoint of {} entries signed", size); }
  void tailDamage(Position kept, uint64_t dropped) override {
    spdlog::warn("dropped {} bytes above entry {}: nobody had been answered on them", dropped, kept);
  }
  void openingNote(std::string_view note) override { spdlog::warn("{}", note); }
  void destroyed(Position item, Position decision) override {
    spdlog::info("destroyed entry {} by the decision at {}", item, decision);
  }
  void clockBehind(Micros by) override { spdlog::warn("the clock is {} ms behind the log", by / 1000); }
  void slow(Stage stage, Micros took) override { spdlog::warn("slow: {} took {} ms", stageName(stage), took / 1000); }
  void overloaded(uint64_t queued) override { spdlog::warn("overloaded: {} commands under way", queued); }
  void storageLow(uint64_t bytesFree) override { spdlog::warn("disk nearly full: {} bytes free", bytesFree); }
  void poisoned(Position durable, std::string_view reason) override {
    spdlog::error("stopped; {} entries are durable: {}", durable, reason);
  }
  void followerStopped(std::string_view name, Position at, std::string_view reason) override {
    spdlog::warn("{} stopped at {}: {}", name, at, reason);
  }
  void rebuilt(std::string_view name, Position size, Micros took) override {
    spdlog::info("{} rebuilt from {} entries in {} ms", name, size, took / 1000);
  }
};

}  // namespace

void startOperationalLog() {
  auto logger = spdlog::stderr_logger_mt("liggare");
  logger->set_pattern("%Y-%m-%dT%H:%M:%S%z %n %l %v");
  logger->set_level(spdlog::level::warn);
  if (const char* level = std::getenv("LIGGARE_LOG")) logger->set_level(spdlog::level::from_str(level));
  spdlog::set_default_logger(std::move(logger));
}

Observer& operationalLog() {
  static OperationalLog log;
  return log;
}

}  // namespace liggare::cli
