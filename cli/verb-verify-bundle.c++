// liggare verify-bundle FILE --key VKEY: checks a bundle without the journal.
#include "cli/bundle-file.h"
#include "cli/trust.h"

namespace liggare::cli {

namespace {

struct Asked {
  std::string file, known;
  TrustWords trust;
  bool json = false;
};

using Kind = BundleFault::Kind;

std::string_view faultName(Kind kind) {
  switch (kind) {
    case Kind::CHECKPOINT: return "checkpoint";
    case Kind::CLOSING: return "closing";
    case Kind::PLACE: return "place";
    case Kind::ENTRY: return "entry";
    case Kind::LINE: return "line";
    case Kind::ORDER: return "order";
    case Kind::RANGE: return "range";
    case Kind::SEALED: return "sealed";
    case Kind::PART: return "part";
    case Kind::FORKED: return "forked";
  }
  return "";
}

std::string_view faultWords(Kind kind) {
  switch (kind) {
    case Kind::CHECKPOINT: return "kontrollpunkten är inte undertecknad med den nyckeln, eller gäller en annan logg";
    case Kind::CLOSING: return "bokslutet är inget bokslut, eller ligger inte under kontrollpunkten";
    case Kind::PLACE: return "bevisets plats är inte den bokens under bokslutet";
    case Kind::ENTRY: return "posten går inte att läsa, eller ligger inte under kontrollpunkten";
    case Kind::LINE: return "postens rader säger inte att den har det numret i boken";
    case Kind::ORDER: return "posten står inte efter den som har numret före";
    case Kind::RANGE: return "posterna är inte just de som bokslutet räknar";
    case Kind::SEALED: return "innehållets digester är inte postens";
    case Kind::PART: return "en del öppnas inte av den nyckel som står bredvid";
    case Kind::FORKED: return "kontrollpunkten fortsätter inte den som är känd: någon har visats en annan logg";
  }
  return "";
}

bool isAboutEntry(Kind kind) {
  return kind == Kind::ENTRY || kind == Kind::LINE || kind == Kind::ORDER || kind == Kind::SEALED || kind == Kind::PART;
}

ExitCode codeOf(const CheckedBundle& checked, const std::optional<Distrust>& doubt) {
  if (checked.fault) return ExitCode::INTEGRITY;
  if (doubt) return doubt->code;
  if (checked.since == CheckedBundle::Since::NO_PROOF) return ExitCode::UNVERIFIABLE;
  return checked.isWholeBook() ? ExitCode::OK : ExitCode::INCOMPLETE;
}

void tellEvent(const OpenedEvent& event, Number number, bool isCounted, Output& out) {
  auto kind = event.view.common.getKind();
  out << "  " << padded(grouped(number), 6) << padded(formatSwedish(event.entry.recordedAt), 22)
      << (kind ? std::string(kindName(kind)) : std::string(event.entry.isSealed() ? "(visas inte)" : "(motorns egen)"))
      << (isCounted ? "" : faint("   efter bokslutet")) << "\n";
}

void tell(const Bundle& bundle, const CheckedBundle& c, const std::optional<PolicyVerdict>& witnessed, Output& out) {
  out << bundle.origin << "\n";
  out << "  Kontrollpunkt  storlek " << grouped(c.checkpoint.head.size) << ", rot " << toHex(c.checkpoint.head.root)
      << "\n";
  out << "  Bokslut        position " << grouped(c.closingPosition) << ", de " << grouped(c.coveredSize)
      << " första posterna\n";
  out << "  Bok            " << toHex(bundle.book) << ", " << grouped(c.bookSize) << " poster enligt bokslutet\n";
  for (size_t i = 0; i < c.events.size(); ++i) tellEvent(c.events[i], c.from + i, i < c.counted, out);
  out << "  Bokförda       "
      << (c.isWholeBook() ? "alla " + grouped(c.bookSize)
                          : grouped(c.counted) + " av " + grouped(c.bookSize) + ": en del av boken")
      << "\n";
  out << "  Senare         " << grouped(c.later) << " i loggen men inte bokförda än; fler kan finnas\n";
  if (c.since == CheckedBundle::Since::CONTINUED) out << "  Fortsättning   på den kända kontrollpunkten\n";
  if (c.since == CheckedBundle::Since::NO_PROOF)
    out << "  Fortsättning   inte visad: bunten har inget bevis för den kända kontrollpunktens storlek\n";
  if (witnessed) out << "  Vittnen        " << cosignedWords(*witnessed) << "\n";
  auto doubt = witnessed ? distrust(*witnessed) : std::nullopt;
  out << "  RESULTAT       " << (doubt ? red("kan inte prövas: " + doubt->why) : green("stämmer")) << "\n";
}

void tellJson(const CheckedBundle& c, const std::optional<PolicyVerdict>& witnessed, Output& out) {
  JsonObject json(out.buffer());
  json.truth("whole", JsonObject::Truth{!c.fault && c.isWholeBook()});
  if (c.fault) {
    json.plain("fault", faultName(c.fault->kind));
    if (isAboutEntry(c.fault->kind)) json.number("entry", c.fault->entry);
  } else {
    json.number("size", c.checkpoint.head.size).plain("root", toHex(c.checkpoint.head.root));
    json.number("closing", c.closingPosition).number("covered", c.coveredSize).number("bookSize", c.bookSize);
    json.number("from", c.from).number("counted", c.counted).number("later", c.later);
    json.plain("since", c.since == CheckedBundle::Since::NOT_ASKED   ? "notAsked"
                        : c.since == CheckedBundle::Since::CONTINUED ? "continued"
                                                                     : "noProof");
    if (witnessed) json.raw("cosigned", cosignedJson(*witnessed));
  }
  json.close();
  out << "\n";
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
  auto checked = checkBundle(*bundle, std::span(&key, 1), known);
  std::optional<PolicyVerdict> witnessed;
  if (trust->asked == Trust::Asked::POLICY) witnessed = judgeCheckpoint(trust->policy, bundle->checkpoint);
  Output out;
  if (asked.json)
    tellJson(checked, witnessed, out);
  else if (!checked.fault)
    tell(*bundle, checked, witnessed, out);
  out.flush();
  if (checked.fault)
    sayError((isAboutEntry(checked.fault->kind) ? "nummer " + std::to_string(bundle->from + checked.fault->entry) + ": "
                                                : std::string()) +
             std::string(faultWords(checked.fault->kind)));
  auto doubt = witnessed ? distrust(*witnessed) : std::nullopt;
  if (!checked.fault && doubt) sayError(doubt->why);
  return codeOf(checked, doubt);
}

}  // namespace

const Verb VERIFY_BUNDLE = {
    "verify-bundle", "pröva en bunt, utan journalen",
    "  liggare verify-bundle utdrag.json --key region.example/1+1a2b3c4d+AbCd…\n"
    "  liggare verify-bundle utdrag.json --key NYCKEL --checkpoint J.kontrollpunkt\n"
    "  liggare verify-bundle utdrag.json --policy region.policy     # också vittnenas intyg\n"
    "Avslutar med 0 hel bok, 5 något är ändrat (det första namnges), 6 fortsättningen går inte att pröva eller för få\n"
    "vittnen har intygat, 7 en del av boken. Att bokslutet räknar varje rad prövas av liggare verify --full, och går "
    "inte att se av en bunt.",
    [](VerbForm& form) -> std::function<ExitCode()> {
      auto asked = std::make_shared<Asked>();
      form.place("FILE", asked->file, "bunten");
      bindTrust(form, asked->trust);
      form.option("--checkpoint", "FIL", asked->known, "en kontrollpunkt av samma logg som är känd sedan förut");
      form.flag("--json", asked->json, "svara med JSON");
      return [asked] { return verifyBundle(*asked); };
    }};

}  // namespace liggare::cli
