// SQLite: the same table as PostgreSQL's, write-ahead log, synchronous=FULL. One writer at a time is all it has.
#include <kj/debug.h>
#include <sqlite3.h>

#include "bench/peers/peer.h"

namespace liggare::bench {

namespace {

class SqliteClient : public PeerClient {
 public:
  explicit SqliteClient(const std::string& file) {
    KJ_REQUIRE(sqlite3_open(file.c_str(), &database) == SQLITE_OK, file);
    sqlite3_busy_timeout(database, 10'000);
    run("PRAGMA journal_mode=WAL");
    run("PRAGMA synchronous=FULL");
    run("CREATE TABLE IF NOT EXISTS events (position INTEGER PRIMARY KEY, id BLOB UNIQUE NOT NULL, "
        "stream INTEGER NOT NULL, version INTEGER NOT NULL, payload BLOB NOT NULL, UNIQUE (stream, version))");
    const int answer = sqlite3_prepare_v2(
        database, "INSERT INTO events (id, stream, version, payload) VALUES (?, ?, ?, ?)", -1, &insert, nullptr);
    KJ_REQUIRE(answer == SQLITE_OK, sqlite3_errmsg(database));
  }
  ~SqliteClient() override {
    sqlite3_finalize(insert);
    sqlite3_close(database);
  }
  void put(std::span<const PeerEvent> events) override {
    run("BEGIN IMMEDIATE");
    for (const PeerEvent& event : events) {
      sqlite3_bind_blob(insert, 1, event.id.data(), int(event.id.size()), SQLITE_STATIC);
      sqlite3_bind_int64(insert, 2, int64_t(event.stream));
      sqlite3_bind_int64(insert, 3, int64_t(event.version));
      sqlite3_bind_blob(insert, 4, event.payload.data(), int(event.payload.size()), SQLITE_STATIC);
      KJ_REQUIRE(sqlite3_step(insert) == SQLITE_DONE, sqlite3_errmsg(database));
      sqlite3_reset(insert);
    }
    run("COMMIT");
  }

 private:
  sqlite3* database = nullptr;
  sqlite3_stmt* insert = nullptr;

  void run(const char* sql) {
    KJ_REQUIRE(sqlite3_exec(database, sql, nullptr, nullptr, nullptr) == SQLITE_OK, sqlite3_errmsg(database));
  }
};

class Sqlite : public Peer {
 public:
  explicit Sqlite(const std::string& directory) : file(directory + "/events.sqlite") {}
  std::unique_ptr<PeerClient> connect() override { return std::make_unique<SqliteClient>(file); }
  std::string name() const override { return std::string("SQLite ") + sqlite3_libversion(); }
  std::string syncMode() const override { return "WAL, synchronous=FULL"; }
  std::string checks() const override { return "id, version"; }

 private:
  std::string file;
};

}  // namespace

std::unique_ptr<Peer> sqlitePeer(const std::string& directory) { return std::make_unique<Sqlite>(directory); }

}  // namespace liggare::bench
