// With a certificate the server speaks TLS and nothing else, and the client believes only whom it was told to.
#include <gtest/gtest.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "server/http-client.h"
#include "tests/log/scratch.h"
#include "tests/server/loopback.h"

namespace liggare {
namespace {

using server::HttpAnswer;
using server::HttpFault;
using server::HttpReply;

// A certificate that signs itself, for one name or address ("IP:127.0.0.1", "DNS:vittne.example").
void writeCertificate(const std::string& certificate, const std::string& keyFile, const char* who) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* made = X509_new();
  ASN1_INTEGER_set(X509_get_serialNumber(made), 1);
  X509_set_version(made, 2);
  X509_gmtime_adj(X509_getm_notBefore(made), -3600);
  X509_gmtime_adj(X509_getm_notAfter(made), 3600);
  X509_set_pubkey(made, key);
  X509_NAME* name = X509_get_subject_name(made);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("prov"), -1, -1, 0);
  X509_set_issuer_name(made, name);
  X509_EXTENSION* names = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, who);
  X509_add_ext(made, names, -1);
  X509_sign(made, key, EVP_sha256());
  FILE* out = std::fopen(certificate.c_str(), "w");
  PEM_write_X509(out, made);
  std::fclose(out);
  out = std::fopen(keyFile.c_str(), "w");
  PEM_write_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(out);
  X509_EXTENSION_free(names);
  X509_free(made);
  EVP_PKEY_free(key);
}

struct HttpTls : testing::Test {
  Scratch place;
  std::string file(const std::string& name) const { return place.path() + "/" + name; }
  // What the client hears when the certificate is for `who` and it trusts `ca`.
  std::variant<HttpReply, HttpFault> ask(const char* who, const std::string& ca, const std::string& scheme = "https") {
    writeCertificate(file("c"), file("k"), who);
    server::HttpServer http(
        {}, {},
        [](const server::HttpRequest& r) {
          return HttpAnswer{200, "text/plain", r.body, {}};
        },
        server::HttpCertificate{file("c"), file("k")});
    std::thread thread([&] { http.run(); });
    server::HttpOrder order;
    order.url = *server::parseHttpUrl(scheme + "://127.0.0.1:" + std::to_string(http.port()));
    order.path = "/";
    order.body = "hej";
    order.caFile = ca;
    auto answer = server::sendHttp(order);
    http.stop();
    thread.join();
    return answer;
  }
};

TEST_F(HttpTls, IsSpokenByThoseWhoTrustTheCertificate) {
  auto answer = ask("IP:127.0.0.1", file("c"));
  ASSERT_TRUE(std::holds_alternative<HttpReply>(answer)) << std::get<HttpFault>(answer).why;
  EXPECT_EQ(std::get<HttpReply>(answer).body, "hej");
}

TEST_F(HttpTls, ACertificateOfAnotherOrOfNobodyIsRefused) {
  EXPECT_EQ(std::get<HttpFault>(ask("DNS:vittne.example", file("c"))).why, "certifikatet godtas inte");
  EXPECT_EQ(std::get<HttpFault>(ask("IP:127.0.0.1", "")).why, "certifikatet godtas inte");
  writeCertificate(file("other"), file("other.key"), "IP:127.0.0.1");
  EXPECT_EQ(std::get<HttpFault>(ask("IP:127.0.0.1", file("other"))).why, "certifikatet godtas inte");
  EXPECT_FALSE(std::get<HttpFault>(ask("IP:127.0.0.1", file("nothing"))).why.empty());
  EXPECT_TRUE(std::holds_alternative<HttpFault>(ask("IP:127.0.0.1", "", "http")));  // plain words to a TLS server
}

TEST_F(HttpTls, ACertificateThatCannotBeReadIsAFaultAtOnce) {
  writeCertificate(file("c"), file("k"), "IP:127.0.0.1");
  writeCertificate(file("d"), file("l"), "IP:127.0.0.1");
  auto start = [&](const std::string& certificate, const std::string& key) {
    server::HttpServer http(
        {}, {}, [](auto&) { return HttpAnswer{}; }, server::HttpCertificate{file(certificate), file(key)});
  };
  EXPECT_ANY_THROW(start("nothing", "k"));
  EXPECT_ANY_THROW(start("c", "nothing"));
  EXPECT_ANY_THROW(start("c", "l"));  // another's key
  start("c", "k");
}

}  // namespace
}  // namespace liggare
