// liggare witness init|trust|show|serve DIR: a witness of other people's logs (C2SP tlog-witness). It keeps, for each
// log it trusts, the largest tree it has seen, and cosigns only what continues it. It needs no journal.
#include <fcntl.h>
#include <kj/exception.h>
#include <unistd.h>

#include "cli/session.h"
#include "cli/trust.h"
#include "engine/log/witness.h"
#include "engine/vault/file-key-holder.h"
#include "server/http-server.h"

namespace liggare::cli {

namespace {

struct Asked {
  Place place;
  std::string what, name, log, listen = "127.0.0.1:8420", certificate, certificateKey;
  bool json = false;
};

std::string keyFileOf(const Place& place) {
  std::string directory = place.directory;
  while (directory.size() > 1 && directory.back() == '/') directory.pop_back();
  return place.keyFile.empty() ? directory + ".keys" : place.keyFile;
}

ExitCode sayWitnessFault(const Witness::Fault& fault) {
  sayError(fault.why);
  switch (fault.kind) {
    case Witness::FaultKind::NOT_A_WITNESS: return ExitCode::NOT_FOUND;
    case Witness::FaultKind::EXISTS: return ExitCode::FAILURE;
    case Witness::FaultKind::IN_USE: return ExitCode::UNAVAILABLE;
    case Witness::FaultKind::OTHER_KEY: return ExitCode::UNVERIFIABLE;
    case Witness::FaultKind::DAMAGED: break;
  }
  return ExitCode::INTEGRITY;
}

ExitCode init(const Asked& asked) {
  if (!isNoteName(asked.name)) {
    sayError("--name behövs: vittnets namn, som vittne.example/a, utan mellanslag och plustecken");
    return ExitCode::USAGE;
  }
  const std::string keyFile = keyFileOf(asked.place);
  auto keys = FileKeyHolder::create(keyFile, {asked.place.directory, asked.name, std::nullopt}, systemRandom());
  if (!keys.holder) {
    sayError(keys.error->line);
    return ExitCode::FAILURE;
  }
  VerifierKey key = cosignerKey(keys.holder->verifierKey());
  if (auto fault = Witness::create(asked.place.directory, key)) {
    ::unlink(keyFile.c_str());  // made just now, and nobody has been told of it
    return sayWitnessFault(*fault);
  }
  Output out;
  if (asked.json) {
    JsonObject line(out.buffer());
    line.text("name", key.name).text("verifierKey", key.text()).text("keys", keyFile).close();
    out << "\n";
  } else {
    out << key.text() << "\n";
    say("Vittne    " + asked.place.directory + "\nNycklar   " + keyFile + "   (behåll den, och ge den till ingen)\n" +
        "Nästa steg: liggare witness trust " + asked.place.directory + " --log NYCKEL, och sedan serve");
  }
  return ExitCode::OK;
}

// The key holder outlives the witness that signs with it.
struct Opened {
  std::unique_ptr<FileKeyHolder> keys;
  std::unique_ptr<Witness> witness;
};

std::optional<Opened> open(const Place& place, ExitCode& code) {
  auto made = Witness::keyOf(place.directory);
  if (auto* fault = std::get_if<Witness::Fault>(&made)) {
    code = sayWitnessFault(*fault);
    return std::nullopt;
  }
  auto& key = std::get<VerifierKey>(made);
  PublicKey expected;
  std::copy(key.publicKey.begin(), key.publicKey.end(), expected.begin());
  auto keys = FileKeyHolder::open(keyFileOf(place), {place.directory, key.name, expected}, systemRandom());
  if (!keys.holder) {
    sayError(keys.error->line);
    code = ExitCode::UNVERIFIABLE;
    return std::nullopt;
  }
  auto opened = Witness::open(place.directory, *keys.holder, systemClock());
  if (auto* fault = std::get_if<Witness::Fault>(&opened)) {
    code = sayWitnessFault(*fault);
    return std::nullopt;
  }
  return Opened{std::move(keys.holder), std::move(std::get<std::unique_ptr<Witness>>(opened))};
}

ExitCode trust(const Asked& asked) {
  ExitCode code = ExitCode::OK;
  if (asked.log.empty()) {
    sayError("--log behövs: loggens verifieringsnyckel, eller en fil som har den");
    return ExitCode::USAGE;
  }
  auto log = readKey(asked.log, NoteKeyType::ED25519, code);
  if (!log) return code;
  auto opened = open(asked.place, code);
  if (!opened) return code;
  if (opened->witness->trust(*log)) {
    if (!asked.json) say("Intygar från och med nu " + log->name);
    Output out;
    if (asked.json) {
      JsonObject line(out.buffer());
      line.text("log", log->text()).close();
      out << "\n";
    }
    return ExitCode::OK;
  }
  sayError("loggen " + log->name + " är redan känd; att byta dess nyckel vore att börja om, och det görs inte");
  return ExitCode::CONFLICT;
}

ExitCode show(const Asked& asked) {
  ExitCode code = ExitCode::OK;
  auto opened = open(asked.place, code);
  if (!opened) return code;
  Output out;
  if (!asked.json) out << opened->witness->key().text() << "\n";
  for (auto& each : opened->witness->watched()) {
    if (asked.json) {
      JsonObject line(out.buffer());
      line.text("witness", opened->witness->key().text()).text("log", each.log.text());
      if (each.head) line.number("size", each.head->size).plain("root", toHex(each.head->root));
      if (each.head) line.number("seconds", each.seconds);
      line.number("conflicts", each.conflicts).close();
      out << "\n";
      continue;
    }
    out << "  " << each.log.name << "  "
        << (each.head ? grouped(each.head->size) + " poster, " + formatSwedish(Micros(each.seconds) * SECOND)
                      : std::string("aldrig intygad"))
        << (each.conflicts > 0 ? red("  har visat två olika träd") : std::string()) << "\n";
  }
  return ExitCode::OK;
}

// --- serving ---------------------------------------------------------------------------------------------------------

server::HttpAnswer route(Witness& witness, const server::HttpRequest& request) {
  constexpr std::string_view LATEST = "/checkpoint";
  std::string_view target = request.target;
  const bool isAdd = target == "/add-checkpoint";
  const bool isLatest = target.size() == 1 + 64 + LATEST.size() && target.ends_with(LATEST);
  if (!isAdd && !isLatest) return {404, server::HttpAnswer{}.contentType, "not found\n", {}};
  const std::string_view wanted = isAdd ? "POST" : "GET";
  if (request.method != wanted)
    return {405, server::HttpAnswer{}.contentType, "not by that method\n", std::string(wanted)};
  auto made = isAdd ? witness.addCheckpoint(request.body) : witness.latest(target.substr(1, 64));
  return {made.status, std::move(made.contentType), std::move(made.body), {}};
}

std::optional<server::HttpServer::Place> placeOf(const std::string& listen) {
  size_t colon = listen.rfind(':');
  if (colon == std::string::npos || listen.size() - colon > 6) return std::nullopt;
  server::HttpServer::Place out{listen.substr(0, colon), 0};
  if (out.address.starts_with('[') && out.address.ends_with(']'))
    out.address = out.address.substr(1, out.address.size() - 2);
  unsigned port = 0;
  for (char c : listen.substr(colon + 1)) {
    if (c < '0' || c > '9') return std::nullopt;
    port = port * 10 + unsigned(c - '0');
  }
  if (port > 65535 || colon + 1 == listen.size()) return std::nullopt;
  out.port = uint16_t(port);
  return out;
}

ExitCode serve(const Asked& asked) {
  ExitCode code = ExitCode::OK;
  auto place = placeOf(asked.listen);
  if (!place || asked.certificate.empty() != asked.certificateKey.empty()) {
    sayError(place ? "--cert och --cert-key hör ihop" : "--listen är en adress och en port, som 127.0.0.1:8420");
    return ExitCode::USAGE;
  }
  auto opened = open(asked.place, code);
  if (!opened) return code;
  std::optional<server::HttpCertificate> certificate;
  if (!asked.certificate.empty()) certificate = {asked.certificate, asked.certificateKey};
  std::unique_ptr<server::HttpServer> server;
  KJ_IF_MAYBE (e, kj::runCatchingExceptions([&] {
                 server = std::make_unique<server::HttpServer>(
                     *place, server::HttpLimits{}, [&](auto& request) { return route(*opened->witness, request); },
                     certificate);
               })) {
    bool isCertificate = std::string_view(e->getDescription().cStr()).find("certificate") != std::string_view::npos;
    sayError(isCertificate ? "certifikatet och dess nyckel går inte att använda tillsammans, eller inte att läsa"
                           : "det går inte att lyssna på " + asked.listen + ": upptagen, eller inte den här datorns");
    return isCertificate ? ExitCode::USAGE : ExitCode::UNAVAILABLE;
  }
  server->stopOnSignals();
  std::string host = place->address.find(':') == std::string::npos ? place->address : "[" + place->address + "]";
  std::string url = (certificate ? "https://" : "http://") + host + ":" + std::to_string(server->port());
  {
    Output out;
    if (asked.json) {
      JsonObject line(out.buffer());
      line.text("url", url).text("verifierKey", opened->witness->key().text()).close();
    } else {
      out << url;
    }
    out << "\n";
  }
  server->run();
  return ExitCode::OK;
}

ExitCode witness(const Asked& asked) {
  if (asked.what == "init") return init(asked);
  if (asked.what == "trust") return trust(asked);
  if (asked.what == "show") return show(asked);
  if (asked.what == "serve") return serve(asked);
  sayError("säg vad vittnet ska göra: init, trust, show eller serve");
  return ExitCode::USAGE;
}

}  // namespace

const Verb WITNESS = {
    "witness", "ett vittne: minns andras loggar och intygar bara det som fortsätter dem",
    "  liggare witness init vittne --name vittne.example/a\n"
    "  liggare witness trust vittne --log region.example/1+1a2b3c4d+AZ…\n"
    "  liggare witness serve vittne --listen 127.0.0.1:8420          # skriver sin adress när det lyssnar\n"
    "  liggare witness show vittne --json\n"
    "Vittnets nyckel är dess egen och delas med ingen logg och inget annat vittne. Katalogen återställs aldrig från "
    "en\n"
    "kopia: den minns då mindre än vad som är intygat. Avslutar med 5 om den är skadad, 6 utan dess nyckel, 69 om den\n"
    "används eller adressen är upptagen.",
    [](VerbForm& form) -> std::function<ExitCode()> {
      auto asked = std::make_shared<Asked>();
      form.place("VAD", asked->what, "init, trust, show eller serve");
      form.place("DIR", asked->place.directory, "vittnets katalog");
      form.option("--keys", "FIL", asked->place.keyFile, "nyckelhållarens fil (DIR.keys)");
      form.option("--name", "NAMN", asked->name, "init: vittnets namn i sina intyg");
      form.option("--log", "NYCKEL", asked->log, "trust: loggens verifieringsnyckel, eller en fil som har den");
      form.option("--listen", "ADRESS:PORT", asked->listen,
                  "serve: var det lyssnar (127.0.0.1:8420; port 0 är en ledig)");
      form.option("--cert", "FIL", asked->certificate, "serve: certifikatkedja (PEM); utan den är det HTTP");
      form.option("--cert-key", "FIL", asked->certificateKey, "serve: certifikatets nyckel (PEM)");
      form.flag("--json", asked->json, "svara med JSON");
      return [asked] { return witness(*asked); };
    }};

}  // namespace liggare::cli
