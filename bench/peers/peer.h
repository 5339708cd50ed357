// Another engine in the same race: it stores the same events, checks what it can, and answers when they are durable.
//
//   event     256 random bytes, a unique id, a stream and the version it has there
//   request   one or many events that become durable together; what a client waits for
//
// A client belongs to one thread. Its streams are its own, so that versions never clash: what is measured is the price
// of the check, not of losing.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/random.h"

namespace liggare::bench {

constexpr size_t PEER_PAYLOAD = 256;

struct PeerEvent {
  std::array<uint8_t, 16> id{};
  uint64_t stream = 0, version = 0;
  std::array<uint8_t, PEER_PAYLOAD> payload{};
};

class PeerClient {
 public:
  virtual ~PeerClient() = default;
  virtual void put(std::span<const PeerEvent> events) = 0;  // durable when it returns; throws when it is not
};

class Peer {
 public:
  virtual ~Peer() = default;
  virtual std::unique_ptr<PeerClient> connect() = 0;
  virtual std::string name() const = 0;
  virtual std::string syncMode() const = 0;
  virtual std::string checks() const = 0;
};

std::unique_ptr<Peer> postgresPeer(const std::string& socketDirectory);
std::unique_ptr<Peer> redisPeer(const std::string& socket);
std::unique_ptr<Peer> sqlitePeer(const std::string& directory);
std::unique_ptr<Peer> rocksPeer(const std::string& directory);

// The events of one client, each with the next version of one of its eight streams.
class PeerEvents {
 public:
  explicit PeerEvents(uint64_t client) : first(8 * client) {}
  std::span<const PeerEvent> next(size_t count) {
    made.resize(count);
    for (PeerEvent& event : made) {
      systemRandom().fill(event.id);
      systemRandom().fill(event.payload);
      event.stream = first + drawn % 8;
      event.version = drawn / 8 + 1;
      ++drawn;
    }
    return made;
  }

 private:
  uint64_t first, drawn = 0;
  std::vector<PeerEvent> made;
};

}  // namespace liggare::bench
