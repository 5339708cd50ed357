#include "server/http-server.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include <kj/debug.h>

#include <csignal>
#include <set>

namespace liggare::server {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::chrono::milliseconds ACCEPT_PAUSE{100};  // when the system has no descriptor to give

std::string asString(beast::string_view text) { return {text.data(), text.size()}; }

HttpAnswer refusal(unsigned status) { return {status, HttpAnswer{}.contentType, "refused\n", {}}; }

// What a request that cannot be read is answered; 0: nothing, the connection only ends.
unsigned statusOf(error_code error) {
  if (error == http::error::header_limit || error == http::error::buffer_overflow) return 431;
  if (error == http::error::body_limit) return 413;
  if (error == http::error::end_of_stream || error == http::error::partial_message) return 0;
  static const auto& ofHttp = http::make_error_code(http::error::bad_method).category();
  return error.category() == ofHttp ? 400 : 0;
}

class Connection {
 public:
  virtual ~Connection() = default;
  virtual void begin() = 0;
  virtual void end() = 0;  // now, unless an answer is being made; then after it
};

}  // namespace

struct HttpServer::Wire : std::enable_shared_from_this<HttpServer::Wire> {
  const HttpLimits limits;
  const HttpHandler handler;
  std::optional<asio::ssl::context> tls;
  asio::io_context io{1};
  tcp::acceptor acceptor{io};
  asio::steady_timer pause{io};
  asio::signal_set signals{io};
  asio::thread_pool workers;
  std::set<Connection*> connections;  // each takes itself away
  bool isStopping = false;

  Wire(const HttpLimits& given, HttpHandler to) : limits(given), handler(std::move(to)), workers(given.workers) {}
  void listen(const Place& place);
  void secure(const HttpCertificate& certificate);
  void accept();
  void take(tcp::socket socket);
  void stop();
};

namespace {

// One connection, plain or TLS. Everything but the handler runs on the one thread of the wire, so nothing is locked.
template <typename Stream, typename Server>
class Talk final : public Connection, public std::enable_shared_from_this<Talk<Stream, Server>> {
 public:
  template <typename... More>
  Talk(std::shared_ptr<Server> by, tcp::socket socket, More&... more)
      : server(std::move(by)), stream(std::move(socket), more...), buffer(server->limits.headerBytes + BUFFER_SLACK) {
    server->connections.insert(this);
  }
  ~Talk() override { server->connections.erase(this); }

  void begin() override {
    if constexpr (IS_TLS) {
      tcpStream().expires_after(server->limits.header);
      stream.async_handshake(asio::ssl::stream_base::server, [self = this->shared_from_this()](error_code error) {
        if (!error) self->readHeader();
      });
    } else {
      readHeader();
    }
  }
  void end() override {
    isEnding = true;
    if (!isAnswering) tcpStream().close();
  }

 private:
  static constexpr bool IS_TLS = !std::is_same_v<Stream, beast::tcp_stream>;
  static constexpr size_t BUFFER_SLACK = 4096;  // a header just too large is then told apart from one cut off

  beast::tcp_stream& tcpStream() {
    if constexpr (IS_TLS)
      return stream.next_layer();
    else
      return stream;
  }

  // The deadline is for the whole of what is read, not for each byte.
  void readHeader() {
    isAnswering = false;
    if (isEnding) return tcpStream().close();
    parser.emplace();
    parser->header_limit(uint32_t(server->limits.headerBytes));
    parser->body_limit(server->limits.bodyBytes);
    tcpStream().expires_after(server->limits.header);
    http::async_read_header(stream, buffer, *parser, [self = this->shared_from_this()](error_code error, size_t n) {
      // The library minds its limit only while more is to come: a header that arrives whole is measured here.
      if (!error && n > self->server->limits.headerBytes) error = http::error::header_limit;
      if (error) return self->refuse(error);
      self->readBody();
    });
  }
  void readBody() {
    tcpStream().expires_after(server->limits.body);
    http::async_read(stream, buffer, *parser, [self = this->shared_from_this()](error_code error, size_t) {
      if (error) return self->refuse(error);
      self->answer();
    });
  }
  void refuse(error_code error) {
    unsigned status = statusOf(error);
    if (status == 0) return tcpStream().close();
    isAnswering = true;
    write(refusal(status), After::END, Shown::WITH_BODY);
  }
  void answer() {
    isAnswering = true;
    tcpStream().expires_never();  // the handler takes its time
    auto& message = parser->get();
    auto request = std::make_shared<HttpRequest>();
    request->method = asString(message.method_string());
    request->target = asString(message.target());
    request->contentType = asString(message[http::field::content_type]);
    request->body = std::move(message.body());
    bool goesOn = message.keep_alive() && ++requests < server->limits.requestsPerConnection;
    auto after = goesOn ? After::READ_ON : After::END;
    auto shown = message.method() == http::verb::head ? Shown::HEADER_ONLY : Shown::WITH_BODY;
    asio::post(server->workers, [self = this->shared_from_this(), request, after, shown] {
      HttpAnswer made = refusal(500);
      kj::runCatchingExceptions([&] { made = self->server->handler(*request); });
      asio::post(self->server->io, [self, made = std::move(made), after, shown] { self->write(made, after, shown); });
    });
  }

