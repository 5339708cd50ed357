@0xbc4d5e6f7a8b0930;
# The enums and small structs that events, commands and views share. Enumerants are only appended.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("liggare::schema");
using import "annotations.capnp".sv;
using import "annotations.capnp".law;

struct Id { hi @0 :UInt64; lo @1 :UInt64; }   # 128 bits; hi is the first eight bytes big-endian; UUID text in JSON

enum Reality {
  planned  @0 $sv("planerad");
  occurred @1 $sv("inträffad");      # domain §00.1: what has happened is recorded, lawful or not
}

enum Purpose {                        # the commission's and the act's purpose; the last five have no national counterpart
  unstated           @0 $sv("ej angivet");
  care               @1 $sv("Vård och behandling");
  coordination       @2 $sv("Koordinering");
  qualityAssurance   @3 $sv("Kvalitetssäkring");
  otherDocumentation @4 $sv("Annan dokumentation enligt lag");
  statistics         @5 $sv("Statistik");
  administration     @6 $sv("Administration");
  qualityRegister    @7 $sv("Kvalitetsregister");
  certificate        @8 $sv("Intyg om vården") $law("PDL 3 kap. 16 §");
  logReview          @9 $sv("Logguppföljning") $law("PDL 4 kap. 3 §");
  supervision        @10 $sv("Tillsyn") $law("PSL 7 kap. 20 §");
  patientAccess      @11 $sv("Patientens egen åtkomst") $law("PDL 5 kap. 5 §");
  operation          @12 $sv("Drift");
}

enum Right {
  none          @0;
  read          @1 $sv("läsa");
  write         @2 $sv("journalföra");
  register      @3 $sv("registrera patientuppgifter");
  govern        @4 $sv("besluta om behörigheter och avtal");
  lift          @5 $sv("häva spärr");
  recordsOffice @6 $sv("lämna ut journaluppgifter");
  review        @7 $sv("granska loggar");
  annul         @8 $sv("makulera registrering");
  archive       @9 $sv("arkivera, gallra och förstöra efter beslut");
  headOfUnit    @10 $sv("leda verksamheten");
}

enum Ground {                         # domain §00.49
  none             @0 $sv("ingen");
  care             @1 $sv("deltar i vården") $law("PDL 4 kap. 1 §");
  workAdmin        @2 $sv("arbetet kräver det: administration") $law("PDL 4 kap. 1 §");
  workQuality      @3 $sv("arbetet kräver det: kvalitet") $law("PDL 4 kap. 1 §");
  workNeedAssessment @4 $sv("arbetet kräver det: bedöma behov av koordinering") $law("PDL 4 kap. 1 §");
  self             @5 $sv("patienten själv") $law("PDL 5 kap. 5 §");
  svod31           @6 $sv("samtycke") $law("SVOD 3 kap. 1 §");
  svod33           @7 $sv("kan inte samtycka") $law("SVOD 3 kap. 3 §");
  svod35           @8 $sv("vem som spärrat, vid fara") $law("SVOD 3 kap. 5 §");
  svod36           @9 $sv("nödöppning") $law("SVOD 3 kap. 6 §");
  liftConsent      @10 $sv("hävd spärr, samtycke") $law("PDL 4 kap. 5 § 1");
  liftEmergency    @11 $sv("hävd spärr, nödläge") $law("PDL 4 kap. 5 § 2");
  supervision      @12 $sv("tillsyn") $law("PSL 7 kap. 20 §");
  logReview        @13 $sv("logguppföljning") $law("PDL 4 kap. 3 §");
  svodFlags        @14 $sv("uppgift om att uppgifter finns") $law("SVOD 2 kap. 4-5 §§");
  workOther        @15 $sv("arbetet kräver det: annat") $law("PDL 4 kap. 1 §");
}

