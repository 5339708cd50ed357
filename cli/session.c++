#include "cli/session.h"

#include <pwd.h>
#include <unistd.h>

#include <capnp/schema.h>

#include "cli/operational-log.h"
#include "engine/vault/key-holder.h"
#include "schemas/event.capnp.h"

namespace liggare::cli {

void bindPlace(VerbForm& form, Place& place) {
  form.place("DIR", place.directory, "journalens katalog");
  form.option("--keys", "FIL", place.keyFile, "nyckelhållarens fil (DIR.keys)");
  bindToken(form, place.token);
}

void bindToken(VerbForm& form, std::string& token) {
  form.option("--pkcs11", "URI", token,
              "kortet som har förseglat nyckelfilen (RFC 7512), med module-path och pin-source");
}

std::string_view custodyText(KeyCustody custody) {
  switch (custody) {
    case KeyCustody::MEMORY: return "i minnet";
    case KeyCustody::FILE: return "i klartext i en fil";
    case KeyCustody::TOKEN_SEALS: return "i en fil, förseglade av ett PKCS#11-kort, signeringsnyckeln också";
    case KeyCustody::TOKEN_SIGNS: break;
  }
  return "i en fil, förseglade av ett PKCS#11-kort, som också undertecknar";
}

std::string_view custodyName(KeyCustody custody) {
  switch (custody) {
    case KeyCustody::MEMORY: return "memory";
    case KeyCustody::FILE: return "file";
    case KeyCustody::TOKEN_SEALS: return "tokenSeals";
    case KeyCustody::TOKEN_SIGNS: break;
  }
  return "tokenSigns";
}

void bindVaultCopy(VerbForm& form, Place& place) {
  form.option("--vault-copy", "KATALOG", place.vaultCopy, "var valvet kopieras innan nycklar förstörs (DIR.vault)");
}

ExitCode exitOf(JournalFault::Kind kind) {
  switch (kind) {
    case JournalFault::Kind::NOT_A_JOURNAL: return ExitCode::NOT_FOUND;
    case JournalFault::Kind::IN_USE: return ExitCode::UNAVAILABLE;
    case JournalFault::Kind::NEWER_FORMAT: return ExitCode::UNVERIFIABLE;
    case JournalFault::Kind::NO_KEY_HOLDER: return ExitCode::UNVERIFIABLE;
    case JournalFault::Kind::DAMAGED: return ExitCode::INTEGRITY;
    case JournalFault::Kind::EXISTS: return ExitCode::FAILURE;
    case JournalFault::Kind::UNAVAILABLE: break;
  }
  return ExitCode::UNAVAILABLE;
}

ExitCode sayFault(const JournalFault& fault) {
  sayError(fault.why);
  return exitOf(fault.kind);
}

std::unique_ptr<Journal> openJournal(const Place& place, JournalOptions::Access access, ExitCode& code) {
  JournalOptions options;
  options.directory = place.directory;
  options.keyFile = place.keyFile;
  options.token = place.token;
  options.vaultCopy = place.vaultCopy;
  options.access = access;
  options.observer = &operationalLog();
  JournalFault fault{};
  auto journal = Journal::open(options, fault);
  code = journal ? ExitCode::OK : sayFault(fault);
  return journal;
}

std::string clientName(const Journal& journal, const std::string& wanted) {
  bool claimsDemo = wanted.starts_with("demo:");
  if (journal.isDemo()) return claimsDemo ? wanted : "demo:" + wanted;
  return claimsDemo ? wanted.substr(5) : wanted;
}

std::string osUser() {
  const passwd* entry = ::getpwuid(::geteuid());
  return entry && entry->pw_name ? entry->pw_name : "uid " + std::to_string(::geteuid());
}

std::string_view kindName(uint16_t kind) {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (auto field : capnp::Schema::from<schema::Body>().getUnionFields())
      all.push_back(field.getProto().getName().cStr());
    return all;  // in the order of discriminants
  }();
  return kind < names.size() ? std::string_view(names[kind]) : "unknown";
}
std::string_view kindName(schema::Body::Which kind) { return kindName(static_cast<uint16_t>(kind)); }

}  // namespace liggare::cli
