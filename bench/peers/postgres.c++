// PostgreSQL: a table with a unique id and a unique (stream, version), prepared statements, binary parameters. A
// request of many events is one statement over arrays.
#include <kj/debug.h>
#include <libpq-fe.h>

#include "bench/peers/peer.h"

namespace liggare::bench {

namespace {

constexpr uint32_t UUID = 2950, INT8 = 20, BYTEA = 17;  // catalogue numbers of the types

struct Result {
  PGresult* is;
  ~Result() { PQclear(is); }
};

// A one-dimensional array in the wire's binary form.
class WireArray {
 public:
  void begin(uint32_t type, size_t count) {
    bytes.clear();
    for (uint32_t word : {1u, 0u, type, uint32_t(count), 1u}) appendBe32(bytes, word);
  }
  void add(Bytes element) {
    appendBe32(bytes, uint32_t(element.size()));
    append(bytes, element);
  }
  void add(uint64_t number) {
    uint8_t b[8];
    putBe64(b, number);
    add(Bytes(b));
  }
  const char* data() const { return reinterpret_cast<const char*>(bytes.data()); }
  int size() const { return int(bytes.size()); }

 private:
  Buffer bytes;
};

class PostgresClient : public PeerClient {
 public:
  explicit PostgresClient(const std::string& words) : connection(PQconnectdb(words.c_str())) {
    KJ_REQUIRE(PQstatus(connection) == CONNECTION_OK, PQerrorMessage(connection));
    Result made{PQprepare(connection, "put",
                          "INSERT INTO events (id, stream, version, payload) "
                          "SELECT * FROM unnest($1::uuid[], $2::int8[], $3::int8[], $4::bytea[])",
                          4, nullptr)};
    KJ_REQUIRE(PQresultStatus(made.is) == PGRES_COMMAND_OK, PQerrorMessage(connection));
  }
  ~PostgresClient() override { PQfinish(connection); }

  void put(std::span<const PeerEvent> events) override {
    ids.begin(UUID, events.size());
    streams.begin(INT8, events.size());
    versions.begin(INT8, events.size());
    payloads.begin(BYTEA, events.size());
    for (const PeerEvent& event : events) {
      ids.add(Bytes(event.id));
      streams.add(event.stream);
      versions.add(event.version);
      payloads.add(Bytes(event.payload));
    }
    const char* values[] = {ids.data(), streams.data(), versions.data(), payloads.data()};
    const int lengths[] = {ids.size(), streams.size(), versions.size(), payloads.size()};
    const int binary[] = {1, 1, 1, 1};
    Result done{PQexecPrepared(connection, "put", 4, values, lengths, binary, 1)};
    KJ_REQUIRE(PQresultStatus(done.is) == PGRES_COMMAND_OK, PQerrorMessage(connection));
  }

 private:
  PGconn* connection;
  WireArray ids, streams, versions, payloads;
};

class Postgres : public Peer {
 public:
  explicit Postgres(const std::string& directory)
      : words("host=" + directory + " user=bench dbname=postgres application_name=liggare-peers") {
    PGconn* connection = PQconnectdb(words.c_str());
    KJ_REQUIRE(PQstatus(connection) == CONNECTION_OK, PQerrorMessage(connection));
    Result made{PQexec(connection,
                       "CREATE TABLE events (position bigserial, id uuid PRIMARY KEY, stream int8 NOT NULL, "
                       "version int8 NOT NULL, payload bytea NOT NULL, UNIQUE (stream, version))")};
    KJ_REQUIRE(PQresultStatus(made.is) == PGRES_COMMAND_OK, PQerrorMessage(connection));
    Result told{PQexec(connection,
                       "SELECT current_setting('wal_sync_method') || ', synchronous_commit ' || "
                       "current_setting('synchronous_commit') || ', fsync ' || current_setting('fsync')")};
    KJ_REQUIRE(PQresultStatus(told.is) == PGRES_TUPLES_OK, PQerrorMessage(connection));
    mode = PQgetvalue(told.is, 0, 0);
    version = std::to_string(PQserverVersion(connection) / 10000);
    PQfinish(connection);
  }
  std::unique_ptr<PeerClient> connect() override { return std::make_unique<PostgresClient>(words); }
  std::string name() const override { return "PostgreSQL " + version; }
  std::string syncMode() const override { return mode; }
  std::string checks() const override { return "id, version"; }

 private:
  std::string words, mode, version;
};

}  // namespace

std::unique_ptr<Peer> postgresPeer(const std::string& socketDirectory) {
  return std::make_unique<Postgres>(socketDirectory);
}

}  // namespace liggare::bench