enum ItemClass {
  note            @0 $sv("anteckning");
  intervention    @1 $sv("koordineringsinsats");
  plan            @2 $sv("plan");
  consent         @3 $sv("samtycke");
  block           @4 $sv("spärr");
  eligibility     @5 $sv("underlag");
  assessment      @6 $sv("behovsbedömning");
  offer           @7 $sv("erbjudande");
  caseStep        @8 $sv("ärende");
  externalContact @9 $sv("extern kontakt");
  fk              @10 $sv("Försäkringskassan");
  disclosure      @11 $sv("utlämnande");
  identity        @12 $sv("patientuppgifter");
  fmu             @13 $sv("försäkringsmedicinsk utredning") $law("PDL 4 kap. 2 § andra stycket");
  accessLog       @14 $sv("åtkomstlogg");
  relation        @15 $sv("vårdrelation");
  information     @16 $sv("information till patienten");
  governance      @17 $sv("styrning");
  certificate     @18 $sv("intyg om vården") $law("PDL 3 kap. 16 §");
  copyRequest     @19 $sv("begäran om kopia") $law("PDL 8 kap. 2 §");
  complaint       @20 $sv("klagomål") $law("PSL 3 kap. 8 b §");
  outcome         @21 $sv("uppföljning av utfall");
  destruction     @22 $sv("förstöring och arkiv") $law("PDL 8 kap. 4 §");
  review          @23 $sv("logguppföljning") $law("PDL 4 kap. 3 §");
}

enum Action {
  read        @0 $sv("Läsa");
  write       @1 $sv("Skriva");
  sign        @2 $sv("Signera");
  print       @3 $sv("Utskrift");
  countersign @4 $sv("Vidimera");
  emergency   @5 $sv("Nödöppning");
  search      @6 $sv("Sök");
  export      @7 $sv("Export");
  admin       @8 $sv("Administration");
}

enum Step { flags @0 $sv("flaggor"); names @1 $sv("vårdgivare"); content @2 $sv("innehåll"); }
enum AccessOutcome { deny @0 $sv("nekad"); allow @1 $sv("tillåten"); }

enum ViewName {
  journal      @0 $sv("Patientjournal");
  shared       @1 $sv("Sammanhållen journalföring");
  patientLog   @2 $sv("Loggutdrag, patientens");
  userLog      @3 $sv("Åtkomstlogg, medarbetarens");
  unitLog      @4 $sv("Åtkomstlogg, enhetens");
  ownerLog     @5 $sv("Åtkomstlogg, informationsägarens");
  search       @6 $sv("Sökning");
  events       @7 $sv("Händelser");
  list         @8 $sv("Arbetslista");
  statistics   @9 $sv("Statistik");
  accessAs     @10 $sv("Vad en medarbetare kunde se");
  ivoPackage   @11 $sv("Underlag till IVO");
}

enum LoginMethod { none @0; password @1; smartCard @2 $sv("e-legitimation på kort"); mobileEid @3 $sv("mobil e-legitimation"); localClaim @4 $sv("lokalt påstående"); certificate @5; }

enum ProviderKind { public @0 $sv("offentlig"); private @1 $sv("privat"); social @2 $sv("omsorgsgivare"); }
enum UnitType { primaryCare @0 $sv("primärvård"); psychiatry @1 $sv("psykiatri"); orthopaedics @2 $sv("ortopedi"); rehabilitation @3 $sv("rehabilitering"); pain @4 $sv("smärtenhet"); other @5 $sv("övrig"); }

enum ConsentKind {
  c1 @0 $sv("samtycke till koordineringsinsatser") $law("2019:1297 3 §");
  c2 @1 $sv("samtycke till information till Försäkringskassan") $law("2019:1297 4 §");
  c3 @2 $sv("samtycke till utlämnande") $law("OSL 12 kap. 2 §");
  c4 @3 $sv("samtycke till sammanhållen journalföring") $law("SVOD 3 kap. 1 §");
  c7 @4 $sv("samtycke till att häva spärr") $law("PDL 4 kap. 5 §");
}
enum GivenBy { patient @0 $sv("patienten"); guardian @1 $sv("vårdnadshavare"); representative @2 $sv("företrädare"); }
enum Channel { oral @0 $sv("muntligt"); written @1 $sv("skriftligt"); eService @2 $sv("e-tjänst"); phone @3 $sv("telefon"); video @4 $sv("video"); letter @5 $sv("brev"); secureMessage @6 $sv("säkert meddelande"); }

