@0xc5e6f708192a0b41;
# What happened. An event is stored as sealed parts, each under its own key (docs/format.md):
#
#   common · actor · one part per patient · texts · ask
#
# An extract can then disclose one patient's part and prove the others without showing them. Nothing personal stands in
# `common`; free text about people stands in `texts` alone. Union members are only appended; a kind is a member of Body.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("liggare::schema");
using import "annotations.capnp".sv;
using import "annotations.capnp".law;
using import "annotations.capnp".instant;
using import "annotations.capnp".day;
using import "common.capnp".Id;
using C = import "common.capnp";
using RefusalCode = import "refusal.capnp".RefusalCode;

# The whole of an event in memory, as decide makes it and evolve takes it. On disk each member is a part of its own.
struct Event {
  common   @0 :Common;
  actor    @1 :Actor;
  patients @2 :List(PatientPart);
  texts    @3 :List(TextItem);
}

struct Common {
  kind        @0 :UInt16;            # discriminant of Body: also for events whose body stands in a patient part
  indexInCommand @1 :UInt16;         # 0 is the event that carries `ask`
  ruleSet     @2 :UInt16;
  reality     @3 :C.Reality;
  purpose     @4 :C.Purpose;
  ground      @5 :C.Ground;
  itemClass   @6 :C.ItemClass;
  offsetMinutes @7 :Int16;           # of occurredAt as the author wrote it
  occurredAt  @8 :Int64 $instant;    # claimed
  hasLateReason @9 :Bool;
  provider    @10 :Id;               # vårdgivare under which the actor acts
  authority   @11 :Id;               # myndighet within it (PUA); the provider itself when there is only one
  unit        @12 :Id;
  infoProvider @13 :Id;              # whose information this is; for journal items the author's
  infoUnit    @14 :Id;
  infoProcess @15 :Text;             # vårdprocess code, empty when none
  caseId      @16 :Id;
  thing       @17 :Id;               # id of what the event is about: consent, block, note, plan … its own id when it makes one
  approvedBy  @18 :Id;               # second person's event, when two are required
  violations  @19 :List(RefusalCode);
  body        @20 :Body;             # null when the body stands in the patient part
}

struct Actor {
  union {
    none     @0 :Void;
    staff    @1 :Staff;
    patient  @2 :Id;                 # subject key
    guardian @3 :Id;
    system   @4 :Text;
    authority @5 :Text;
    operator @6 :Void;
  }
  method     @7 :C.LoginMethod;
  level      @8 :UInt8;              # level of assurance, 1-4
  client     @9 :Text;               # which program spoke
  deviceId   @10 :Text;
  sessionId  @11 :Id;
  osUser     @12 :Text;              # local claims: the operating system's user

  struct Staff {
    person     @0 :Id;
    commission @1 :Id;
    hsaId      @2 :Text;             # snapshots: kept as long as the log
    name       @3 :Text;
    title      @4 :Text;
    function   @5 :Text;             # in which function, S001 q13
    unit       @6 :Id;
    provider   @7 :Id;
    process    @8 :Text;
  }
}

struct PatientPart {
  patient @0 :Id;
  union {
    body   @1 :Body;
    access @2 :AccessShare;          # this patient's share of an AccessRecorded
  }
}

struct TextItem {
  slot  @0 :TextSlot;
  index @1 :UInt16;                  # which list element, 0 when there is no list
  text  @2 :Text;
}
struct Texts { items @0 :List(TextItem); }   # the TEXT part
enum TextSlot {
  body @0 $sv("text"); reason @1 $sv("skäl"); statement @2 $sv("patientens uppgift"); ground @3 $sv("grund"); party @4 $sv("motpart"); contactPerson @5 $sv("kontaktperson hos motparten");
  received @6 $sv("mottaget"); disclosed @7 $sv("lämnat"); recipient @8 $sv("mottagare"); activeDecision @9 $sv("aktivt ställningstagande"); lateReason @10 $sv("skäl för sen dokumentation");
  consultation @11 $sv("samråd"); goal @12 $sv("mål"); step @13 $sv("steg"); asked @14 $sv("efterfrågat"); withheld @15 $sv("ej utlämnat"); name @16 $sv("namn"); participant @17 $sv("deltagare");
  legalDecision @18 $sv("rättsligt beslut"); attitude @19 $sv("inställning"); identifier @20 $sv("beteckning"); informed @21 $sv("information"); opinion @22 $sv("yttrande"); criterion @23 $sv("kriterium");
}

struct Body {
  union {
    none @0 :Void;

    # styrning
    providerRegistered      @1 :ProviderRegistered $sv("Vårdgivare registrerad") $law("PDL 2 kap. 6 §");
    unitRegistered          @2 :UnitRegistered $sv("Enhet registrerad") $law("PDL 4 kap. 4 §");
    commissionSynced        @3 :CommissionSynced $sv("Medarbetaruppdrag hämtat") $law("PDL 4 kap. 2 §");
    commissionEnded         @4 :CommissionEnded $sv("Medarbetaruppdrag avslutat") $law("PDL 4 kap. 2 §");
    needsRiskAnalysisAdopted @5 :NeedsRiskAnalysisAdopted $sv("Behovs- och riskanalys beslutad") $law("HSLF-FS 2016:40 4 kap. 2 §");
    authorisationGranted    @6 :AuthorisationGranted $sv("Behörighet tilldelad") $law("PDL 4 kap. 2 §");
    authorisationRevoked    @7 :AuthorisationRevoked $sv("Behörighet återkallad") $law("PDL 4 kap. 2 §");
    regionPolicySet         @8 :RegionPolicySet $sv("Regionens policy beslutad") $law("2019:1297 1 §");
    interRegionAgreementRecorded @9 :InterRegionAgreementRecorded $sv("Överenskommelse mellan regioner") $law("2019:1297 2 § andra stycket");
    performerContractRecorded @10 :PerformerContractRecorded $sv("Avtal med utförare") $law("2019:1297 2 § tredje stycket");
    svodConnectionSet       @11 :SvodConnectionSet $sv("Anslutning till sammanhållen journalföring") $law("SVOD 1 kap. 1 §");
    unitRoutineRegistered   @12 :UnitRoutineRegistered $sv("Rutin registrerad") $law("2019:1297 3 §");
    providerPolicySet       @13 :ProviderPolicySet $sv("Vårdgivarens policy beslutad") $law("PDL 4 kap. 2-3 §§");
    localAccessGranted      @14 :LocalAccessGranted $sv("Lokal åtkomst medgiven") $law("PDL 4 kap. 2 §");
    operatorCommissioned    @15 :OperatorCommissioned $sv("Driftansvarig utsedd");

