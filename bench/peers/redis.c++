// Redis streams: one call of a script takes the id if nobody has it and adds the event under its version, which must be
// above the stream's last. A request of many events is a pipeline of such calls.
#include <hiredis/hiredis.h>
#include <kj/debug.h>

#include "bench/peers/peer.h"

namespace liggare::bench {

namespace {

constexpr const char* PUT =
    "if redis.call('SET', KEYS[1], 1, 'NX') then return redis.call('XADD', KEYS[2], ARGV[1], 'p', ARGV[2]) end "
    "return redis.error_reply('this id was here before')";

class RedisConnection {
 public:
  explicit RedisConnection(const std::string& socket) : context(redisConnectUnix(socket.c_str())) {
    KJ_REQUIRE(context != nullptr && context->err == 0, context ? context->errstr : "no memory");
  }
  ~RedisConnection() { redisFree(context); }
  RedisConnection(const RedisConnection&) = delete;
  RedisConnection& operator=(const RedisConnection&) = delete;

  void send(std::initializer_list<Bytes> words) {
    const char* pointers[8];
    size_t lengths[8], count = 0;
    for (Bytes word : words) {
      pointers[count] = reinterpret_cast<const char*>(word.data());
      lengths[count++] = word.size();
    }
    KJ_REQUIRE(redisAppendCommandArgv(context, int(count), pointers, lengths) == REDIS_OK, context->errstr);
  }
  // The answer as text, the last word of it when it is a list.
  std::string answer() {
    void* got = nullptr;
    KJ_REQUIRE(redisGetReply(context, &got) == REDIS_OK, context->errstr);
    auto* reply = static_cast<redisReply*>(got);
    const redisReply* last = reply->elements > 0 ? reply->element[reply->elements - 1] : reply;
    std::string text(last->str ? last->str : "", last->str ? last->len : 0);
    const bool isError = reply->type == REDIS_REPLY_ERROR;
    freeReplyObject(reply);
    KJ_REQUIRE(!isError, text);
    return text;
  }

 private:
  redisContext* context;
};

class RedisClient : public PeerClient {
 public:
  explicit RedisClient(const std::string& socket) : connection(socket) {
    connection.send({asBytes("SCRIPT"), asBytes("LOAD"), asBytes(PUT)});
    script = connection.answer();
  }
  void put(std::span<const PeerEvent> events) override {
    for (const PeerEvent& event : events) {
      std::string id = "i" + std::string(asText(event.id)), stream = "s" + std::to_string(event.stream);
      std::string version = std::to_string(event.version) + "-0";
      connection.send({asBytes("EVALSHA"), asBytes(script), asBytes("2"), asBytes(id), asBytes(stream),
                       asBytes(version), Bytes(event.payload)});
    }
    for (size_t i = 0; i < events.size(); ++i) connection.answer();
  }

 private:
  RedisConnection connection;
  std::string script;
};

class Redis : public Peer {
 public:
  explicit Redis(std::string path) : socket(std::move(path)) {
    RedisConnection connection(socket);
    connection.send({asBytes("CONFIG"), asBytes("GET"), asBytes("appendfsync")});
    mode = "appendfsync " + connection.answer();
  }
  std::unique_ptr<PeerClient> connect() override { return std::make_unique<RedisClient>(socket); }
  std::string name() const override { return "Redis streams"; }
  std::string syncMode() const override { return mode; }
  std::string checks() const override { return "id, version"; }

 private:
  std::string socket, mode;
};

}  // namespace

std::unique_ptr<Peer> redisPeer(const std::string& socket) { return std::make_unique<Redis>(socket); }

}  // namespace liggare::bench