enum DataCategory {
  contact @0 $sv("kontaktuppgifter"); workCapacity @1 $sv("arbetsförmåga"); plan @2 $sv("plan"); interventions @3 $sv("insatser");
  sickLeave @4 $sv("sjukskrivning"); medical @5 $sv("medicinska uppgifter"); notes @6 $sv("anteckningar"); all @7 $sv("allt");
}

enum PartnerType {
  employer @0 $sv("arbetsgivare"); fk @1 $sv("Försäkringskassan"); af @2 $sv("Arbetsförmedlingen"); municipalitySocial @3 $sv("kommunens socialtjänst");
  companyHealth @4 $sv("företagshälsovård"); otherCare @5 $sv("annan vård"); union @6 $sv("fackförbund"); education @7 $sv("utbildning"); relative @8 $sv("närstående"); other @9 $sv("annan");
}

enum DisclosureBasis {
  none @0;
  consentC2Fk4 @1 $sv("samtycke, 4 §") $law("2019:1297 4 §");
  consentC3 @2 $sv("samtycke") $law("OSL 12 kap. 2 §");
  sfb11031 @3 $sv("uppgiftsskyldighet") $law("SFB 110 kap. 31 §");
  sfb11014Query @4 $sv("förfrågan") $law("SFB 110 kap. 14 §");
  harmTest @5 $sv("menprövning") $law("OSL 25 kap. 1 §");
  patientSelf @6 $sv("patienten själv");
  ivoSupervision @7 $sv("IVO:s tillsyn") $law("PSL 7 kap. 20 §");
  court @8 $sv("domstol"); police @9 $sv("polis");
  childConcern @10 $sv("orosanmälan") $law("SoL 19 kap. 1 §");
  psl615 @11 $law("PSL 6 kap. 15 §"); patientBoard @12 $sv("patientnämnd"); osl2511 @13 $law("OSL 25 kap. 11 §"); research @14 $sv("forskning");
  otherStatute @15 $sv("annan lag"); generalClause @16 $sv("generalklausul");   # the last only to be refused
}

enum Requester { fk @0 $sv("Försäkringskassan"); pensionAuthority @1 $sv("Pensionsmyndigheten"); taxAuthority @2 $sv("Skatteverket"); adminCourt @3 $sv("förvaltningsdomstol"); other @4 $sv("annan"); }

enum InterventionKind {
  personalSupport @0 $sv("personligt stöd"); internalCoordination @1 $sv("intern samordning"); externalCooperation @2 $sv("samverkan med andra aktörer");
  medicalTreatment @3 $sv("medicinsk behandling");      # only to be refused: R-KIND
  otherActorsMeasure @4 $sv("annan aktörs åtgärd");      # only to be refused: R-KIND
}
enum ContactMode { physical @0 $sv("fysiskt besök"); video @1 $sv("video"); phone @2 $sv("telefon"); letter @3 $sv("brev"); noContact @4 $sv("utan patientkontakt"); digital @5 $sv("digitalt"); }