    # identitet
    patientRegistered       @16 :PatientRegistered $sv("Patient registrerad") $law("PDL 3 kap. 6 §");
    patientIdentifierAdded  @17 :PatientIdentifierAdded $sv("Identitetsbeteckning tillagd") $law("2022:1697");
    protectionMarked        @18 :ProtectionMarked $sv("Skydd registrerat") $law("OSL 22 kap. 1 §");
    protectionLifted        @19 :ProtectionLifted $sv("Skydd borttaget") $law("OSL 22 kap. 1 §");
    residenceChanged        @20 :ResidenceChanged $sv("Ansvarig region registrerad") $law("2019:1297 2 §");
    patientDied             @21 :PatientDied $sv("Patienten avliden") $law("PDL 1 kap. 1 §");
    capacityAssessed        @22 :CapacityAssessed $sv("Förmåga att ta ställning bedömd") $law("SVOD 3 kap. 3 §");
    guardianRecorded        @23 :GuardianRecorded $sv("Vårdnadshavare eller företrädare registrerad") $law("FB 6 kap. 11 §");
    personDataRecorded      @24 :PersonDataRecorded $sv("Personuppgifter hämtade") $law("PDL 3 kap. 6 § 1");
    careRelationRegistered  @25 :CareRelationRegistered $sv("Patientrelation registrerad") $law("SVOD 3 kap. 1 § 1");
    careRelationEnded       @26 :CareRelationEnded $sv("Patientrelation avslutad") $law("SVOD 3 kap. 1 § 1");

    # underlag, behov, erbjudande, ärende
    eligibilityEvidenceRecorded @27 :EligibilityEvidenceRecorded $sv("Underlag för sjukskrivning") $law("2019:1297 1 §");
    requestReceived         @28 :RequestReceived $sv("Önskemål mottaget") $law("PDL 3 kap. 6 §");
    needAssessed            @29 :NeedAssessed $sv("Behov bedömt") $law("2019:1297 3 §");
    offerMade               @30 :OfferMade $sv("Koordinering erbjuden") $law("2019:1297 1-2 §§");
    offerAccepted           @31 :OfferAnswered $sv("Erbjudande accepterat") $law("2019:1297 3 §");
    offerDeclined           @32 :OfferAnswered $sv("Erbjudande avböjt") $law("PDL 3 kap. 6 § 6");
    caseOpened              @33 :CaseStep $sv("Ärende öppnat") $law("2019:1297 3 §");
    casePaused              @34 :CaseStep $sv("Ärende pausat") $law("2019:1297 3 §");
    caseResumed             @35 :CaseStep $sv("Ärende återupptaget") $law("2019:1297 3 §");
    caseClosed              @36 :CaseClosed $sv("Ärende avslutat") $law("2019:1297 3 §");
    contactPersonAssigned   @37 :ContactPersonAssigned $sv("Kontaktperson utsedd") $law("2019:1297 3 §");
    contactPersonEnded      @38 :ContactPersonEnded $sv("Kontaktperson avslutad") $law("2019:1297 3 §");

    # samtycken och spärrar
    consentGiven            @39 :ConsentGiven $sv("Samtycke lämnat") $law("2019:1297 3-4 §§, OSL 12 kap. 2 §, SVOD 3 kap. 1 §");
    consentRefused          @40 :ConsentRefused $sv("Samtycke nekat") $law("PDL 3 kap. 6 § 6");
    consentWithdrawn        @41 :ConsentWithdrawn $sv("Samtycke återkallat") $law("2019:1297 3 §");
    consentAnnulled         @42 :ConsentWithdrawn $sv("Samtycke makulerat");
    patientInformedSvod     @43 :PatientInformedSvod $sv("Patienten informerad om sammanhållen journalföring") $law("SVOD 2 kap. 2 §");
    blockRegistered         @44 :BlockRegistered $sv("Spärr registrerad") $law("PDL 4 kap. 4 §, SVOD 2 kap. 3 §");
    blockRevoked            @45 :BlockEnded $sv("Spärr hävd") $law("SVOD 2 kap. 3 § tredje stycket");
    blockAnnulled           @46 :BlockEnded $sv("Spärr makulerad");
    blockTemporarilyLifted  @47 :BlockTemporarilyLifted $sv("Spärr tillfälligt hävd") $law("PDL 4 kap. 5 §");
    liftCancelled           @48 :LiftCancelled $sv("Tillfällig hävning avslutad") $law("PDL 4 kap. 5 §");
    innerBlockSourcesRevealed @49 :InnerBlockSourcesRevealed $sv("Spärrande enheter visade") $law("PDL 4 kap. 5 § 2");
    outerLiftRequested      @50 :OuterLiftRequested $sv("Hävning av yttre spärr begärd") $law("SVOD 3 kap. 5 § andra stycket");
    outerLiftGranted        @51 :OuterLiftAnswered $sv("Hävning av yttre spärr beviljad") $law("SVOD 3 kap. 5 § andra stycket");
    outerLiftRefused        @52 :OuterLiftAnswered $sv("Hävning av yttre spärr avslagen") $law("SVOD 3 kap. 5 § andra stycket");

