#include "cli/cosign.h"

#include <thread>

#include "engine/log/checkpoint-shelf.h"
#include "engine/log/opening.h"
#include "engine/log/text-lines.h"
#include "engine/log/witness.h"
#include "server/http-client.h"

namespace liggare::cli {

namespace {

constexpr size_t WITNESSES_MAX = 64;
constexpr int TRIES = 3;  // a witness says which size it has; it may move once more meanwhile
constexpr uint64_t SECONDS_MAX = 600;

using server::HttpFault;
using server::HttpOrder;
using server::HttpReply;

bool isBy(const NoteSignature& signature, const VerifierKey& key) {
  return signature.name == key.name && signature.keyId == key.keyId();
}

// One address, asked on a thread of its own.
class Asking {
 public:
  Asking(SignedLog& log, const CosignOrder& what, std::string to, server::HttpUrl where, uint64_t believed)
      : from(log), order(what), url(std::move(where)), oldSize(believed) {
    told.url = std::move(to);
    for (const PolicyWitness& witness : order.policy.witnesses)
      if (witness.url == told.url) told.name = witness.name;
  }

  void run() {
    for (int i = 0; i < TRIES && told.why.empty() && told.kind == WitnessTold::Kind::FAILED; ++i) ask();
    if (told.kind == WitnessTold::Kind::FAILED && told.why.empty()) told.why = "säger varje gång en annan storlek";
  }

  WitnessTold told;
  std::vector<NoteSignature> signatures;  // checked

 private:
  std::variant<HttpReply, HttpFault> send(std::string method, std::string path, std::string body) {
    HttpOrder request{url, std::move(method), std::move(path), std::move(body), {}, NOTE_BYTES_MAX, order.caFile};
    request.within = std::chrono::seconds(order.secondsAtMost);
    return server::sendHttp(request);
  }

  void ask() {
    AddCheckpoint request{oldSize, from.log->consistency(oldSize, from.head.size), logsOwn()};
    auto answer = send("POST", "/add-checkpoint", formatAddCheckpoint(request));
    if (auto* fault = std::get_if<HttpFault>(&answer)) {
      told.why = fault->why;
      return;
    }
    auto& reply = std::get<HttpReply>(answer);
    switch (reply.status) {
      case 200: return take(reply.body);
      case 409: return takeSize(reply);
      case 422:
        told.why = "säger att loggen inte är en fortsättning på vad det har intygat (422)";
        return lookForFork();
      case 403: told.why = "känner loggens namn men inte dess nyckel (403)"; return;
      case 404: told.why = "känner inte loggen (404)"; return;
      default: told.why = "svarade " + std::to_string(reply.status);
    }
  }

  // What the log said itself: others' cosignatures are none of a witness's business.
  std::string logsOwn() const {
    auto note = parseNote(from.note);
    Note own{note->text, {}};
    for (const NoteSignature& signature : note->signatures)
      if (isBy(signature, from.key)) own.signatures.push_back(signature);
    return formatNote(own);
  }

  void take(const std::string& body) {
    auto lines = parseSignatureLines(body);
    auto note = parseNote(from.note);
    if (!lines) {
      told.why = "svarade med något annat än underskrifter";
      return;
    }
    for (const NoteSignature& line : *lines) {
      for (const PolicyWitness& witness : order.policy.witnesses) {
        if (!isBy(line, witness.key) || !cosignedSeconds(line)) continue;
        if (!verifyNote({note->text, {line}}, {&witness.key, 1}).isVerifiedBy(witness.key.name)) {
          told.why = "svarade med en underskrift som inte är riktig";
          return;
        }
        told.name = witness.name;
        signatures.push_back(line);
      }
    }
    if (signatures.empty())
      told.why = "svarade, men inte som något av policyns vittnen";
    else
      told.kind = WitnessTold::Kind::COSIGNED;
  }

  void takeSize(const HttpReply& reply) {
    std::string_view text = reply.body;
    auto line = takeLine(text);
    auto size = line && text.empty() && reply.contentType == WITNESS_SIZE_TYPE ? parseDecimal(*line) : std::nullopt;
    if (!size || *size == oldSize) {
      told.why = "svarade 409 utan att säga vilken storlek det har";
    } else if (*size > from.head.size) {
      told.why =
          "säger sig ha intygat " + grouped(*size) + " poster; loggen har undertecknat " + grouped(from.head.size);
      lookForFork();
    } else {
      oldSize = *size;
    }
  }

