// liggare-peers --directory DIR --postgres SOCKETDIR --redis SOCKET [--rounds N] [--seconds S] [--json]
//
// Started by bench/peers/run, which starts and stops the servers; DIR/{postgres,redis,own}.syncs are its counters.
#include <kj/exception.h>

#include <cstdio>
#include <cstdlib>
#include <map>

#include "bench/peers/race.h"

namespace liggare::bench {

namespace {

void runAll(std::map<std::string, std::string>& words) {
  const std::string directory = words["--directory"];
  SyncCount own(directory + "/own.syncs"), atPostgres(directory + "/postgres.syncs"),
      atRedis(directory + "/redis.syncs");
  auto postgres = postgresPeer(words["--postgres"]);
  auto redis = redisPeer(words["--redis"]);
  auto sqlite = sqlitePeer(directory);
  auto rocks = rocksPeer(directory);
  std::vector<RaceRow> rows = ownRows(directory, own);
  for (size_t clients : {1, 16, 64}) rows.push_back(peerRow(*rocks, own, clients, 1));
  rows.push_back(peerRow(*rocks, own, 1, 256));
  for (size_t clients : {1, 16, 64}) rows.push_back(peerRow(*postgres, atPostgres, clients, 1));
  rows.push_back(peerRow(*postgres, atPostgres, 1, 1000));
  for (size_t clients : {1, 16, 64}) rows.push_back(peerRow(*redis, atRedis, clients, 1));
  rows.push_back(peerRow(*redis, atRedis, 1, 1000));
  rows.push_back(peerRow(*sqlite, own, 1, 1));
  rows.push_back(peerRow(*sqlite, own, 1, 1000));
  race(rows, std::strtoul(words["--rounds"].c_str(), nullptr, 10), std::strtod(words["--seconds"].c_str(), nullptr),
       words["--json"].empty() ? RaceForm::TABLE : RaceForm::JSON_LINES);
}

}  // namespace

}  // namespace liggare::bench

int main(int argc, char** argv) {
  std::map<std::string, std::string> words{{"--rounds", "3"}, {"--seconds", "1"}};
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    words[word] = word == "--json" || i + 1 == argc ? "yes" : argv[++i];
  }
  auto fault = kj::runCatchingExceptions([&] { liggare::bench::runAll(words); });
  KJ_IF_MAYBE (exception, fault) {
    std::fprintf(stderr, "liggare-peers: %s\n", exception->getDescription().cStr());
    return 1;
  }
  return 0;
}
