// HTTP/1.1 for whoever has something to answer: limits first, one handler, no routes. What a stranger sends is read
// whole or refused before the handler sees it.
//
//   Limits     header and body in bytes, each with a deadline for the whole of it (so a byte at a time gains nothing);
//              connections; requests a connection
//   Refusals   431 header too large · 413 body too large · 400 not HTTP · closed without a word when a deadline passes
//              or there are too many connections
//   Order      answers leave a connection in the order its requests came, also when those were sent at once
//   Threads    one for the wire (whoever calls run), `workers` for the handler
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace liggare::server {

struct HttpLimits {
  size_t headerBytes = 16 << 10;
  size_t bodyBytes = 256 << 10;
  size_t connections = 256;
  size_t requestsPerConnection = 1000;
  std::chrono::milliseconds header{15'000};  // also how long a connection may be silent
  std::chrono::milliseconds body{15'000};
  std::chrono::milliseconds writing{15'000};
  unsigned workers = 4;
};

struct HttpRequest {
  std::string method, target, contentType, body;
};
struct HttpAnswer {
  unsigned status = 200;
  std::string contentType = "text/plain; charset=utf-8";
  std::string body;
  std::string allow;  // methods, of a 405
};
// Called on a worker. What it throws is answered 500, without its words.
using HttpHandler = std::function<HttpAnswer(const HttpRequest&)>;

// PEM files; with them the server speaks TLS 1.2 and later, and nothing else.
struct HttpCertificate {
  std::string chainFile, keyFile;
};

class HttpServer {
 public:
  struct Place {
    std::string address = "127.0.0.1";
    uint16_t port = 0;  // 0: any free one
  };
  // Listens when it returns. Throws FAILED when the place is taken or the certificate cannot be read.
  HttpServer(const Place& place, const HttpLimits& limits, HttpHandler handler,
             const std::optional<HttpCertificate>& certificate = std::nullopt);
  ~HttpServer();  // after run() has returned, if it was called
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  uint16_t port() const;
  // From now on SIGTERM and SIGINT stop it, also before it runs: call it before anybody is told that it listens.
  void stopOnSignals();
  // Serves until it is stopped. What has reached the handler is answered first.
  void run();
  void stop();  // any thread

 private:
  struct Wire;
  std::shared_ptr<Wire> wire;
};

}  // namespace liggare::server