  // Anybody can say that a log forked. A checkpoint that the log's own key signed and the log does not hold shows it.
  void lookForFork() {
    auto answer = send("GET", "/" + witnessedName(from.origin) + "/checkpoint", {});
    auto* reply = std::get_if<HttpReply>(&answer);
    if (!reply || reply->status != 200) return;
    auto shown = openCheckpoint(reply->body, from.origin, {&from.key, 1});
    if (!shown) return;
    const Head& head = shown->head;
    if (head.size <= from.log->durableSize() && from.log->rootAt(head.size) == head.root) return;
    told.kind = WitnessTold::Kind::FORKED;
    told.why = "har intygat " + grouped(head.size) + " poster med roten " + toHex(head.root) +
               ", undertecknade med loggens nyckel, och loggen har dem inte";
    told.evidence = reply->body;
  }

  SignedLog& from;
  const CosignOrder& order;
  const server::HttpUrl url;
  uint64_t oldSize;
};

// What a witness is likely to have: the last it was kept with. When it is something else it says so, and is asked
// again.
uint64_t lastCosigned(const std::string& directory, const SignedLog& from, const CosignOrder& order) {
  constexpr int LOOKED_AT_MAX = 20'000;
  uint64_t size = 0;
  int seen = 0;
  CheckpointShelf(checkpointsPath(directory)).eachBackwards([&](const CheckpointShelf::Kept& kept) {
    auto note = parseNote(kept.note);
    if (++seen > LOOKED_AT_MAX) return false;
    if (!kept.checkpoint || !note || kept.checkpoint->head.size > from.head.size) return true;
    for (const NoteSignature& signature : note->signatures)
      for (const PolicyWitness& witness : order.policy.witnesses)
        if (isBy(signature, witness.key)) size = kept.checkpoint->head.size;
    return size == 0;
  });
  return size;
}

// The newest of each key: a cosignature says when.
void addSignatures(Note& to, const std::vector<NoteSignature>& signatures) {
  for (const NoteSignature& added : signatures) {
    std::erase_if(to.signatures,
                  [&](const NoteSignature& s) { return s.name == added.name && s.keyId == added.keyId; });
    to.signatures.push_back(added);
  }
}

std::optional<std::vector<std::string>> addresses(const CosignOrder& order, ExitCode& code) {
  std::vector<std::string> out;
  auto add = [&](const std::string& url) {
    if (!url.empty() && std::find(out.begin(), out.end(), url) == out.end()) out.push_back(url);
  };
  for (const PolicyWitness& witness : order.policy.witnesses) add(witness.url);
  for (const std::string& url : order.urls) add(url);
  code = ExitCode::USAGE;
  if (out.empty()) {
    sayError("ingen att fråga: policyn har inga adresser, och --witness säger ingen");
    return std::nullopt;
  }
  if (out.size() > WITNESSES_MAX || order.secondsAtMost == 0 || order.secondsAtMost > SECONDS_MAX) {
    sayError("högst " + std::to_string(WITNESSES_MAX) + " vittnen, och 1 till " + std::to_string(SECONDS_MAX) +
             " sekunder");
    return std::nullopt;
  }
  for (const std::string& url : out) {
    if (server::parseHttpUrl(url)) continue;
    sayError("ett vittnes adress går inte att läsa; den ser ut som https://vittne.example/väg");
    return std::nullopt;
  }
  code = ExitCode::OK;
  return out;
}

}  // namespace

std::optional<CosignOutcome> collectCosignatures(const Place& place, SignedLog& from, const CosignOrder& order,
                                                 ExitCode& code) {
  auto urls = addresses(order, code);
  if (!urls) return std::nullopt;
  uint64_t believed = lastCosigned(place.directory, from, order);
  std::vector<std::unique_ptr<Asking>> all;
  for (const std::string& url : *urls)
    all.push_back(std::make_unique<Asking>(from, order, url, *server::parseHttpUrl(url), believed));
  std::vector<std::thread> threads;
  for (auto& one : all)
    threads.emplace_back([&one] {
      auto fault = kj::runCatchingExceptions([&] { one->run(); });
      if (fault != nullptr) one->told.why = "gick inte att fråga";
    });
  for (auto& thread : threads) thread.join();
  CosignOutcome out;
  auto note = parseNote(from.note);
  for (auto& one : all) {
    addSignatures(*note, one->signatures);
    out.told.push_back(std::move(one->told));
  }
  out.note = formatNote(*note);
  out.verdict = judgeCheckpoint(order.policy, out.note);
  return out;
}

}  // namespace liggare::cli
