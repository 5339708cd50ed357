// One HTTP/1.1 request and its answer, within one deadline for all of it: name, connection, TLS, sending, reading.
// Believes nothing of what comes back but its size.
//
//   Limit   a name service that does not answer is waited for as long as the system does, past the deadline
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace liggare::server {

// http://host[:port][/prefix] or https://…; without a slash at the end.
struct HttpUrl {
  enum class Kind : uint8_t { PLAIN, TLS } kind = Kind::PLAIN;
  std::string host, port, prefix;
};
std::optional<HttpUrl> parseHttpUrl(std::string_view text);  // nothing for users, queries, fragments and odd characters

struct HttpOrder {
  HttpUrl url;
  std::string method = "POST", path;  // after the prefix
  std::string body;
  std::chrono::milliseconds within{10'000};
  size_t bodyBytes = 256 << 10;  // of the answer
  std::string caFile;            // of https; empty: the system's
};
struct HttpReply {
  unsigned status = 0;
  std::string contentType, body;
};
struct HttpFault {
  std::string why;  // Swedish, one line, never with bytes of the answer
};
// Any thread.
std::variant<HttpReply, HttpFault> sendHttp(const HttpOrder& order);

}  // namespace liggare::server