    # journalen
    noteRecorded            @53 :NoteRecorded $sv("Anteckning") $law("PDL 3 kap. 6 §");
    noteSigned              @54 :NoteRef $sv("Signering") $law("PDL 3 kap. 10 §");
    noteCountersigned       @55 :NoteRef $sv("Vidimering") $law("PDL 3 kap. 10 §");
    signatureWaived         @56 :NoteRef $sv("Signering ej nödvändig") $law("PDL 3 kap. 10 §");
    noteCorrected           @57 :NoteCorrected $sv("Rättelse") $law("PDL 3 kap. 14 §");
    patientDissentNoted     @58 :PatientDissentNoted $sv("Patientens avvikande uppfattning") $law("PDL 3 kap. 8 §");
    interventionRecorded    @59 :InterventionRecorded $sv("Koordineringsinsats") $law("2019:1297 3 §");
    planEstablished         @60 :Plan $sv("Plan upprättad") $law("PDL 3 kap. 6 § 4");
    planRevised             @61 :Plan $sv("Plan ändrad") $law("PDL 3 kap. 6 § 4");
    planFollowedUp          @62 :Plan $sv("Plan uppföljd") $law("PDL 3 kap. 6 § 4");
    informationGiven        @63 :InformationGiven $sv("Information lämnad till patienten") $law("PDL 3 kap. 6 § 5");
    externalContactRecorded @64 :ExternalContactRecorded $sv("Extern kontakt") $law("2019:1297 3 §");
    rehabNeedSuspected      @65 :RehabNeedSuspected $sv("Behov av rehabiliteringsåtgärder kan antas") $law("2019:1297 4 §");
    fkInformed              @66 :FkInformed $sv("Försäkringskassan informerad") $law("2019:1297 4 §, PDL 3 kap. 11 §");
    fkRequestReceived       @67 :FkRequestReceived $sv("Begäran om uppgifter mottagen") $law("SFB 110 kap. 31 §");
    fkRequestAnswered       @68 :FkRequestAnswered $sv("Begäran om uppgifter besvarad") $law("SFB 110 kap. 31 §, PDL 3 kap. 11 §");
    fkRequestRefused        @69 :FkRequestAnswered $sv("Begäran om uppgifter avslagen") $law("SFB 110 kap. 31 §");
    disclosureRecorded      @70 :DisclosureRecorded $sv("Utlämnande") $law("PDL 3 kap. 11 §");
    deviationFlagged        @71 :DeviationFlagged $sv("Avvikelse flaggad");
    incidentRegistered      @72 :IncidentRegistered $sv("Personuppgiftsincident registrerad") $law("GDPR art. 33");

    # åtkomst
    accessRecorded          @73 :AccessRecorded $sv("Åtkomst") $law("PDL 4 kap. 3 §");
    providerNamesRevealed   @74 :AccessRecorded $sv("Vårdgivares namn visade") $law("SVOD 2 kap. 4-5 §§, 3 kap. 5 §");
    attemptRefused          @75 :AttemptRefused $sv("Nekat försök") $law("PDL 4 kap. 3 §");
    unchanged               @76 :Unchanged $sv("Redan gällande");
    reviewItemOpened        @77 :ReviewItemOpened $sv("Ärende för granskning") $law("PDL 4 kap. 3 §");
    erasureRequested        @78 :ErasureRequested $sv("Radering begärd") $law("GDPR art. 17.3");

    # patientens rättigheter
    copyRequested           @79 :CopyRequested $sv("Kopia begärd") $law("PDL 8 kap. 2 §");
    copyProvided            @80 :CopyProvided $sv("Kopia lämnad") $law("PDL 3 kap. 11 §, 8 kap. 2 §");
    copyRefused             @81 :CopyRefused $sv("Kopia nekad") $law("PDL 8 kap. 2 §, OSL 25 kap. 6 §, PSL 6 kap. 12 §");
    referredToIvo           @82 :ReferredToIvo $sv("Överlämnat till IVO") $law("PDL 8 kap. 2 §");
    careCertificateIssued   @83 :CareCertificateIssued $sv("Intyg om vården utfärdat") $law("PDL 3 kap. 16 §");
    logExtractProvided      @84 :LogExtractProvided $sv("Loggutdrag lämnat") $law("PDL 8 kap. 5 §");
    patientInformedPdl      @85 :PatientInformedPdl $sv("Patienten informerad om personuppgifter") $law("PDL 8 kap. 6 §");
    qualityRegisterObjected @86 :QualityRegisterObjected $sv("Invändning mot kvalitetsregister") $law("PDL 7 kap. 2 §");
    vardskadaInformationGiven @87 :VardskadaInformationGiven $sv("Information om vårdskada lämnad") $law("PSL 3 kap. 8 §");
    complaintReceived       @88 :ComplaintReceived $sv("Klagomål mottaget") $law("PSL 3 kap. 8 b §");
    complaintAnswered       @89 :ComplaintAnswered $sv("Klagomål besvarat") $law("PSL 3 kap. 8 b §");
    madeAvailable           @90 :MadeAvailable $sv("Gjort tillgängligt för den som inte kan ta ställning") $law("SVOD 2 kap. 6 §");
    availabilityWithdrawn   @91 :AvailabilityWithdrawn $sv("Tillgängliggörande avbrutet") $law("SVOD 2 kap. 6 §");

    # identiteter, felplacerat, överlämnande
    patientIdentitiesMerged @92 :PatientIdentitiesMerged $sv("Identiteter sammanslagna") $law("2022:1697");
    patientIdentitySplit    @93 :PatientIdentitySplit $sv("Identiteter delade") $law("GDPR art. 33");
    noteMarkedMisfiled      @94 :NoteMarkedMisfiled $sv("Anteckning i fel patients journal") $law("PDL 3 kap. 1 och 14 §§");
    responsibilityHandedOver @95 :ResponsibilityHandedOver $sv("Ansvar överlämnat") $law("2019:1297 2 §, OSL 25 kap. 1 §");

