// The HTTP base against strangers: every limit holds, nothing reaches the handler half, and the next one is served.
#include <gtest/gtest.h>

#include <atomic>

#include "server/http-client.h"
#include "tests/server/loopback.h"

namespace liggare {
namespace {

using namespace std::chrono_literals;
using server::HttpAnswer;
using server::HttpFault;
using server::HttpLimits;
using server::HttpOrder;
using server::HttpReply;
using server::HttpRequest;
using test::Serving;
using test::statusOf;
using test::Wire;

struct HttpBase : testing::Test {
  std::atomic<int> handled{0};
  static HttpLimits limits() {
    HttpLimits out;
    out.headerBytes = 1024;
    out.bodyBytes = 4096;
    out.connections = 8;
    out.requestsPerConnection = 5;
    out.header = 300ms;
    out.body = 300ms;
    return out;
  }
  Serving serving{
      limits(), [this](const HttpRequest& request) {
        ++handled;
        KJ_REQUIRE(request.target != "/throw", "as asked");
        return HttpAnswer{200, "text/plain", request.method + " " + request.target + " " + request.body, {}};
      }};
  std::string ask(const std::string& bytes) {
    Wire wire(serving.port());
    wire.send(bytes);
    wire.sayNoMore();
    return wire.readAll();
  }
  void expectServes() {
    EXPECT_NE(ask("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc").find("POST /x abc"),
              std::string::npos);
  }
  static std::string post(const std::string& path, const std::string& body) {
    return "POST " + path + " HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
           body;
  }
};

TEST_F(HttpBase, AnswersAndClosesWhenAsked) {
  Wire wire(serving.port());
  wire.send(post("/1", "a"));
  std::string first = wire.readAnswer();
  EXPECT_EQ(statusOf(first), 200u) << first;
  EXPECT_NE(first.find("Cache-Control: no-store"), std::string::npos);
  wire.send("GET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_NE(wire.readAll().find("GET /2 "), std::string::npos);
}

TEST_F(HttpBase, PipelinedRequestsAreAnsweredInTheirOrder) {
  Wire wire(serving.port());
  wire.send(post("/1", "a") + post("/2", "bb") + "HEAD /3 HTTP/1.1\r\nHost: a\r\n\r\n" + post("/4", ""));
  wire.sayNoMore();
  std::string all = wire.readAll();
  size_t one = all.find("POST /1 a"), two = all.find("POST /2 bb"), four = all.find("POST /4 ");
  ASSERT_NE(four, std::string::npos) << all;
  EXPECT_LT(one, two);
  EXPECT_LT(two, four);
  EXPECT_EQ(all.find("HEAD /3"), std::string::npos);  // its answer has no body
  EXPECT_EQ(handled, 4);
}

TEST_F(HttpBase, AConnectionAsksOnlySoOften) {
  Wire wire(serving.port());
  std::string many;
  for (int i = 0; i < 20; ++i) many += post("/" + std::to_string(i), "");
  wire.send(many);
  std::string all = wire.readAll();
  EXPECT_EQ(handled, 5);
  EXPECT_NE(all.find("Connection: close"), std::string::npos);
}

TEST_F(HttpBase, WhatIsTooLargeIsRefusedBeforeTheHandler) {
  EXPECT_EQ(statusOf(ask("GET /" + std::string(5000, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n")), 431u);
  EXPECT_EQ(statusOf(ask("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(100'000, 'x') + "\r\n\r\n")), 431u);
  std::string fields;
  for (int i = 0; i < 500; ++i) fields += "X" + std::to_string(i) + ": y\r\n";
  EXPECT_EQ(statusOf(ask("GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n")), 431u);
  EXPECT_EQ(statusOf(ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4097\r\n\r\n")), 413u);
  EXPECT_EQ(statusOf(ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4097\r\n\r\n" + std::string(4097, 'x'))), 413u);
  std::string chunks = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 10; ++i) chunks += "400\r\n" + std::string(1024, 'x') + "\r\n";
  EXPECT_EQ(statusOf(ask(chunks)), 413u);
  EXPECT_EQ(handled, 0);
  EXPECT_NE(ask(post("/", std::string(4096, 'x'))).find("xxxx"), std::string::npos);
  expectServes();
}

TEST_F(HttpBase, WhatIsNotHttpIsRefused) {
  for (std::string bad :
       {std::string("\r\n\r\n\r\nhej\r\n\r\n"), std::string("GET\r\n\r\n"), std::string("GET / HTTP/9.9\r\n\r\n"),
        std::string("G\0T / HTTP/1.1\r\n\r\n", 18), std::string("GET / HTTP/1.1\r\nX\x01: y\r\n\r\n"),
        std::string("POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"),
        std::string("POST / HTTP/1.1\r\nContent-Length: 18446744073709551617\r\n\r\n"),
        std::string("POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"),
        std::string("POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc"),
        std::string("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
        std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11)}) {
    auto answer = ask(bad);
    EXPECT_TRUE(answer.empty() || statusOf(answer) == 400u) << bad << "\n" << answer;
  }
  EXPECT_EQ(handled, 0);
  expectServes();
}

// No deadline is measured here, only that one comes: without it these would wait for ever.
TEST_F(HttpBase, WhoSendsByteByByteOrNothingIsLeftAtTheDeadline) {
  Wire silent(serving.port()), half(serving.port()), body(serving.port()), drip(serving.port());
  half.send("POST / HTTP/1.1\r\nHost");
  body.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
  // Each byte alone would renew a deadline that is counted from the last one.
  while (drip.send("X")) ::poll(nullptr, 0, 20);
  EXPECT_EQ(silent.readAll(), "");
  EXPECT_EQ(half.readAll(), "");
  EXPECT_EQ(body.readAll(), "");
  EXPECT_EQ(handled, 0);
  expectServes();
}

TEST_F(HttpBase, HalfARequestIsNeverHandled) {
  std::string whole = post("/x", "0123456789");
  for (size_t size = 0; size < whole.size(); ++size) EXPECT_EQ(statusOf(ask(whole.substr(0, size))), 0u) << size;
  EXPECT_EQ(handled, 0);
  expectServes();
}

TEST_F(HttpBase, OneConnectionTooManyIsClosedAndTheRestAreServed) {
  std::vector<std::unique_ptr<Wire>> held;
  for (int i = 0; i < 8; ++i) {
    held.push_back(std::make_unique<Wire>(serving.port()));
    held.back()->send(post("/" + std::to_string(i), ""));
    ASSERT_EQ(statusOf(held.back()->readAnswer()), 200u);
  }
  Wire more(serving.port());
  EXPECT_EQ(more.readAll(), "");
  for (auto& wire : held) {
    wire->send(post("/again", ""));
    EXPECT_EQ(statusOf(wire->readAnswer()), 200u);
  }
  EXPECT_EQ(handled, 16);
}

TEST_F(HttpBase, AHandlerThatThrowsIsAnsweredWithoutItsWords) {
  auto answer = ask(post("/throw", ""));
  EXPECT_EQ(statusOf(answer), 500u);
  EXPECT_EQ(answer.find("asked"), std::string::npos);
  expectServes();
}

TEST_F(HttpBase, StoppingAnswersWhatIsBeingHandled) {
  std::atomic<bool> isInside{false}, mayGo{false};
  std::string answer;
  std::thread asking;
  {
    Serving slow(HttpLimits{}, [&](const HttpRequest&) {
      isInside = true;
      isInside.notify_all();
      mayGo.wait(false);
      return HttpAnswer{200, "text/plain", "klart", {}};
    });
    Wire idle(slow.port());
    asking = std::thread([&, port = slow.port()] {
      Wire wire(port);
      wire.send(post("/", ""));
      wire.sayNoMore();
      answer = wire.readAll();
    });
    isInside.wait(false);
    mayGo = true;
    mayGo.notify_all();
  }
  asking.join();
  EXPECT_NE(answer.find("klart"), std::string::npos) << answer;
}

// --- the client ------------------------------------------------------------------------------------------------------

HttpOrder orderTo(uint16_t port, const std::string& path) {
  HttpOrder out;
  out.url = *server::parseHttpUrl("http://127.0.0.1:" + std::to_string(port) + "/v/");
  out.path = path;
  return out;
}

// Empty when it was answered.
std::string whyOf(const std::variant<HttpReply, HttpFault>& outcome) {
  auto* fault = std::get_if<HttpFault>(&outcome);
  return fault ? fault->why : std::string();
}

TEST_F(HttpBase, TheClientIsAnsweredOrToldWhy) {
  auto order = orderTo(serving.port(), "/x");
  order.body = "abc";
  auto answer = server::sendHttp(order);
  ASSERT_TRUE(std::holds_alternative<HttpReply>(answer)) << std::get<HttpFault>(answer).why;
  EXPECT_EQ(std::get<HttpReply>(answer).status, 200u);
  EXPECT_EQ(std::get<HttpReply>(answer).body, "POST /v/x abc");
  EXPECT_EQ(std::get<HttpReply>(answer).contentType, "text/plain");
  order.body = std::string(5000, 'x');
  auto refused = server::sendHttp(order);
  ASSERT_TRUE(std::holds_alternative<HttpReply>(refused));
  EXPECT_EQ(std::get<HttpReply>(refused).status, 413u);
  order.body = std::string(3000, 'x');
  order.bodyBytes = 100;
  EXPECT_EQ(whyOf(server::sendHttp(order)), "svaret är större än vad som läses");
  uint16_t closed = 0;
  {
    Serving gone(HttpLimits{}, [](const HttpRequest&) { return HttpAnswer{}; });
    closed = gone.port();
  }
  EXPECT_EQ(whyOf(server::sendHttp(orderTo(closed, "/"))), "går inte att nå");
  HttpOrder nowhere = orderTo(closed, "/");
  nowhere.url.host = "finns.inte.invalid";
  EXPECT_NE(whyOf(server::sendHttp(nowhere)), "");
}

// A server of raw bytes: whatever it sends, the client ends and says something.
TEST(HttpClient, BelievesNothingThatComesBack) {
  for (std::string bytes : {std::string(), std::string("\n\n\n"), std::string("HTTP/1.1 999999 x\r\n\r\n"),
                            std::string("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"),
                            "HTTP/1.1 200 OK\r\nX: " + std::string(100'000, 'x'), std::string(300'000, 'x')}) {
    int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    KJ_SYSCALL(::bind(listener, reinterpret_cast<sockaddr*>(&at), size));
    KJ_SYSCALL(::listen(listener, 1));
    KJ_SYSCALL(::getsockname(listener, reinterpret_cast<sockaddr*>(&at), &size));
    std::thread other([&] {
      int fd = ::accept(listener, nullptr, nullptr);
      ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      ::shutdown(fd, SHUT_WR);
      char rest[4096];
      while (::recv(fd, rest, sizeof rest, 0) > 0) {
      }
      ::close(fd);
    });
    auto answer = server::sendHttp(orderTo(ntohs(at.sin_port), "/"));
    EXPECT_TRUE(std::holds_alternative<HttpFault>(answer)) << bytes.substr(0, 40);
    other.join();
    ::close(listener);
  }
}

TEST(HttpClient, WaitsOnlySoLong) {
  std::atomic<bool> mayGo{false};
  Serving deaf(HttpLimits{}, [&](const HttpRequest&) {
    mayGo.wait(false);
    return HttpAnswer{};
  });
  auto order = orderTo(deaf.port(), "/");
  order.within = 50ms;
  EXPECT_EQ(std::get<HttpFault>(server::sendHttp(order)).why, "svarade inte i tid");
  mayGo = true;
  mayGo.notify_all();
}

TEST(HttpClient, AddressesAreReadOrRefused) {
  auto url = server::parseHttpUrl("https://vittne.example/a/b/");
  ASSERT_TRUE(url.has_value());
  EXPECT_EQ(url->host + "|" + url->port + "|" + url->prefix, "vittne.example|443|/a/b");
  EXPECT_EQ(server::parseHttpUrl("http://[::1]:8420")->host, "::1");
  for (std::string bad :
       {"", "vittne.example", "ftp://x", "http://", "http://:80", "http://a:0", "http://a:65536", "http://a:8o",
        "http://a b", "http://u@h", "http://h/?q", "http://h/#f", "http://h\r\nX: y/", "http://[::1", "http://h:"})
    EXPECT_FALSE(server::parseHttpUrl(bad).has_value()) << bad;
}

}  // namespace
}  // namespace liggare