enum EvidenceKind { fkCertificate @0 $sv("läkarintyg (FK)"); otherCertificate @1 $sv("annat intyg"); socialServicesLetter @2 $sv("brev till socialtjänsten"); oralAtMeeting @3 $sv("muntligt vid möte"); }
enum IssuerRole { physician @0 $sv("läkare"); other @1 $sv("annan"); }
enum AssessmentOutcome { need @0 $sv("behov"); noNeed @1 $sv("inget behov"); defer @2 $sv("avvakta"); }
enum CaseBasis { statutory @0 $sv("enligt lag"); preventive @1 $sv("förebyggande"); }
enum ResponsibilityBasis {
  resident @0 $sv("bosatt"); protectedStaying @1 $sv("skyddad folkbokföring, vistas"); eu883 @2 $sv("EU 883/2004"); agreement @3 $sv("överenskommelse mellan regioner"); contract @4 $sv("avtal"); unstated @5;
}
enum CloseReason {
  goalFull @0 $sv("målet nått"); goalPartial @1 $sv("målet delvis nått"); declined @2 $sv("tackat nej"); consentWithdrawn @3 $sv("samtycke återkallat");
  noLongerNeed @4 $sv("inget behov längre"); handedOverRegion @5 $sv("överlämnat till region"); handedOverProvider @6 $sv("överlämnat till vårdgivare"); otherActor @7 $sv("annan aktör ansvarar");
  movedAbroad @8 $sv("flyttat utomlands"); deceased @9 $sv("avliden"); certificateEnded @10 $sv("intyget upphört"); other @11 $sv("annat");
}
enum BlockType { inner @0 $sv("inre spärr") $law("PDL 4 kap. 4 §"); outer @1 $sv("yttre spärr") $law("SVOD 2 kap. 3 §"); }
enum LiftReason { patientsConsent @0 $sv("patientens samtycke"); emergency @1 $sv("nödläge"); }
enum ProtectionKind { secrecyMark @0 $sv("sekretessmarkering"); protectedRegistration @1 $sv("skyddad folkbokföring"); }
enum Assurance { confirmed @0 $sv("styrkt"); probable @1 $sv("sannolik"); uncertain @2 $sv("osäker"); }
enum CapacityKind { childMature @0 $sv("moget barn"); childCannotDecide @1 $sv("barn som inte kan ta ställning"); durablyUnable @2 $sv("varaktigt oförmögen"); able @3 $sv("kan ta ställning"); }
enum RelationKind { case @0 $sv("ärende"); contactPerson @1 $sv("kontaktperson"); booking @2 $sv("bokning"); referral @3 $sv("remiss"); visit @4 $sv("besök"); }
enum NoteTemplate { free @0 $sv("anteckning"); mapping @1 $sv("kartläggning"); meeting @2 $sv("möte"); summary @3 $sv("sammanfattning"); incoming @4 $sv("inkommen handling"); fmu @5 $sv("försäkringsmedicinsk utredning"); }
enum SignState { unsigned @0 $sv("osignerad"); signed @1 $sv("signerad"); waived @2 $sv("signering ej nödvändig"); }
enum Direction { incoming @0 $sv("in"); outgoing @1 $sv("ut"); }
enum FkVia { physicianCertificate @0 $sv("läkarintyg"); coordinator @1 $sv("koordinator"); }

struct Consultation {                # samråd, 3 § andra stycket
  done @0 :Bool;
  how  @1 :Channel;
  hasReason @2 :Bool;                # the reason itself is personal text
}
struct Degree { percent @0 :UInt8; from @1 :Int32; to @2 :Int32; }

# --- rättigheter ----------------------------------------------------------------------------------------------------------
enum DeliveryMode { notElectronic @0 $sv("inte elektroniskt"); directAccess @1 $sv("direktåtkomst"); otherElectronic @2 $sv("annat elektroniskt utlämnande"); }   # the last writes a 3:11 line (§00.20)
enum RequestedBy { patient @0 $sv("patienten"); guardian @1 $sv("vårdnadshavare"); representative @2 $sv("företrädare"); relative @3 $sv("närstående"); otherMentioned @4 $sv("annan som nämns"); }
enum CopyScope { journal @0 $sv("journalen"); accessLog @1 $sv("åtkomstloggen"); both @2 $sv("journalen och åtkomstloggen"); }
enum HarmTest { notMade @0 $sv("inte gjord"); noHarm @1 $sv("inget men"); partly @2 $sv("delvis men"); harm @3 $sv("men"); }
enum SvodAvailability { none @0; incapable @1 $sv("varaktigt oförmögen") $law("SVOD 2 kap. 6 §"); }

