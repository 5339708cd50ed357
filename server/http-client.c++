#include "server/http-client.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

namespace liggare::server {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr size_t ANSWER_HEADER_BYTES_MAX = 16 << 10;

// What a host, a port or a prefix may hold: nothing that could end a header line or be another part of the address.
bool isUrlText(std::string_view text) {
  for (char c : text)
    if (uint8_t(c) <= 0x20 || uint8_t(c) >= 0x7F || std::string_view("?#@\\\"<>").find(c) != std::string_view::npos)
      return false;
  return true;
}

bool isPort(std::string_view text) {
  if (text.empty() || text.size() > 5) return false;
  unsigned number = 0;
  for (char c : text) {
    if (c < '0' || c > '9') return false;
    number = number * 10 + unsigned(c - '0');
  }
  return number > 0 && number <= 65535;
}

// The steps of one request, each begun when the one before is done. The first that fails says why.
template <typename Stream>
class Call {
 public:
  template <typename... More>
  Call(asio::io_context& io, const HttpOrder& what, More&... more) : order(what), resolver(io), stream(io, more...) {
    parser.header_limit(ANSWER_HEADER_BYTES_MAX);
    parser.body_limit(order.bodyBytes);
    request.method_string(order.method);
    request.target(order.url.prefix + order.path);
    request.version(11);
    request.set(http::field::host, hostLine());
    request.set(http::field::user_agent, "liggare");
    request.set(http::field::content_type, "text/plain; charset=utf-8");
    request.body() = order.body;
    request.keep_alive(false);
    request.prepare_payload();
  }

  void begin() {
    why = "värden finns inte";
    resolver.async_resolve(order.url.host, order.url.port, [this](error_code error, tcp::resolver::results_type found) {
      if (error) return;
      why = "går inte att nå";
      beast::get_lowest_layer(stream).async_connect(found, [this](error_code failed, const tcp::endpoint&) {
        if (!failed) connected();
      });
    });
  }
  std::variant<HttpReply, HttpFault> outcome() {
    if (!why.empty()) return HttpFault{why};
    auto& message = parser.get();
    HttpReply out{message.result_int(), {}, std::move(message.body())};
    auto type = message[http::field::content_type];
    out.contentType.assign(type.data(), type.size());
    return out;
  }

 private:
  static constexpr bool IS_TLS = !std::is_same_v<Stream, beast::tcp_stream>;

  std::string hostLine() const {
    std::string host = order.url.host.find(':') == std::string::npos ? order.url.host : "[" + order.url.host + "]";
    return host + ":" + order.url.port;
  }
  void connected() {
    if constexpr (IS_TLS) {
      why = "certifikatet godtas inte";
      // What the macro SSL_set_tlsext_host_name does, whose cast the warnings mind. Addresses have no such name.
      error_code isName;
      asio::ip::make_address(order.url.host, isName);
      if (isName)
        SSL_ctrl(stream.native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                 const_cast<char*>(order.url.host.c_str()));
      stream.async_handshake(asio::ssl::stream_base::client, [this](error_code error) {
        if (!error) send();
      });
    } else {
      send();
    }
  }
  void send() {
    why = "avbröt förbindelsen";
    http::async_write(stream, request, [this](error_code, size_t) {
      // Whoever refuses early answers before all has been sent: what it says is read anyway.
      http::async_read(stream, buffer, parser, [this](error_code error, size_t) { received(error); });
    });
  }
  void received(error_code error) {
    // Of a response that tells its length Beast 1.74 stops at the limit without an error.
    const bool isLonger = !error && parser.is_header_done() && parser.content_length().value_or(0) > order.bodyBytes;
    const bool isCutOff = !error && (!parser.is_done() || isLonger);
    if (error == http::error::body_limit || error == http::error::header_limit || isCutOff)
      why = "svaret är större än vad som läses";
    else if (!error)
      why.clear();
  }

  const HttpOrder& order;
  tcp::resolver resolver;
  Stream stream;
  http::request<http::string_body> request;
  http::response_parser<http::string_body> parser;
  beast::flat_buffer buffer{ANSWER_HEADER_BYTES_MAX + 4096};
  std::string why;
};

template <typename Stream, typename... More>
std::variant<HttpReply, HttpFault> carryOut(const HttpOrder& order, More&... more) {
  asio::io_context io{1};
  Call<Stream> call(io, order, more...);
  call.begin();
  // Past the deadline whatever is under way is left: `call` goes, and then `io` drops its handlers without calling
  // them.
  io.run_for(order.within);
  if (!io.stopped()) return HttpFault{"svarade inte i tid"};
  return call.outcome();
}

}  // namespace

std::optional<HttpUrl> parseHttpUrl(std::string_view text) {
  HttpUrl out;
  if (text.starts_with("http://")) {
    out.port = "80";
    text.remove_prefix(7);
  } else if (text.starts_with("https://")) {
    out.kind = HttpUrl::Kind::TLS;
    out.port = "443";
    text.remove_prefix(8);
  } else {
    return std::nullopt;
  }
  if (!isUrlText(text)) return std::nullopt;
  size_t slash = std::min(text.find('/'), text.size());
  std::string_view place = text.substr(0, slash);
  out.prefix = text.substr(slash);
  while (out.prefix.ends_with('/')) out.prefix.pop_back();
  std::string_view rest;
  if (place.starts_with('[')) {
    size_t end = place.find(']');
    if (end == place.npos) return std::nullopt;
    out.host = place.substr(1, end - 1);
    rest = place.substr(end + 1);
  } else {
    size_t colon = std::min(place.find(':'), place.size());
    out.host = place.substr(0, colon);
    rest = place.substr(colon);
  }
  if (out.host.empty() || out.host.find_first_of("[]") != std::string::npos) return std::nullopt;
  if (rest.empty()) return out;
  if (rest[0] != ':' || !isPort(rest.substr(1))) return std::nullopt;
  out.port = rest.substr(1);
  return out;
}

std::variant<HttpReply, HttpFault> sendHttp(const HttpOrder& order) {
  if (order.url.kind == HttpUrl::Kind::PLAIN) return carryOut<beast::tcp_stream>(order);
  error_code error;
  asio::ssl::context tls(asio::ssl::context::tls_client);
  tls.set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1, error);
  tls.set_verify_mode(asio::ssl::verify_peer);
  tls.set_verify_callback(asio::ssl::host_name_verification(order.url.host));
  if (order.caFile.empty())
    tls.set_default_verify_paths(error);
  else
    tls.load_verify_file(order.caFile, error);
  if (error) return HttpFault{"de certifikat som skulle godtas går inte att läsa"};
  return carryOut<beast::ssl_stream<beast::tcp_stream>>(order, tls);
}

}  // namespace liggare::server