  enum class After : uint8_t { READ_ON, END };
  enum class Shown : uint8_t { WITH_BODY, HEADER_ONLY };
  void write(const HttpAnswer& made, After after, Shown shown) {
    if (isEnding) after = After::END;
    reply.emplace(http::status(made.status), 11);
    reply->set(http::field::content_type, made.contentType);
    reply->set(http::field::cache_control, "no-store");
    reply->set("X-Content-Type-Options", "nosniff");
    if (!made.allow.empty()) reply->set(http::field::allow, made.allow);
    reply->body() = made.body;
    reply->keep_alive(after == After::READ_ON);
    reply->prepare_payload();
    if (shown == Shown::HEADER_ONLY) reply->body().clear();
    tcpStream().expires_after(server->limits.writing);
    http::async_write(stream, *reply, [self = this->shared_from_this(), after](error_code error, size_t) {
      if (error) return self->tcpStream().close();
      if (after == After::READ_ON) return self->readHeader();
      self->isAnswering = false;
      self->bid();
    });
  }
  // Lets what was written arrive before the connection goes: closing with bytes unread would take it back.
  void bid() {
    error_code ignored;
    tcpStream().socket().shutdown(tcp::socket::shutdown_send, ignored);
    tcpStream().expires_after(server->limits.header);
    drain(server->limits.headerBytes + server->limits.bodyBytes);
  }
  void drain(size_t left) {
    if (left == 0) return tcpStream().close();
    rest.resize(4096);
    tcpStream().async_read_some(asio::buffer(rest),
                                [self = this->shared_from_this(), left](error_code error, size_t n) {
                                  if (error || self->isEnding) return self->tcpStream().close();
                                  self->drain(left - std::min(left, n));
                                });
  }

  const std::shared_ptr<Server> server;
  Stream stream;
  beast::flat_buffer buffer;
  std::optional<http::request_parser<http::string_body>> parser;
  std::optional<http::response<http::string_body>> reply;
  std::vector<char> rest;
  size_t requests = 0;
  bool isAnswering = false, isEnding = false;
};

}  // namespace

void HttpServer::Wire::listen(const Place& place) {
  error_code error;
  auto address = asio::ip::make_address(place.address, error);
  KJ_REQUIRE(!error, "not an address to listen on", place.address);
  tcp::endpoint endpoint(address, place.port);
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  KJ_REQUIRE(!error, "cannot listen there", place.address, place.port, error.message());
}

void HttpServer::Wire::secure(const HttpCertificate& certificate) {
  error_code error;
  tls.emplace(asio::ssl::context::tls_server);
  tls->set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 |
                       asio::ssl::context::no_tlsv1_1 | asio::ssl::context::single_dh_use,
                   error);
  if (!error) tls->use_certificate_chain_file(certificate.chainFile, error);
  KJ_REQUIRE(!error, "the certificate cannot be used", certificate.chainFile, error.message());
  tls->use_private_key_file(certificate.keyFile, asio::ssl::context::pem, error);
  KJ_REQUIRE(!error, "the certificate's key cannot be used", certificate.keyFile, error.message());
}

void HttpServer::Wire::accept() {
  acceptor.async_accept([self = shared_from_this()](error_code error, tcp::socket socket) {
    if (self->isStopping) return;
    if (!error) {
      self->take(std::move(socket));
      return self->accept();
    }
    self->pause.expires_after(ACCEPT_PAUSE);
    self->pause.async_wait([self](error_code stopped) {
      if (!stopped && !self->isStopping) self->accept();
    });
  });
}

void HttpServer::Wire::take(tcp::socket socket) {
  if (connections.size() >= limits.connections) return;  // the socket closes as it goes
  if (tls)
    std::make_shared<Talk<beast::ssl_stream<beast::tcp_stream>, Wire>>(shared_from_this(), std::move(socket), *tls)
        ->begin();
  else
    std::make_shared<Talk<beast::tcp_stream, Wire>>(shared_from_this(), std::move(socket))->begin();
}

void HttpServer::Wire::stop() {
  if (isStopping) return;
  isStopping = true;
  error_code ignored;
  acceptor.close(ignored);
  signals.cancel(ignored);
  pause.cancel();
  for (Connection* each : connections) each->end();
}

HttpServer::HttpServer(const Place& place, const HttpLimits& limits, HttpHandler handler,
                       const std::optional<HttpCertificate>& certificate)
    : wire(std::make_shared<Wire>(limits, std::move(handler))) {
  if (certificate) wire->secure(*certificate);
  wire->listen(place);
}

// Connections hold the wire and the wire's queue holds them: both go here.
HttpServer::~HttpServer() {
  wire->stop();
  wire->workers.join();
  wire->io.restart();
  wire->io.run();
}

uint16_t HttpServer::port() const { return wire->acceptor.local_endpoint().port(); }

void HttpServer::stopOnSignals() {
  wire->signals.add(SIGTERM);
  wire->signals.add(SIGINT);
  wire->signals.async_wait([held = wire](error_code error, int) {
    if (!error) held->stop();
  });
}

void HttpServer::run() {
  wire->accept();
  wire->io.run();
}

void HttpServer::stop() {
  asio::post(wire->io, [held = wire] { held->stop(); });
}

}  // namespace liggare::server