# --- ärende -----------------------------------------------------------------------------------------------------------------
enum Goal { unstated @0; return @1 $sv("återgång i arbete"); entry @2 $sv("inträde i arbetslivet"); }
enum InterventionSubtype {
  unstated @0; mapping @1 $sv("kartläggningssamtal"); motivation @2 $sv("motiverande samtal"); planning @3 $sv("planering"); contactWithActor @4 $sv("kontakt med aktör"); meeting @5 $sv("möte");
  explainsResponsibilities @6 $sv("berättar hur ansvar hänger ihop");      # allowed: §00.16
  notesOthersMeasure @7 $sv("antecknar annan aktörs behövda åtgärd");      # allowed: §00.16
}
enum ContactFunction { coordinator @0 $sv("koordinator"); careContact @1 $sv("fast vårdkontakt"); physician @2 $sv("fast läkarkontakt"); }
enum CorrectionReason { factWrong @0 $sv("sakfel"); wrongPerson @1 $sv("fel person"); writing @2 $sv("skrivfel"); other @3 $sv("annat"); }
enum OutcomeResult { full @0 $sv("åter fullt"); partial @1 $sv("åter delvis"); unchanged @2 $sv("oförändrat"); otherPath @3 $sv("annan väg"); unknown @4 $sv("okänt"); }
enum OutcomeSource { patientContact @0 $sv("kontakt med patienten"); careData @1 $sv("uppgifter i vården"); authorityRegister @2 $sv("myndighets register"); }   # the last only to be refused (§8.6)

# --- identiteter ------------------------------------------------------------------------------------------------------------
enum MergeBasis {
  unstated @0; sameNumberHolder @1 $sv("samma person enligt folkbokföringen"); coordinationToPersonal @2 $sv("samordningsnummer har ersatts av personnummer"); reserveToPersonal @3 $sv("reservnummer har ersatts");
  correctedNumber @4 $sv("personnumret är ändrat"); fictitious @5 $sv("fingerade personuppgifter");   # the last only to be refused (§00.29)
}

# --- bevarande ---------------------------------------------------------------------------------------------------------------
enum RetentionClass { journal @0 $sv("journal") $law("PDL 3 kap. 17 §"); accessLog @1 $sv("åtkomstlogg") $law("HSLF-FS 2016:40 4 kap. 9 §"); review @2 $sv("granskning"); governance @3 $sv("styrning"); custody @4 $sv("omhändertagen journal") $law("PDL 9 kap. 4 §"); }
enum KeyHolderKind { token @0 $sv("kort eller modul"); file @1 $sv("fil"); }
enum ProcessorScope { keys @0 $sv("nycklar"); backups @1 $sv("säkerhetskopior"); subscriberCopies @2 $sv("prenumeranters kopior"); operation @3 $sv("drift"); }

# --- granskning --------------------------------------------------------------------------------------------------------------
enum CampaignKind { periodic @0 $sv("återkommande"); onSuspicion @1 $sv("vid misstanke"); }
enum ScreeningResult { ok @0 $sv("utan anmärkning"); question @1 $sv("behöver förklaras"); }
enum ReviewOutcome { unassessed @0; authorised @1 $sv("behörig"); authorisedUndocumented @2 $sv("behörig men inte dokumenterad"); unauthorised @3 $sv("obehörig"); undetermined @4 $sv("går inte att avgöra"); }
enum CriterionKey { participatedInCare @0 $sv("deltog i vården"); taskNeededIt @1 $sv("arbetet krävde det"); relationToPatient @2 $sv("relation till patienten"); amountProportionate @3 $sv("rimlig omfattning"); groundStated @4 $sv("skäl angivet då"); }
enum CriterionAnswer { unanswered @0; yes @1 $sv("ja"); no @2 $sv("nej"); unclear @3 $sv("oklart"); }
enum ReviewAction {
  talk @0 $sv("samtal"); training @1 $sv("utbildning"); authorisationChange @2 $sv("ändrad behörighet"); hrCase @3 $sv("personalärende"); policeReport @4 $sv("polisanmälan") $law("BrB 4 kap. 9 c §");
  breachNotification @5 $sv("anmälan till IMY") $law("GDPR art. 33"); patientInformed @6 $sv("patienten informerad") $law("GDPR art. 34"); ivoAssessment @7 $sv("bedömning enligt lex Maria"); none @8 $sv("ingen åtgärd");
}
enum AuthorisationReview { kept @0 $sv("kvarstår"); changed @1 $sv("ändras"); revoked @2 $sv("återkallas"); }
enum StatisticsMeasure {          # RP9; the last four are the search terms of PDL 2:8
  cases @0; offers @1; needs @2; acceptance @3; interventions @4; durations @5; outcomes @6; partners @7; governanceCounts @8;
  benefit @9; offence @10; unionMembership @11; socialServices @12;
}