    # styrning, uppföljning
    approvalGiven           @96 :ApprovalGiven $sv("Godkänt av en andra person");
    processorRegistered     @97 :ProcessorRegistered $sv("Personuppgiftsbiträde registrerat") $law("GDPR art. 28");
    authorisationReviewed   @98 :AuthorisationReviewed $sv("Behörighet uppföljd") $law("HSLF-FS 2016:40 4 kap. 3 §");
    authorisationChanged    @99 :AuthorisationChanged $sv("Behörighet ändrad") $law("PDL 4 kap. 2 §");
    outcomeFollowedUp       @100 :OutcomeFollowedUp $sv("Utfall uppföljt") $law("2019:1297 1 §");
    worklistOrdered         @101 :WorklistOrdered $sv("Arbetslistan ordnad");
    reviewTriggerSet        @102 :ReviewTriggerSet $sv("Urvalslista beslutad") $law("PDL 4 kap. 3 §, GDPR art. 35");

    # bevarande, förstöring, arkiv, gallring
    retentionPolicySet      @103 :RetentionPolicySet $sv("Bevarande beslutat") $law("PDL 3 kap. 17 §, HSLF-FS 2016:40 4 kap. 9 §");
    legalHoldSet            @104 :LegalHoldSet $sv("Fortsatt bevarande beslutat");
    legalHoldReleased       @105 :LegalHoldReleased $sv("Fortsatt bevarande hävt");
    holdReviewed            @106 :HoldReviewed $sv("Fortsatt bevarande prövat") $law("PDL 8 kap. 4 §");
    destructionRequested    @107 :DestructionRequested $sv("Förstöring begärd") $law("PDL 8 kap. 4 §");
    destructionOrdered      @108 :DestructionOrdered $sv("Beslut om förstöring registrerat") $law("PDL 8 kap. 4 §");
    dependentDecided        @109 :DependentDecided $sv("Uppgift som hör till beslutad") $law("PDL 8 kap. 4 §");
    destructionApproved     @110 :DestructionApproved $sv("Förstöring godkänd") $law("PDL 8 kap. 4 §");
    destructionExecuted     @111 :DestructionExecuted $sv("Uppgifter förstörda") $law("PDL 8 kap. 4 §");
    recipientsNotified      @112 :RecipientsNotified $sv("Mottagare underrättade") $law("PDL 8 kap. 4 §, 3 kap. 11 §");
    destructionConfirmed    @113 :DestructionConfirmed $sv("Förstöring bekräftad") $law("PDL 8 kap. 4 §");
    custodyOrdered          @114 :CustodyOrdered $sv("Omhändertagande beslutat") $law("PDL 9 kap. 1 §");
    custodyTransferred      @115 :CustodyTransferred $sv("Journaler överlämnade till arkiv") $law("PDL 9 kap. 4 §");
    disposalDecided         @116 :DisposalDecided $sv("Gallring beslutad") $law("PDL 3 kap. 17-18 §§, HSLF-FS 2016:40 4 kap. 9 §");
    disposalExecuted        @117 :DisposalExecuted $sv("Gallrat") $law("PDL 3 kap. 17-18 §§, HSLF-FS 2016:40 4 kap. 9 §");

    # logguppföljning och incidenter
    reviewCampaignOpened    @118 :ReviewCampaignOpened $sv("Granskning öppnad") $law("PDL 4 kap. 3 §");
    sampleDrawn             @119 :SampleDrawn $sv("Urval draget") $law("PDL 4 kap. 3 §");
    reviewCaseOpened        @120 :ReviewCaseOpened $sv("Granskningsärende öppnat") $law("PDL 4 kap. 3 §");
    reviewScreened          @121 :ReviewScreened $sv("Granskningsärende genomgånget") $law("PDL 4 kap. 3 §");
    clarificationAsked      @122 :ClarificationAsked $sv("Förklaring begärd") $law("PDL 4 kap. 3 §");
    userStatementRecorded   @123 :UserStatementRecorded $sv("Medarbetarens uppgift registrerad") $law("PDL 4 kap. 3 §");
    reviewAssessed          @124 :ReviewAssessed $sv("Åtkomst bedömd") $law("PDL 4 kap. 3 §");
    reviewActionTaken       @125 :ReviewActionTaken $sv("Åtgärd vidtagen") $law("PDL 4 kap. 3 §");
    reviewCaseClosed        @126 :ReviewCaseClosed $sv("Granskningsärende avslutat") $law("PDL 4 kap. 3 §");
    patientInformedOfBreach @127 :PatientInformedOfBreach $sv("Patienten informerad om incident") $law("GDPR art. 34");
    incidentReported        @128 :IncidentReported $sv("Personuppgiftsincident anmäld eller skäl att inte anmäla") $law("GDPR art. 33");
    campaignClosed          @129 :CampaignClosed $sv("Granskning avslutad") $law("PDL 4 kap. 3 §");
  }
}

