// A plain socket to a server on this machine, and a server on a thread: tests speak HTTP byte by byte, since a client
// that behaves cannot ask what a stranger would.
#pragma once

#include <arpa/inet.h>
#include <kj/debug.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <string_view>
#include <thread>

#include "server/http-server.h"

namespace liggare::test {

class Wire {
 public:
  explicit Wire(uint16_t port) : fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    KJ_SYSCALL(::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to));
  }
  ~Wire() { ::close(fd); }
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  // False when the other side takes no more.
  bool send(std::string_view text) {
    while (!text.empty()) {
      ssize_t n = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
      if (n <= 0) return false;
      text.remove_prefix(size_t(n));
    }
    return true;
  }
  void sayNoMore() { ::shutdown(fd, SHUT_WR); }
  // All until the other side ends the connection.
  std::string readAll() {
    while (readSome()) {
    }
    return std::move(got);
  }
  // One answer with a Content-Length, or what there is of it.
  std::string readAnswer() {
    size_t header;
    while ((header = got.find("\r\n\r\n")) == std::string::npos)
      if (!readSome()) return std::move(got);
    size_t at = got.find("Content-Length: "), length = at < header ? std::stoul(got.substr(at + 16)) : 0;
    while (got.size() < header + 4 + length)
      if (!readSome()) break;
    std::string answer = got.substr(0, header + 4 + length);
    got.erase(0, answer.size());
    return answer;
  }

 private:
  bool readSome() {
    char bytes[4096];
    ssize_t n = ::recv(fd, bytes, sizeof bytes, 0);
    if (n > 0) got.append(bytes, size_t(n));
    return n > 0;
  }
  int fd;
  std::string got;
};

inline unsigned statusOf(const std::string& answer) {
  return answer.starts_with("HTTP/1.1 ") ? unsigned(std::stoul(answer.substr(9, 3))) : 0;
}

class Serving {
 public:
  Serving(const server::HttpLimits& limits, server::HttpHandler handler)
      : http({}, limits, std::move(handler)), thread([this] { http.run(); }) {}
  ~Serving() {
    http.stop();
    thread.join();
  }
  uint16_t port() const { return http.port(); }

 private:
  server::HttpServer http;
  std::thread thread;
};

}  // namespace liggare::test
