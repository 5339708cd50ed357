// liggare verify-bundle FILE --key VKEY: checks a bundle without the journal.
#include "cli/bundle-file.h"
#include "cli/trust.h"
#include "engine/intake/json.h"
#include "engine/log/attestation.h"

namespace liggare::cli {

namespace {

struct Asked {
  std::string file, known, auditors, book;
  TrustWords trust;
  bool json = false;
};

using Kind = BundleFault::Kind;

std::string_view faultName(Kind kind) {
  switch (kind) {
    case Kind::CHECKPOINT: return "checkpoint";
    case Kind::CLOSING: return "closing";
    case Kind::ATTESTATION: return "attestation";
    case Kind::PLACE: return "place";
    case Kind::ENTRY: return "entry";
    case Kind::LINE: return "line";
    case Kind::ORDER: return "order";
    case Kind::RANGE: return "range";
    case Kind::SEALED: return "sealed";
    case Kind::PART: return "part";
    case Kind::BOOKS: return "books";
    case Kind::IDENTITY: return "identity";
    case Kind::MONTHS: return "months";
    case Kind::FORKED: return "forked";
  }
  return "";
}

std::string_view faultWords(Kind kind) {
  switch (kind) {
    case Kind::CHECKPOINT: return "kontrollpunkten är inte undertecknad med den nyckeln, eller gäller en annan logg";
    case Kind::CLOSING: return "bokslutet är inget bokslut, eller ligger inte under kontrollpunkten";
    case Kind::ATTESTATION: return "revisorernas underskrift gäller något annat än det bokslutet";
    case Kind::PLACE: return "bevisets plats är inte den bokens under bokslutet";
    case Kind::ENTRY: return "posten går inte att läsa, eller ligger inte under kontrollpunkten";
    case Kind::LINE: return "postens rader säger inte att den har det numret i boken";
    case Kind::ORDER: return "posten står inte efter den som har numret före";
    case Kind::RANGE: return "posterna är inte just de som bokslutet räknar";
    case Kind::SEALED: return "innehållets digester är inte postens";
    case Kind::PART: return "en del öppnas inte av den nyckel som står bredvid";
    case Kind::BOOKS: return "bokens id är inte dess namns, eller boken står två gånger";
    case Kind::IDENTITY: return "böckerna är inte just en persons under alla nycklar som har slagits samman";
    case Kind::MONTHS: return "en eller flera månader av vårdgivarens åtkomstlogg fattas";
    case Kind::FORKED: return "kontrollpunkten fortsätter inte den som är känd: någon har visats en annan logg";
  }
  return "";
}

bool isAboutEntry(Kind kind) {
  return kind == Kind::ENTRY || kind == Kind::LINE || kind == Kind::ORDER || kind == Kind::SEALED || kind == Kind::PART;
}

bool isAboutBook(Kind kind) {
  return isAboutEntry(kind) || kind == Kind::PLACE || kind == Kind::RANGE || kind == Kind::BOOKS;
}

// What was asked, and what the bundle answered.
struct Judged {
  CheckedBundle checked;
  std::optional<PolicyVerdict> witnessed, audited;
  std::vector<std::string> attestedBy;  // names on the attestation, whoever they are
  bool isBookExpected = false;          // the reader said which book it is, by its id
};

std::optional<Distrust> distrustOfAuditors(const PolicyVerdict& verdict) {
  switch (verdict.flaw) {
    case PolicyVerdict::Flaw::NONE: return std::nullopt;
    case PolicyVerdict::Flaw::QUORUM:
      return Distrust{ExitCode::UNVERIFIABLE, "för få av policyns revisorer har skrivit under bokslutet (" +
                                                  std::to_string(verdict.cosignedBy.size()) + ")"};
    default: return Distrust{ExitCode::INTEGRITY, "en revisors underskrift på bokslutet är falsk"};
  }
}

// Why it is less than it should be, though nothing in it is false.
std::optional<Distrust> doubtOf(const Judged& judged) {
  if (judged.witnessed)
    if (auto doubt = distrust(*judged.witnessed)) return doubt;
  if (judged.audited)
    if (auto doubt = distrustOfAuditors(*judged.audited)) return doubt;
  const CheckedBundle& c = judged.checked;
  if (c.since == CheckedBundle::Since::NO_PROOF)
    return Distrust{ExitCode::UNVERIFIABLE, "bunten har inget bevis för den kända kontrollpunktens storlek"};
  if (c.subject != CheckedBundle::Subject::BOUND && !judged.isBookExpected)
    return Distrust{ExitCode::UNVERIFIABLE, "ingen händelse i bunten säger vems böckerna är"};
  if (c.person == CheckedBundle::Person::UNTOLD)
    return Distrust{ExitCode::UNVERIFIABLE, "en händelse som kan vara en sammanslagning är inte öppnad"};
  return std::nullopt;
}

ExitCode codeOf(const Judged& judged) {
  if (judged.checked.fault) return ExitCode::INTEGRITY;
  if (auto doubt = doubtOf(judged)) return doubt->code;
  return judged.checked.isWhole() ? ExitCode::OK : ExitCode::INCOMPLETE;
}

void tellEvent(const OpenedEvent& event, Number number, bool isCounted, Output& out) {
  auto kind = event.view.common.getKind();
  out << "    " << padded(grouped(number), 6) << padded(formatSwedish(event.entry.recordedAt), 22)
      << (kind ? std::string(kindName(kind)) : std::string(event.entry.isSealed() ? "(visas inte)" : "(motorns egen)"))
      << (isCounted ? "" : faint("   efter bokslutet")) << "\n";
}

std::string_view bookWords(const CheckedBook& book) {
  if (!book.name) return "vems sägs inte";
  switch (book.name->kind) {
    case BookKind::STREAM:
      return book.name->stream == StreamKind::AX   ? "vårdgivarens åtkomstlogg, en månad"
             : book.name->stream == StreamKind::RV ? "vårdgivarens logguppföljning"
                                                   : "en ström";
    case BookKind::PATIENT: return "patientens journal";
    case BookKind::ACCESS: return "patientens åtkomstlogg";
    case BookKind::ACTOR: return "vad en medarbetare har gjort";
    case BookKind::OWNER: return "läsningar av vårdgivarens uppgifter";
    case BookKind::COMMISSION: return "ett medarbetaruppdrag";
    case BookKind::PROVIDER: return "vårdgivarens styrning";
    case BookKind::REGION: return "regionens policy";
  }
  return "";
}

void tellBook(const CheckedBook& book, Output& out) {
  out << "  Bok            " << toHex(book.book) << ", " << bookWords(book) << ", " << grouped(book.size)
      << " poster enligt bokslutet\n";
  for (size_t i = 0; i < book.events.size(); ++i) tellEvent(book.events[i], book.from + i, i < book.counted, out);
  out << "    Bokförda     "
      << (book.isWhole() ? "alla " + grouped(book.size)
                         : grouped(book.counted) + " av " + grouped(book.size) + ": en del av boken")
      << (book.later ? ", och " + grouped(book.later) + " senare; fler kan finnas" : "") << "\n";
}

std::string join(const std::vector<std::string>& words) {
  std::string out;
  for (auto& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

void tell(const Bundle& bundle, const Judged& judged, Output& out) {
  const CheckedBundle& c = judged.checked;
  out << bundle.origin << "\n";
  out << "  Kontrollpunkt  storlek " << grouped(c.checkpoint.head.size) << ", rot " << toHex(c.checkpoint.head.root)
      << "\n";
  out << "  Bokslut        position " << grouped(c.closingPosition) << ", de " << grouped(c.closing.coveredSize)
      << " första posterna\n";
  if (judged.attestedBy.empty())
    out << "  Revisorer      ingen har skrivit under bokslutet\n";
  else if (judged.audited)
    out << "  Revisorer      " << cosignedWords(*judged.audited) << "\n";
  else
    out << "  Revisorer      " << join(judged.attestedBy) << ": inte prövade; säg vilka som gäller med --auditors\n";
  for (const CheckedBook& book : c.books) tellBook(book, out);
  if (c.person == CheckedBundle::Person::ALL_KEYS)
    out << "  Person         alla nycklar som har slagits samman är med\n";
  if (c.since == CheckedBundle::Since::CONTINUED) out << "  Fortsättning   på den kända kontrollpunkten\n";
  if (judged.witnessed) out << "  Vittnen        " << cosignedWords(*judged.witnessed) << "\n";
  auto doubt = doubtOf(judged);
  out << "  RESULTAT       " << (doubt ? red("kan inte prövas: " + doubt->why) : green("stämmer")) << "\n";
}

std::string booksJson(const CheckedBundle& c) {
  std::string out = "[";
  for (const CheckedBook& book : c.books) {
    if (out.size() > 1) out += ',';
    JsonObject json(out);
    json.plain("book", toHex(book.book)).plain("name", book.name ? toHex(book.name->bytes()) : "");
    json.number("size", book.size).number("from", book.from);
    json.number("counted", book.counted).number("later", book.later);
    json.truth("whole", JsonObject::Truth{book.isWhole()}).close();
  }
  return out + "]";
}

std::string namesJson(const std::vector<std::string>& names) {
  std::string out = "[";
  for (auto& each : names) out += (out.size() > 1 ? "," : "") + intake::quoteJson(each);
  return out + "]";
}

void tellJson(const Judged& judged, Output& out) {
  const CheckedBundle& c = judged.checked;
  JsonObject json(out.buffer());
  json.truth("whole", JsonObject::Truth{codeOf(judged) == ExitCode::OK});
  if (c.fault) {
    json.plain("fault", faultName(c.fault->kind));
    if (isAboutBook(c.fault->kind) && c.fault->book != SIZE_MAX) json.number("book", c.fault->book);
    if (isAboutEntry(c.fault->kind)) json.number("entry", c.fault->entry);
  } else {
    json.number("size", c.checkpoint.head.size).plain("root", toHex(c.checkpoint.head.root));
    json.number("closing", c.closingPosition).number("covered", c.closing.coveredSize).raw("books", booksJson(c));
    json.plain("subject", c.subject == CheckedBundle::Subject::BOUND     ? "bound"
                          : c.subject == CheckedBundle::Subject::UNBOUND ? "unbound"
                                                                         : "unnamed");
    json.plain("person", c.person == CheckedBundle::Person::ALL_KEYS ? "allKeys"
                         : c.person == CheckedBundle::Person::UNTOLD ? "untold"
                                                                     : "none");
    json.plain("since", c.since == CheckedBundle::Since::NOT_ASKED   ? "notAsked"
                        : c.since == CheckedBundle::Since::CONTINUED ? "continued"
                                                                     : "noProof");
    if (judged.witnessed) json.raw("cosigned", cosignedJson(*judged.witnessed));
    json.raw("attestedBy", namesJson(judged.attestedBy));
    if (judged.audited) json.raw("audited", cosignedJson(*judged.audited));
    if (auto doubt = doubtOf(judged)) json.text("doubt", doubt->why);
  }
  json.close();
  out << "\n";
}

std::string placeOf(const Bundle& bundle, const BundleFault& fault) {
  if (!isAboutBook(fault.kind)) return {};
  if (fault.book >= bundle.books.size()) return "händelsen som säger vem det gäller: ";
  const BundleBook& book = bundle.books[fault.book];
  std::string out = bundle.books.size() > 1 ? "boken " + toHex(book.book) + ": " : "";
  return isAboutEntry(fault.kind) ? out + "nummer " + std::to_string(book.from + fault.entry) + ": " : out;
}

std::vector<std::string> namesOn(const std::string& attestation) {
  std::vector<std::string> out;
  if (auto note = parseNote(attestation))
    for (const NoteSignature& signature : note->signatures) out.push_back(signature.name);
  return out;
}

ExitCode verifyBundle(const Asked& asked) {
  ExitCode code = ExitCode::OK;
  auto trust = readTrust(asked.trust, code);
  if (!trust) return code;
  auto text = readSmallFile(asked.file);
  if (!text) {
    sayError(asked.file + " går inte att läsa");
    return ExitCode::NOT_FOUND;
  }
  std::string why;
  auto bundle = decodeBundle(*text, why);
  if (!bundle) {
    sayError(asked.file + " är ingen bunt: " + why);
    return ExitCode::FAILURE;
  }
  VerifierKey key = keyFor(*trust, bundle->checkpoint);
  std::optional<Checkpoint> known;
  if (!asked.known.empty()) {
    auto note = readSmallFile(asked.known);
    known = note ? openCheckpoint(*note, key.name, std::span(&key, 1)) : std::nullopt;
    if (!known) {
      sayError(asked.known + " är ingen kontrollpunkt undertecknad med den nyckeln");
      return ExitCode::UNVERIFIABLE;
    }
  }
  std::optional<Policy> auditors;
  if (!asked.auditors.empty() && !(auditors = readPolicyFile(asked.auditors, code))) return code;
  Judged judged;
  judged.checked = checkBundle(*bundle, std::span(&key, 1), known);
  const CheckedBundle& c = judged.checked;
  if (trust->asked == Trust::Asked::POLICY) judged.witnessed = judgeCheckpoint(trust->policy, bundle->checkpoint);
  judged.attestedBy = namesOn(bundle->attestation);
  if (auditors && !c.fault)
    judged.audited = judgeAttestation(*auditors, bundle->attestation,
                                      {bundle->origin, c.closingPosition, leafHash(bundle->closing), c.closing});
  judged.isBookExpected = bundle->books.size() == 1 && toHex(bundle->books[0].book) == asked.book;
  Output out;
  if (asked.json)
    tellJson(judged, out);
  else if (!c.fault)
    tell(*bundle, judged, out);
  out.flush();
  if (c.fault) {
    sayError(placeOf(*bundle, *c.fault) + std::string(faultWords(c.fault->kind)));
  } else if (auto doubt = doubtOf(judged)) {
    sayError(doubt->why);
  }
  return codeOf(judged);
}

}  // namespace

const Verb VERIFY_BUNDLE = {
    "verify-bundle", "pröva en bunt, utan journalen",
    "  liggare verify-bundle utdrag.json --key region.example/1+1a2b3c4d+AbCd…\n"
    "  liggare verify-bundle utdrag.json --key NYCKEL --checkpoint J.kontrollpunkt\n"
    "  liggare verify-bundle utdrag.json --policy region.policy     # också vittnenas intyg\n"
    "  liggare verify-bundle utdrag.json --key NYCKEL --auditors revisorer.policy    # vem har räknat om bokslutet?\n"
    "Avslutar med 0 hela böcker, 5 något är ändrat eller fattas (det första namnges), 6 fortsättningen, vems böckerna\n"
    "är eller att de är alla går inte att pröva, för få vittnen eller revisorer har skrivit under, 7 en del av en\n"
    "bok. Att bokslutet räknar varje rad prövas av liggare verify --full, och går "
    "inte att se av en bunt.",
    [](VerbForm& form) -> std::function<ExitCode()> {
      auto asked = std::make_shared<Asked>();
      form.place("FILE", asked->file, "bunten");
      bindTrust(form, asked->trust);
      form.option("--checkpoint", "FIL", asked->known, "en kontrollpunkt av samma logg som är känd sedan förut");
      form.option("--auditors", "FIL", asked->auditors, "revisorer vars underskrift på bokslutet krävs (policy)");
      form.option("--book", "ID", asked->book, "den bok som väntas, när bunten inte säger vems den är");
      form.flag("--json", asked->json, "svara med JSON");
      return [asked] { return verifyBundle(*asked); };
    }};

}  // namespace liggare::cli