# --- styrning -------------------------------------------------------------------------------------------------------------
struct ProviderRegistered { provider @0 :Id; hsaId @1 :Text; name @2 :Text; kind @3 :C.ProviderKind; region @4 :Text; orgNumber @5 :Text; regionKey @6 :Id; }
struct UnitRegistered { unit @0 :Id; hsaId @1 :Text; name @2 :Text; type @3 :C.UnitType; processes @4 :List(Text); fmu @5 :Bool; authority @6 :Id; }
struct CommissionSynced {
  commission @0 :Id; hsaId @1 :Text; person @2 :Id; personHsaId @3 :Text; personName @4 :Text; title @5 :Text; function @6 :Text;
  unit @7 :Id; purposes @8 :List(C.Purpose); rights @9 :List(C.Right); process @10 :Text; validFrom @11 :Int64; validTo @12 :Int64;  # 0 = until further notice
  patientKey @13 :Id;                # the staff member as a patient, when known: own-journal reads (T01)
  protectedPerson @14 :Bool;
}
struct CommissionEnded { commission @0 :Id; effectiveAt @1 :Int64; }
struct NeedsRiskAnalysisAdopted { analysis @0 :Id; version @1 :UInt16; roles @2 :List(Text); validFrom @3 :Int64; reviewBy @4 :Int64; scope @5 :Text; risks @6 :List(Text); decidedBy @7 :Text; }
struct AuthorisationGranted { authorisation @0 :Id; commission @1 :Id; analysis @2 :Id; validFrom @3 :Int64; validTo @4 :Int64; }
struct AuthorisationRevoked { authorisation @0 :Id; commission @1 :Id; effectiveAt @2 :Int64; }
struct RegionPolicySet { policy @0 :Id; region @1 :Id; code @2 :Text; preventiveAllowed @3 :Bool; validFrom @4 :Int64; validTo @5 :Int64; moveGraceDays @6 :UInt16; withoutPermitAllowed @7 :Bool; }
struct InterRegionAgreementRecorded { agreement @0 :Id; home @1 :Id; performing @2 :Id; homeCode @3 :Text; performingCode @4 :Text; caseOnly @5 :Id; validFrom @6 :Int32; validTo @7 :Int32; reference @8 :Text; }
struct PerformerContractRecorded { contract @0 :Id; region @1 :Id; regionCode @2 :Text; performer @3 :Id; validFrom @4 :Int32; validTo @5 :Int32; reference @6 :Text; }
struct SvodConnectionSet { connected @0 :Bool; from @1 :Int64; }
struct UnitRoutineRegistered { unit @0 :Id; document @1 :Text; fkContactRole @2 :Text; validFrom @3 :Int64; responsible @4 :Text; }
struct ProviderPolicySet {
  showStaffName @0 :Bool; showDenied @1 :Bool; lateHours @2 :UInt16; expiredAnalysisStops @3 :Bool; logRetentionYears @4 :UInt16; signWithinDays @5 :UInt16;
}
struct LocalAccessGranted { osUser @0 :Text; commission @1 :Id; validFrom @2 :Int64; validTo @3 :Int64; }
struct OperatorCommissioned { key @0 :Id; }

# --- identitet ------------------------------------------------------------------------------------------------------------
struct Identifier { kind @0 :UInt8; value @1 :Text; tag @2 :Id; }   # kind: engine/base/identifiers.h; tag: HMAC under a holder key
struct PatientRegistered { identifiers @0 :List(Identifier); birthDay @1 :Int32; hasBirthDay @2 :Bool; assurance @3 :C.Assurance; }
struct PatientIdentifierAdded { identifier @0 :Identifier; source @1 :Text; assurance @2 :C.Assurance; }
struct ProtectionMarked { kind @0 :C.ProtectionKind; from @1 :Int64; to @2 :Int64; }
struct ProtectionLifted { kind @0 :C.ProtectionKind; effectiveAt @1 :Int64; }
struct ResidenceChanged { region @0 :Id; code @1 :Text; basis @2 :C.ResponsibilityBasis; effective @3 :Int64; }
struct PatientDied { day @0 :Int32; }
struct CapacityAssessed { assessment @0 :Id; kind @1 :C.CapacityKind; from @2 :Int64; to @3 :Int64; objectionAssumed @4 :Bool; attitudeClarified @5 :Bool; }
struct GuardianRecorded { guardian @0 :Id; isGuardian @1 :Bool; authorityDocument @2 :Text; legalDecision @3 :Text; from @4 :Int64; to @5 :Int64; tag @6 :Id; }
struct PersonDataRecorded { hasName @0 :Bool; }                     # the name stands in texts
struct CareRelationRegistered { relation @0 :Id; kind @1 :C.RelationKind; unit @2 :Id; staff @3 :Id; from @4 :Int64; to @5 :Int64; }
struct CareRelationEnded { relation @0 :Id; effectiveAt @1 :Int64; }

# --- underlag, behov, erbjudande, ärende ------------------------------------------------------------------------------------
struct EligibilityEvidenceRecorded {
  evidence @0 :Id; kind @1 :C.EvidenceKind; issuerRole @2 :C.IssuerRole; issuedAt @3 :Int32; validFrom @4 :Int32; validTo @5 :Int32;   # validTo 0 = open
  degrees @6 :List(C.Degree); diagnoses @7 :List(Text); externalRef @8 :Text; crossBorderUnclear @9 :Bool;
}
struct RequestReceived { fromPatient @0 :Bool; }
struct NeedAssessed { assessment @0 :Id; outcome @1 :C.AssessmentOutcome; basis @2 :C.CaseBasis; evidence @3 :Id; policy @4 :Id; withPhysician @5 :Bool; deferUntil @6 :Int32; goal @7 :C.Goal; participants @8 :List(Id); }
struct OfferMade { offer @0 :Id; assessment @1 :Id; basis @2 :C.ResponsibilityBasis; region @3 :Id; agreementOrContract @4 :Id; infoTextId @5 :Text; infoTextVersion @6 :Text; sickListingProvider @7 :Id; withoutPermit @8 :Bool; }
struct OfferAnswered { offer @0 :Id; }
struct CaseStep { consent @0 :Id; predecessor @1 :Id; }
struct CaseClosed { reason @0 :C.CloseReason; }
struct ContactPersonAssigned { assignment @0 :Id; staff @1 :Id; primary @2 :Bool; unit @3 :Id; hsaId @4 :Text; function @5 :C.ContactFunction; responsibleForInformation @6 :Bool; }
struct ContactPersonEnded { assignment @0 :Id; effectiveAt @1 :Int64; }

# --- samtycken och spärrar ----------------------------------------------------------------------------------------------------
struct Recipient { type @0 :C.PartnerType; orgId @1 :Text; }        # the name stands in texts, slot recipient
struct ConsentGiven {
  consent @0 :Id; kind @1 :C.ConsentKind; givenBy @2 :C.GivenBy; representative @3 :Id; channel @4 :C.Channel; givenAt @5 :Int64; validFrom @6 :Int64; validTo @7 :Int64;
  scopeUnit @8 :Id; scopeStaff @9 :Id; recipients @10 :List(Recipient); categories @11 :List(C.DataCategory); purposeText @12 :Text; infoTextId @13 :Text; infoTextVersion @14 :Text;
  blockId @15 :Id;                    # C7: which block
  authority @16 :Text; requestDate @17 :Int64;   # a representative's document; when it was asked for
}
struct ConsentRefused { kind @0 :C.ConsentKind; channel @1 :C.Channel; }
struct ConsentWithdrawn { consent @0 :Id; effectiveAt @1 :Int64; channel @2 :C.Channel; kind @3 :C.ConsentKind; }
struct PatientInformedSvod { textVersion @0 :Text; }
struct BlockRegistered {
  block @0 :Id; type @1 :C.BlockType; infoProvider @2 :Id; infoUnit @3 :Id; infoProcess @4 :Text; infoFrom @5 :Int64; infoTo @6 :Int64; requestDate @7 :Int64; requestedBy @8 :C.GivenBy; excludedClasses @9 :List(C.ItemClass);
}
struct BlockEnded { block @0 :Id; effectiveAt @1 :Int64; }
struct BlockTemporarilyLifted { lift @0 :Id; block @1 :Id; reason @2 :C.LiftReason; forUnit @3 :Id; forStaff @4 :Id; until @5 :Int64; consent @6 :Id; items @7 :List(Id); }
struct LiftCancelled { lift @0 :Id; block @1 :Id; effectiveAt @2 :Int64; }
struct InnerBlockSourcesRevealed { units @0 :List(Id); danger @1 :Bool; canConsent @2 :Bool; }
struct OuterLiftRequested { request @0 :Id; owner @1 :Id; danger @2 :Bool; canAsk @3 :Bool; }
struct OuterLiftAnswered { request @0 :Id; block @1 :Id; forProvider @2 :Id; until @3 :Int64; items @4 :List(Id); lift @5 :Id; }

# --- journalen ----------------------------------------------------------------------------------------------------------------
struct NoteRecorded { note @0 :Id; template @1 :C.NoteTemplate; language @2 :Text; participants @3 :UInt16; consultation @4 :C.Consultation; movedFrom @5 :Id; }
struct NoteRef { note @0 :Id; }
struct NoteCorrected { correction @0 :Id; target @1 :Id; field @2 :Text; reasonKind @3 :C.CorrectionReason; }           # new text and reason stand in texts
struct PatientDissentNoted { dissent @0 :Id; target @1 :Id; statedAt @2 :Int64; via @3 :C.Channel; }
struct InterventionRecorded {
  intervention @0 :Id; kind @1 :C.InterventionKind; mode @2 :C.ContactMode; withPatientContact @3 :Bool; durationMinutes @4 :UInt16; kva @5 :List(Text);
  consultation @6 :C.Consultation; consent @7 :Id; function @8 :Text; note @9 :Id; subtype @10 :C.InterventionSubtype; goals @11 :List(Id);
}
struct Plan { plan @0 :Id; goals @1 :UInt16; steps @2 :UInt16; followUpDay @3 :Int32; kva @4 :List(Text); consultation @5 :C.Consultation; consent @6 :Id; }
struct InformationGiven { what @0 :Text; toPatient @1 :Bool; toGuardian @2 :Bool; toRelative @3 :Bool; }
struct ContactDisclosure { category @0 :C.DataCategory; basis @1 :C.DisclosureBasis; consent @2 :Id; }
struct ExternalContactRecorded { contact @0 :Id; direction @1 :C.Direction; partner @2 :C.PartnerType; orgId @3 :Text; mode @4 :C.ContactMode; disclosed @5 :List(ContactDisclosure); intervention @6 :Id; }
struct RehabNeedSuspected { suspicion @0 :Id; }
struct FkInformed { information @0 :Id; consent @1 :Id; suspicion @2 :Id; categories @3 :List(C.DataCategory); channel @4 :C.Channel; sentAt @5 :Int64; via @6 :C.FkVia; }
struct FkRequestReceived { request @0 :Id; requester @1 :C.Requester; reference @2 :Text; receivedAt @3 :Int64; asked @4 :List(C.DataCategory); }
struct FkRequestAnswered { request @0 :Id; answeredAt @1 :Int64; categories @2 :List(C.DataCategory); relevanceBy @3 :Text; basis @4 :C.DisclosureBasis; consent @5 :Id; decisionRef @6 :Text; withheld @7 :UInt16; pages @8 :UInt16; decisionBy @9 :Text; decisionAt @10 :Int64; }
struct DisclosureRecorded {
  disclosure @0 :Id; recipient @1 :C.PartnerType; orgId @2 :Text; items @3 :List(Id); categories @4 :List(C.DataCategory); basis @5 :C.DisclosureBasis; statute @6 :Text; consent @7 :Id;
  sentAt @8 :Int64; channel @9 :C.Channel; harmTestBy @10 :Text; copies @11 :UInt16; harmTest @12 :C.HarmTest; delivery @13 :C.DeliveryMode;
  requester @14 :Text; reference @15 :Text; receivedAt @16 :Int64; decidedBy @17 :Text;
}
struct DeviationFlagged { reference @0 :Text; target @1 :Id; }
struct IncidentRegistered { incident @0 :Id; awareAt @1 :Int64; deadline @2 :Int64; target @3 :Id; cause @4 :RefusalCode; review @5 :Id; highRisk @6 :Bool; setByPerson @7 :Bool; }   # setByPerson: awareAt was stated, else it is the moment of recording

# --- åtkomst --------------------------------------------------------------------------------------------------------------------
struct AccessRecorded {               # what is shared; each patient's resources stand in that patient's part
  access @0 :Id; action @1 :C.Action; view @2 :C.ViewName; step @3 :C.Step; ground @4 :C.Ground; activeDecision @5 :Bool; arguments @6 :Text;   # codes only
  outcome @7 :C.AccessOutcome; code @8 :RefusalCode; shown @9 :UInt16; denied @10 :UInt16; danger @11 :Bool; canConsent @12 :Bool; asOf @13 :Int64;
  hasBlocked @14 :Bool; hasUnblocked @15 :Bool;      # step FLAGS: what was shown
  providers @16 :List(Id);                            # step NAMES: which were named
}
struct AccessShare { resources @0 :List(Resource); hasBlocked @1 :Bool; hasUnblocked @2 :Bool; }
struct Resource { item @0 :Id; position @1 :UInt64; itemClass @2 :C.ItemClass; unit @3 :Id; provider @4 :Id; outcome @5 :C.AccessOutcome; code @6 :RefusalCode; ground @7 :C.Ground; }
struct AttemptRefused { command @0 :UInt16; code @1 :RefusalCode; ruleSet @2 :UInt16; }   # command: discriminant of Command
struct Unchanged { command @0 :UInt16; earlier @1 :UInt64; }                              # position of the event that already said so
struct ReviewItemOpened { item @0 :Id; trigger @1 :Text; target @2 :Id; code @3 :RefusalCode; }
struct ErasureRequested { target @0 :Id; }

# --- patientens rättigheter ---------------------------------------------------------------------------------------------------
struct CopyRequested { request @0 :Id; requestedBy @1 :C.RequestedBy; requester @2 :Id; scope @3 :C.CopyScope; items @4 :List(Id); from @5 :Int64; to @6 :Int64; receivedAt @7 :Int64; channel @8 :C.Channel; }
struct CopyProvided { disclosure @0 :Id; request @1 :Id; items @2 :List(Id); pages @3 :UInt16; channel @4 :C.Channel; sentAt @5 :Int64; harmTest @6 :C.HarmTest; harmTestBy @7 :Text; childAsked @8 :Bool; protectedChannel @9 :Bool; basis @10 :C.DisclosureBasis; }   # is itself the 3:11 line
struct CopyRefused { request @0 :Id; items @1 :List(Id); statute @2 :Text; decisionRef @3 :Text; appealInformation @4 :Bool; }
struct ReferredToIvo { request @0 :Id; reference @1 :Text; }        # the provider's opinion stands in texts, slot opinion
struct CareCertificateIssued { certificate @0 :Id; requestedBy @1 :C.RequestedBy; issuedAt @2 :Int32; recipient @3 :C.PartnerType; externalRef @4 :Text; }
struct LogExtractProvided {
  extract @0 :Id; request @1 :Id; from @2 :Int64; to @3 :Int64; rows @4 :UInt32; bundleDigest @5 :Text; channel @6 :C.Channel; protectedChannel @7 :Bool; staffNames @8 :Bool;   # digest of the sealed bundle, never of plain text (§00.45)
  requestedBy @9 :C.RequestedBy; harmTest @10 :C.HarmTest; harmTestBy @11 :Text; childAsked @12 :Bool; withholdsUnits @13 :Bool;
}
struct PatientInformedPdl { textVersion @0 :Text; channel @1 :C.Channel; }
struct QualityRegisterObjected { objection @0 :Id; register @1 :Text; withdrawn @2 :Bool; requestedBy @3 :C.GivenBy; channel @4 :C.Channel; }   # B3
struct VardskadaInformationGiven { injury @0 :Id; toPatient @1 :Bool; toRelative @2 :Bool; knownAt @3 :Int64; reference @4 :Text; }
struct ComplaintReceived { complaint @0 :Id; requestedBy @1 :C.RequestedBy; via @2 :C.Channel; disputedAccesses @3 :List(Id); }
struct ComplaintAnswered { complaint @0 :Id; channel @1 :C.Channel; answeredAt @2 :Int64; }
struct MadeAvailable { availability @0 :Id; ground @1 :C.SvodAvailability; capacity @2 :Id; }
struct AvailabilityWithdrawn { availability @0 :Id; effectiveAt @1 :Int64; }

# --- identiteter, felplacerat, överlämnande -----------------------------------------------------------------------------------
struct PatientIdentitiesMerged { merge @0 :Id; from @1 :Id; to @2 :Id; basis @3 :C.MergeBasis; evidence @4 :Text; }    # stands in both patients' parts and books
struct PatientIdentitySplit { split @0 :Id; merge @1 :Id; from @2 :Id; to @3 :Id; mergedAt @4 :Int64; belongToFrom @5 :List(Id); since @6 :UInt64; }  # since: from which position this key's book held the other's too
struct NoteMarkedMisfiled { target @0 :Id; correctPatient @1 :Id; }
struct ResponsibilityHandedOver { handover @0 :Id; toProvider @1 :Id; toRegion @2 :Id; toRegionCode @3 :Text; reference @4 :Text; basis @5 :C.DisclosureBasis; categories @6 :List(C.DataCategory); items @7 :List(Id); consent @8 :Id; harmTestBy @9 :Text; }

# --- styrning, uppföljning ------------------------------------------------------------------------------------------------------
struct ApprovalGiven { approval @0 :Id; digest @1 :Data; validTo @2 :Int64; }        # salted; the salt stands in the approved command's ask
struct ProcessorRegistered { processor @0 :Id; name @1 :Text; orgNumber @2 :Text; agreement @3 :Text; scope @4 :List(C.ProcessorScope); validFrom @5 :Int64; validTo @6 :Int64; }
struct AuthorisationReviewed { authorisation @0 :Id; commission @1 :Id; outcome @2 :C.AuthorisationReview; nextBy @3 :Int64; }
struct AuthorisationChanged { authorisation @0 :Id; commission @1 :Id; analysis @2 :Id; validFrom @3 :Int64; validTo @4 :Int64; }
struct OutcomeFollowedUp { followUp @0 :Id; months @1 :UInt8; result @2 :C.OutcomeResult; degreeBefore @3 :UInt8; degreeAfter @4 :UInt8; source @5 :C.OutcomeSource; }
struct WorklistOrdered { rank @0 :UInt16; }
struct ReviewTriggerSet { trigger @0 :Text; on @1 :Bool; dpia @2 :Text; owner @3 :Id; retentionDays @4 :UInt16; validTo @5 :Int64; version @6 :UInt16; }

# --- bevarande, förstöring, arkiv, gallring ----------------------------------------------------------------------------------------
struct RetentionPolicySet { policy @0 :Id; what @1 :C.RetentionClass; years @2 :UInt16; reference @3 :Text; validFrom @4 :Int64; }
struct LegalHoldSet { hold @0 :Id; what @1 :C.RetentionClass; items @2 :List(Id); from @3 :Int64; to @4 :Int64; reference @5 :Text; }
struct LegalHoldReleased { hold @0 :Id; effectiveAt @1 :Int64; }
struct HoldReviewed { hold @0 :Id; order @1 :Id; by @2 :Id; }
struct DestructionRequested { request @0 :Id; requestedBy @1 :C.RequestedBy; items @2 :List(Id); }
struct Dependent { item @0 :Id; of @1 :Id; }
struct DestructionOrdered { order @0 :Id; ivoReference @1 :Text; decidedOn @2 :Int32; applicant @3 :C.RequestedBy; items @4 :List(Id); dependents @5 :List(Dependent); executor @6 :Id; }
struct DependentDecided { order @0 :Id; item @1 :Id; destroy @2 :Bool; }
struct DestructionApproved { order @0 :Id; }
struct CopyReached { place @0 :Text; at @1 :Int64; }
struct DestructionExecuted { order @0 :Id; ivoReference @1 :Text; items @2 :List(Id); keysDestroyed @3 :List(Id); copies @4 :List(CopyReached); executedBy @5 :List(Id); }
struct Notified { recipient @0 :C.PartnerType; orgId @1 :Text; disclosure @2 :Id; at @3 :Int64; }   # the name stands in texts, slot recipient
struct RecipientsNotified { order @0 :Id; recipients @1 :List(Notified); }
struct DestructionConfirmed { order @0 :Id; toIvoAt @1 :Int64; toApplicantAt @2 :Int64; keyHolder @3 :C.KeyHolderKind; statementBy @4 :Text; }
struct CustodyOrdered { custody @0 :Id; ivoReference @1 :Text; decidedOn @2 :Int32; archive @3 :Text; archiveOrgId @4 :Text; whole @5 :Bool; }
struct CustodyTransferred { custody @0 :Id; receivedBy @1 :Text; at @2 :Int64; journals @3 :UInt32; }
struct DisposalDecided { disposal @0 :Id; what @1 :C.RetentionClass; reference @2 :Text; before @3 :Int32; items @4 :List(Id); }
struct DisposalExecuted { disposal @0 :Id; what @1 :C.RetentionClass; before @2 :Int32; items @3 :List(Id); executedBy @4 :List(Id); }

# --- logguppföljning och incidenter ---------------------------------------------------------------------------------------------
struct Stratum { name @0 :Text; perMille @1 :UInt16; population @2 :UInt32; drawn @3 :UInt32; }
struct ReviewCampaignOpened { campaign @0 :Id; kind @1 :C.CampaignKind; from @2 :Int64; to @3 :Int64; units @4 :List(Id); strata @5 :List(Stratum); triggers @6 :List(Text); triggerVersion @7 :UInt16; seed @8 :Text; checkpointRoot @9 :Text; checkpointSize @10 :UInt64; }
struct SampleDrawn { sample @0 :Id; campaign @1 :Id; seed @2 :Text; method @3 :Text; population @4 :UInt32; strata @5 :List(Stratum); accesses @6 :List(Id); }
struct ReviewCaseOpened { review @0 :Id; campaign @1 :Id; staff @2 :Id; accesses @3 :List(Id); triggers @4 :List(Text); complaint @5 :Id; }
struct ReviewScreened { review @0 :Id; result @1 :C.ScreeningResult; }
struct ClarificationAsked { review @0 :Id; answerBy @1 :Int64; }
struct UserStatementRecorded { review @0 :Id; statedAt @1 :Int64; via @2 :C.Channel; }
struct Criterion { key @0 :C.CriterionKey; answer @1 :C.CriterionAnswer; }            # notes stand in texts, slot criterion, by index
struct ReviewAssessed { review @0 :Id; accesses @1 :List(Id); criteria @2 :List(Criterion); outcome @3 :C.ReviewOutcome; by @4 :Id; }
struct ReviewActionTaken { review @0 :Id; action @1 :C.ReviewAction; reference @2 :Text; }
struct ReviewCaseClosed { review @0 :Id; outcome @1 :C.ReviewOutcome; }
struct PatientInformedOfBreach { incident @0 :Id; channel @1 :C.Channel; }
struct IncidentReported { incident @0 :Id; reportedAt @1 :Int64; reference @2 :Text; notReported @3 :Bool; }
struct CampaignClosed { campaign @0 :Id; reviewed @1 :UInt32; remarks @2 :UInt32; open @3 :UInt32; checkpointRoot @4 :Text; checkpointSize @5 :UInt64; by @6 :Id; }
