@0xd9e0f1a2b3c40552;
# What somebody asks for. Wider than the events (domain §00.46): OMBUD, priority, forbidden kinds, overwrite and delete can be
# asked for, only to be refused with their paragraph. One JSON object a line; field names are these.
#
# `ask`, the command as decided, is this same struct with every $personal text reduced to "•" (present) or absent, every Ref
# resolved and every $drawn id filled in: decide needs nothing else, and a replay years later has nothing else.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("liggare::schema");
using import "annotations.capnp".sv;
using import "annotations.capnp".personal;
using import "annotations.capnp".instant;
using import "annotations.capnp".day;
using import "annotations.capnp".drawn;
using import "annotations.capnp".refers;
using import "common.capnp".Id;
using C = import "common.capnp";

# Who asks, and how they proved it. The event keeps more (schema::Actor).
# A reference to a person, provider, unit, commission or region by what people call it. In JSON just the text.
struct Ref {
  text  @0 :Text $personal;   # as given, normalised; "•" in ask
  key   @1 :Id;               # the subject it resolved to, or drawn for the one it introduces
  tag   @2 :Id;               # HMAC of the normalised identifier: how conflicts are seen without the number
  state @3 :State;
  kind  @4 :UInt8;            # IdentifierKind of engine/base/identifiers.h
  birthDay @5 :Int32;         # of a personnummer only; 0 otherwise
  enum State { absent @0; known @1; unknown @2; invalid @3; }
}

struct Ask {                  # the sealed part of kind ASK
  command    @0 :Command;     # reduced
  bodyDigest @1 :Data;        # SHA-256 of the command's canonical bytes as received: tells a repeat from a reuse of the id
  client     @2 :Text;
}

struct Caller {
  union {
    none     @0 :Void;
    staff    @1 :Staff;
    patient  @2 :Ref $refers(person);
    guardian @3 :Ref $refers(person);
    system   @4 :Text;
    authority @5 :Text;
    operator @6 :Void;
  }
  authentication @7 :Authentication;
  struct Staff { commission @0 :Ref $refers(commission); }
  struct Authentication { method @0 :C.LoginMethod; level @1 :UInt8; deviceId @2 :Text; sessionId @3 :Id; osUser @4 :Text; }
}

struct Command {
  id          @0 :Id;                  # UUIDv7 by the client
  at          @1 :Int64 $instant;      # only in a journal made by `init --demo`: the clock
  actor       @2 :Caller;
  purpose     @3 :C.Purpose;
  patient     @4 :Ref $refers(person);
  occurredAt  @5 :Int64 $instant;      # 0: now
  offsetMinutes @6 :Int16;             # filled in from occurredAt (or at) as written
  lateReason  @7 :Text $personal;
  reality     @8 :C.Reality;
  caseId      @9 :Id;
  expectedVersion @10 :Int64 = -1;     # of the stream the command writes to; -1: any
  approval    @11 :Id;                 # second person's approval, when two are required

  union {
    none @12 :Void;
    # styrning
    registerProvider   @13 :RegisterProvider $sv("registrera vårdgivare");
    registerUnit       @14 :RegisterUnit $sv("registrera enhet");
    syncCommission     @15 :SyncCommission $sv("hämta medarbetaruppdrag");
    endCommission      @16 :EndCommission $sv("avsluta medarbetaruppdrag");
    adoptRiskAnalysis  @17 :AdoptRiskAnalysis $sv("besluta behovs- och riskanalys");
    grantAuthorisation @18 :GrantAuthorisation $sv("tilldela behörighet");
    revokeAuthorisation @19 :RevokeAuthorisation $sv("återkalla behörighet");
    setRegionPolicy    @20 :SetRegionPolicy $sv("besluta regionens policy");
    recordAgreement    @21 :RecordAgreement $sv("registrera överenskommelse");
    recordContract     @22 :RecordContract $sv("registrera avtal");
    setSvodConnection  @23 :SetSvodConnection $sv("ändra anslutning");
    registerRoutine    @24 :RegisterRoutine $sv("registrera rutin");
    setProviderPolicy  @25 :SetProviderPolicy $sv("besluta vårdgivarens policy");
    grantLocalAccess   @26 :GrantLocalAccess $sv("medge lokal åtkomst");
    # identitet
    registerPatient    @27 :RegisterPatient $sv("registrera patient");
    addIdentifier      @28 :AddIdentifier $sv("lägga till identitetsbeteckning");
    markProtection     @29 :MarkProtection $sv("registrera skydd");
    liftProtection     @30 :LiftProtection $sv("ta bort skydd");
    changeResidence    @31 :ChangeResidence $sv("registrera ansvarig region");
    recordDeath        @32 :RecordDeath $sv("registrera dödsfall");
    assessCapacity     @33 :AssessCapacity $sv("bedöma förmåga att ta ställning");
    recordGuardian     @34 :RecordGuardian $sv("registrera företrädare");
    recordPersonData   @35 :RecordPersonData $sv("hämta personuppgifter");
    registerRelation   @36 :RegisterRelation $sv("registrera patientrelation");
    endRelation        @37 :EndRelation $sv("avsluta patientrelation");
    # underlag, behov, erbjudande, ärende
    recordEvidence     @38 :RecordEvidence $sv("registrera underlag");
    receiveRequest     @39 :ReceiveRequest $sv("ta emot önskemål");
    assessNeed         @40 :AssessNeed $sv("bedöma behov");
    makeOffer          @41 :MakeOffer $sv("erbjuda koordinering");
    acceptOffer        @42 :AnswerOffer $sv("registrera att erbjudandet accepteras");
    declineOffer       @43 :AnswerOffer $sv("registrera att erbjudandet avböjs");
    closeCase          @44 :CloseCase $sv("avsluta ärende");
    assignContactPerson @45 :AssignContactPerson $sv("utse kontaktperson");
    endContactPerson   @46 :EndContactPerson $sv("avsluta kontaktperson");
    # samtycken och spärrar
    giveConsent        @47 :GiveConsent $sv("registrera samtycke");
    refuseConsent      @48 :RefuseConsent $sv("registrera nekat samtycke");
    withdrawConsent    @49 :WithdrawConsent $sv("registrera återkallat samtycke");
    annulConsent       @50 :WithdrawConsent $sv("makulera samtycke");
    informSvod         @51 :InformSvod $sv("informera om sammanhållen journalföring");
    registerBlock      @52 :RegisterBlock $sv("registrera spärr");
    revokeBlock        @53 :EndBlock $sv("häva spärr");
    annulBlock         @54 :EndBlock $sv("makulera spärr");
    liftBlock          @55 :LiftBlock $sv("tillfälligt häva spärr");
    cancelLift         @56 :CancelLift $sv("avsluta tillfällig hävning");
    revealBlockSources @57 :RevealBlockSources $sv("visa spärrande enheter");
    requestOuterLift   @58 :RequestOuterLift $sv("begära hävning av yttre spärr");
    grantOuterLift     @59 :AnswerOuterLift $sv("bevilja hävning");
    refuseOuterLift    @60 :AnswerOuterLift $sv("avslå hävning");
    # journalen
    recordNote         @61 :RecordNote $sv("skriva anteckning");
    signNote           @62 :NoteTarget $sv("signera");
    countersignNote    @63 :NoteTarget $sv("vidimera");
    waiveSignature     @64 :NoteTarget $sv("avstå signering");
    correctNote        @65 :CorrectNote $sv("rätta");
    noteDissent        @66 :NoteDissent $sv("anteckna avvikande uppfattning");
    recordIntervention @67 :RecordIntervention $sv("registrera koordineringsinsats");
    establishPlan      @68 :WritePlan $sv("upprätta plan");
    revisePlan         @69 :WritePlan $sv("ändra plan");
    followUpPlan       @70 :WritePlan $sv("följa upp plan");
    giveInformation    @71 :GiveInformation $sv("lämna information");
    recordExternalContact @72 :RecordExternalContact $sv("registrera extern kontakt");
    suspectRehabNeed   @73 :SuspectRehabNeed $sv("anta behov av rehabiliteringsåtgärder");
    informFk           @74 :InformFk $sv("informera Försäkringskassan");
    receiveFkRequest   @75 :ReceiveFkRequest $sv("ta emot begäran om uppgifter");
    answerFkRequest    @76 :AnswerFkRequest $sv("besvara begäran om uppgifter");
    refuseFkRequest    @77 :AnswerFkRequest $sv("avslå begäran om uppgifter");
    recordDisclosure   @78 :RecordDisclosure $sv("dokumentera utlämnande");
    flagDeviation      @79 :FlagDeviation $sv("flagga avvikelse");
    # bara för att nekas
    deleteItem         @80 :ItemTarget $sv("ta bort journaluppgift");
    overwriteItem      @81 :ItemTarget $sv("skriva över journaluppgift");
    requestErasure     @82 :ItemTarget $sv("begära radering");
    setPriority        @83 :SetPriority $sv("ge förtur");
    # läsning
    readJournal        @84 :ReadJournal $sv("läsa patientjournal");
    readShared         @85 :ReadShared $sv("läsa sammanhållen journalföring");
    readAccessLog      @86 :ReadAccessLog $sv("läsa åtkomstlogg");
    search             @87 :Search $sv("söka");
    readEvents         @88 :ReadEvents $sv("läsa händelser");
    # kända men inte byggda: R-EJ-INFORT
    notBuilt           @89 :NotBuilt;
    # patientens rättigheter
    requestCopy        @92 :RequestCopy $sv("ta emot begäran om kopia");
    provideCopy        @93 :ProvideCopy $sv("lämna ut kopia");
    refuseCopy         @94 :RefuseCopy $sv("avslå begäran om kopia");
    referToIvo         @95 :ReferToIvo $sv("överlämna till IVO");
    issueCareCertificate @96 :IssueCareCertificate $sv("utfärda intyg om vården");
    provideLogExtract  @97 :ProvideLogExtract $sv("lämna loggutdrag");
    informPdl          @98 :InformPdl $sv("informera om personuppgifter");
    objectQualityRegister @99 :ObjectQualityRegister $sv("registrera invändning mot kvalitetsregister");
    informVardskada    @100 :InformVardskada $sv("informera om vårdskada");
    receiveComplaint   @101 :ReceiveComplaint $sv("ta emot klagomål");
    answerComplaint    @102 :AnswerComplaint $sv("besvara klagomål");
    makeAvailable      @103 :MakeAvailable $sv("göra tillgängligt för den som inte kan ta ställning");
    withdrawAvailability @104 :WithdrawAvailability $sv("avbryta tillgängliggörande");
    # identiteter, felplacerat, överlämnande
    mergeIdentities    @105 :MergeIdentities $sv("slå ihop identiteter");
    splitIdentity      @106 :SplitIdentity $sv("dela identiteter");
    markMisfiled       @107 :MarkMisfiled $sv("märka som fel patients anteckning");
    handOverResponsibility @108 :HandOverResponsibility $sv("överlämna ansvar");
    # styrning, uppföljning
    giveApproval       @109 :GiveApproval $sv("godkänna som andra person");
    registerProcessor  @110 :RegisterProcessor $sv("registrera personuppgiftsbiträde");
    reviewAuthorisation @111 :ReviewAuthorisation $sv("följa upp behörighet");
    changeAuthorisation @112 :ChangeAuthorisation $sv("ändra behörighet");
    followUpOutcome    @113 :FollowUpOutcome $sv("följa upp utfall");
    orderWorklist      @114 :OrderWorklist $sv("ordna arbetslistan");
    setReviewTrigger   @115 :SetReviewTrigger $sv("besluta om urvalslista");
    # bevarande, förstöring, arkiv, gallring
    setRetentionPolicy @116 :SetRetentionPolicy $sv("besluta om bevarande");
    setLegalHold       @117 :SetLegalHold $sv("besluta om fortsatt bevarande");
    releaseLegalHold   @118 :ReleaseLegalHold $sv("häva fortsatt bevarande");
    requestDestruction @119 :RequestDestruction $sv("begära förstöring");
    orderDestruction   @120 :OrderDestruction $sv("registrera beslut om förstöring");
    decideDependent    @121 :DecideDependent $sv("besluta om uppgift som hör till");
    approveDestruction @122 :ApproveDestruction $sv("godkänna förstöring");
    reviewHold         @123 :ReviewHold $sv("pröva fortsatt bevarande");
    executeDestruction @124 :ExecuteDestruction $sv("förstöra");
    notifyRecipients   @125 :NotifyRecipients $sv("underrätta mottagare");
    confirmDestruction @126 :ConfirmDestruction $sv("bekräfta förstöring");
    orderCustody       @127 :OrderCustody $sv("registrera beslut om omhändertagande");
    transferCustody    @128 :TransferCustody $sv("lämna över till arkiv");
    decideDisposal     @129 :DecideDisposal $sv("besluta om gallring");
    dispose            @130 :Dispose $sv("gallra");
    # logguppföljning och incidenter
    openReviewCampaign @131 :OpenReviewCampaign $sv("öppna granskning");
    drawSample         @132 :DrawSample $sv("dra urval");
    openReviewCase     @133 :OpenReviewCase $sv("öppna granskningsärende");
    screenReviewCase   @134 :ScreenReviewCase $sv("gå igenom granskningsärende");
    askClarification   @135 :AskClarification $sv("begära förklaring");
    recordUserStatement @136 :RecordUserStatement $sv("registrera medarbetarens uppgift");
    assessReview       @137 :AssessReview $sv("bedöma åtkomst");
    takeReviewAction   @138 :TakeReviewAction $sv("vidta åtgärd");
    closeReviewCase    @139 :CloseReviewCase $sv("avsluta granskningsärende");
    informPatientOfBreach @140 :InformPatientOfBreach $sv("informera patienten om incident");
    registerIncident   @141 :RegisterIncident $sv("registrera personuppgiftsincident");
    reportIncident     @142 :ReportIncident $sv("anmäla personuppgiftsincident");
    closeCampaign      @143 :CloseCampaign $sv("avsluta granskning");
    # läsning, forts.
    readList           @144 :ReadList $sv("läsa arbetslista");
    readStatistics     @145 :ReadStatistics $sv("läsa statistik");
    readAccessAs       @146 :ReadAccessAs $sv("läsa vad en medarbetare kunde se");
    exportForIvo       @147 :ExportForIvo $sv("ta fram underlag till IVO");
  }
  approvalSalt    @90 :Text;           # of `approval`: what the second person's digest was salted with; kept in ask, which is sealed
  approvalDigest  @91 :Data;           # filled in at the door from this command and the salt; no client gives it
}

enum NotBuilt {   # names the door knew before they were built. A name that has become a member of the union is retired: the door takes the
  # member and never this. Names and numbers stay, for what was asked while they were not built is decided again as it was.
  # Left: registerSubscriber.
  unnamed @0; mergeIdentities @1; splitIdentity @2; markMisfiled @3; handOverResponsibility @4; requestCopy @5; provideCopy @6; refuseCopy @7; referToIvo @8;
  issueCareCertificate @9; provideLogExtract @10; setRetentionPolicy @11; setLegalHold @12; releaseLegalHold @13; openReviewCampaign @14; drawSample @15; openReviewCase @16;
  recordUserStatement @17; assessReview @18; takeReviewAction @19; informPatientOfBreach @20; closeCampaign @21; orderDestruction @22; approveDestruction @23; executeDestruction @24;
  notifyRecipients @25; confirmDestruction @26; orderCustody @27; transferCustody @28; informPdl @29; objectQualityRegister @30; informVardskada @31; answerComplaint @32;
  registerProcessor @33; decideDisposal @34; giveApproval @35; followUpOutcome @36; requestDestruction @37; dispose @38; reviewAuthorisation @39; withdrawAvailability @40; registerSubscriber @41;
}

# --- styrning -------------------------------------------------------------------------------------------------------------
struct RegisterProvider { provider @0 :Ref $refers(provider); name @1 :Text; kind @2 :C.ProviderKind; region @3 :Ref $refers(region); orgNumber @4 :Text; }
struct RegisterUnit { unit @0 :Ref $refers(unit); name @1 :Text; type @2 :C.UnitType; processes @3 :List(Text); fmu @4 :Bool; authority @5 :Ref $refers(provider); }
struct SyncCommission {
  commission @0 :Ref $refers(commission); provider @1 :Ref $refers(provider); staff @2 :Ref $refers(staff); name @3 :Text $personal; title @4 :Text; function @5 :Text;
  unit @6 :Ref $refers(unit); purposes @7 :List(C.Purpose); rights @8 :List(C.Right); process @9 :Text; validFrom @10 :Int64 $instant; validTo @11 :Int64 $instant;
  personIsPatient @12 :Ref $refers(person); protectedPerson @13 :Bool;
}
struct EndCommission { commission @0 :Ref $refers(commission); effectiveAt @1 :Int64 $instant; }
struct AdoptRiskAnalysis { analysisId @0 :Id $drawn; provider @1 :Ref $refers(provider); version @2 :UInt16; roles @3 :List(Text); validFrom @4 :Int64 $instant; reviewBy @5 :Int64 $instant; scope @6 :Text; risks @7 :List(Text); decidedBy @8 :Text; }
struct GrantAuthorisation { authorisationId @0 :Id $drawn; commission @1 :Ref $refers(commission); analysisId @2 :Id; validFrom @3 :Int64 $instant; validTo @4 :Int64 $instant; provider @5 :Ref $refers(provider); }
struct RevokeAuthorisation { commission @0 :Ref $refers(commission); effectiveAt @1 :Int64 $instant; }
struct SetRegionPolicy { policyId @0 :Id $drawn; region @1 :Ref $refers(region); preventiveAllowed @2 :Bool; validFrom @3 :Int64 $instant; validTo @4 :Int64 $instant; moveGraceDays @5 :UInt16; withoutPermitAllowed @6 :Bool; }
struct RecordAgreement { agreementId @0 :Id $drawn; homeRegion @1 :Ref $refers(region); performingRegion @2 :Ref $refers(region); caseOnly @3 :Id; validFrom @4 :Int32 $day; validTo @5 :Int32 $day; reference @6 :Text; }
struct RecordContract { contractId @0 :Id $drawn; region @1 :Ref $refers(region); performer @2 :Ref $refers(provider); validFrom @3 :Int32 $day; validTo @4 :Int32 $day; reference @5 :Text; }
struct SetSvodConnection { connected @0 :Bool; }
struct RegisterRoutine { unit @0 :Ref $refers(unit); document @1 :Text; fkContactRole @2 :Text; validFrom @3 :Int64 $instant; responsible @4 :Text; }
struct SetProviderPolicy { showStaffName @0 :Bool; showDenied @1 :Bool; lateHours @2 :UInt16 = 24; expiredAnalysisStops @3 :Bool; logRetentionYears @4 :UInt16 = 10; signWithinDays @5 :UInt16 = 14; }
struct GrantLocalAccess { osUser @0 :Text; commission @1 :Ref $refers(commission); validTo @2 :Int64 $instant; }

# --- identitet ------------------------------------------------------------------------------------------------------------
struct RegisterPatient { identifiers @0 :List(Ref) $refers(person); assurance @1 :C.Assurance; name @2 :Text $personal; }
struct AddIdentifier { identifier @0 :Ref $refers(person); source @1 :Text; assurance @2 :C.Assurance; }
struct MarkProtection { kind @0 :C.ProtectionKind; validTo @1 :Int64 $instant; }
struct LiftProtection { kind @0 :C.ProtectionKind; }
struct ChangeResidence { region @0 :Ref $refers(region); basis @1 :C.ResponsibilityBasis; effective @2 :Int64 $instant; address @3 :Text $personal; }   # address only to be refused for protected persons
struct RecordDeath { day @0 :Int32 $day; }
struct AssessCapacity { assessmentId @0 :Id $drawn; kind @1 :C.CapacityKind; validFrom @2 :Int64 $instant; validTo @3 :Int64 $instant; objectionAssumed @4 :Bool; attitude @5 :Text $personal; }
struct RecordGuardian { guardian @0 :Ref $refers(person); isGuardian @1 :Bool; authorityDocument @2 :Text; legalDecision @3 :Text; validFrom @4 :Int64 $instant; validTo @5 :Int64 $instant; }
struct RecordPersonData { name @0 :Text $personal; }
struct RegisterRelation { relationId @0 :Id $drawn; kind @1 :C.RelationKind; unit @2 :Ref $refers(unit); staff @3 :Ref $refers(staff); validFrom @4 :Int64 $instant; validTo @5 :Int64 $instant; }
struct EndRelation { relationId @0 :Id; }

# --- underlag, behov, erbjudande, ärende ------------------------------------------------------------------------------------
struct DegreeIn { percent @0 :UInt8; from @1 :Int32 $day; to @2 :Int32 $day; }
struct ConsultationIn { done @0 :Bool; how @1 :C.Channel; reasonIfNot @2 :Text $personal; }
struct RecordEvidence {
  evidenceId @0 :Id $drawn; kind @1 :C.EvidenceKind; issuerRole @2 :C.IssuerRole; issuedAt @3 :Int32 $day; validFrom @4 :Int32 $day; validTo @5 :Int32 $day;
  degrees @6 :List(DegreeIn); diagnoses @7 :List(Text); externalRef @8 :Text; crossBorderUnclear @9 :Bool;
}
struct ReceiveRequest { fromPatient @0 :Bool; statement @1 :Text $personal; }
struct AssessNeed { assessmentId @0 :Id $drawn; outcome @1 :C.AssessmentOutcome; basis @2 :C.CaseBasis; withPhysician @3 :Bool; ground @4 :Text $personal; deferUntil @5 :Int32 $day; newCaseId @6 :Id $drawn; goal @7 :C.Goal; participants @8 :List(Ref) $refers(staff); }
struct MakeOffer { offerId @0 :Id $drawn; basis @1 :C.ResponsibilityBasis = unstated; infoTextId @2 :Text; infoTextVersion @3 :Text; sickListingProvider @4 :Ref $refers(provider); withoutPermit @5 :Bool; }
struct AnswerOffer { offerId @0 :Id; reason @1 :Text $personal; consent @2 :GiveConsent; }   # consent: C1 given in the same breath (§12 L11)
struct CloseCase { reason @0 :C.CloseReason; summary @1 :Text $personal; }
struct AssignContactPerson { assignmentId @0 :Id $drawn; staff @1 :Ref $refers(staff); role @2 :ContactRole; primary @3 :Bool; responsibleForInformation @4 :Bool; enum ContactRole { coordinator @0; careContact @1; physician @2; ombud @3; } }
struct EndContactPerson { assignmentId @0 :Id; }

# --- samtycken och spärrar ----------------------------------------------------------------------------------------------------
struct RecipientIn { type @0 :C.PartnerType; orgId @1 :Text; name @2 :Text $personal; }
struct GiveConsent {
  consentId @0 :Id $drawn; kind @1 :C.ConsentKind; givenBy @2 :C.GivenBy; representative @3 :Ref $refers(person); channel @4 :C.Channel; givenAt @5 :Int64 $instant; validFrom @6 :Int64 $instant; validTo @7 :Int64 $instant;
  scopeUnit @8 :Ref $refers(unit); scopeStaff @9 :Ref $refers(staff); recipients @10 :List(RecipientIn); categories @11 :List(C.DataCategory); purposeText @12 :Text; infoTextId @13 :Text; infoTextVersion @14 :Text; blockId @15 :Id; authority @16 :Text; requestDate @17 :Int64 $instant;
}
struct RefuseConsent { kind @0 :C.ConsentKind; channel @1 :C.Channel; reason @2 :Text $personal; }
struct WithdrawConsent { consentId @0 :Id; effectiveAt @1 :Int64 $instant; channel @2 :C.Channel; reason @3 :Text $personal; }
struct InformSvod { textVersion @0 :Text; }
struct RegisterBlock {
  blockId @0 :Id $drawn; type @1 :C.BlockType; infoUnit @2 :Ref $refers(unit); infoProcess @3 :Text; infoFrom @4 :Int64 $instant; infoTo @5 :Int64 $instant; requestedBy @6 :C.GivenBy; requestDate @7 :Int64 $instant; reason @8 :Text $personal; excludedClasses @9 :List(C.ItemClass);
}
struct EndBlock { blockId @0 :Id; requestedBy @1 :C.GivenBy; reason @2 :Text $personal; }
struct LiftBlock { liftId @0 :Id $drawn; blockId @1 :Id; reason @2 :C.LiftReason; reasonText @3 :Text $personal; forUnit @4 :Ref $refers(unit); forStaff @5 :Ref $refers(staff); until @6 :Int64 $instant; consentId @7 :Id; items @8 :List(Id); danger @9 :Bool; canConsent @10 :Bool = true; }
struct CancelLift { liftId @0 :Id; }
struct RevealBlockSources { danger @0 :Bool; canConsent @1 :Bool = true; reason @2 :Text $personal; }
struct RequestOuterLift { requestId @0 :Id $drawn; owner @1 :Ref $refers(provider); danger @2 :Bool; canAsk @3 :Bool = true; reason @4 :Text $personal; }
struct AnswerOuterLift { requestId @0 :Id; liftId @1 :Id $drawn; blockId @2 :Id; until @3 :Int64 $instant; items @4 :List(Id); reason @5 :Text $personal; }

# --- journalen ----------------------------------------------------------------------------------------------------------------
struct RecordNote { noteId @0 :Id $drawn; template @1 :C.NoteTemplate; text @2 :Text $personal; language @3 :Text; participants @4 :List(Text) $personal; consultation @5 :ConsultationIn; process @6 :Text; movedFrom @7 :Id; }
struct NoteTarget { noteId @0 :Id; reason @1 :Text $personal; }
struct CorrectNote { correctionId @0 :Id $drawn; targetId @1 :Id; newText @2 :Text $personal; reason @3 :Text $personal; field @4 :Text; reasonKind @5 :C.CorrectionReason; }
struct NoteDissent { dissentId @0 :Id $drawn; targetId @1 :Id; statement @2 :Text $personal; statedAt @3 :Int64 $instant; via @4 :C.Channel; }
struct RecordIntervention {
  interventionId @0 :Id $drawn; kind @1 :C.InterventionKind; mode @2 :C.ContactMode; withPatientContact @3 :Bool; durationMinutes @4 :UInt16; kva @5 :List(Text); consultation @6 :ConsultationIn; function @7 :Text; text @8 :Text $personal; priority @9 :Bool; subtype @10 :C.InterventionSubtype; goals @11 :List(Id); noteId @12 :Id;
}
struct WritePlan { planId @0 :Id $drawn; goals @1 :List(Text) $personal; steps @2 :List(Text) $personal; followUpDay @3 :Int32 $day; kva @4 :List(Text); consultation @5 :ConsultationIn; text @6 :Text $personal; }
struct GiveInformation { what @0 :Text; toPatient @1 :Bool; toGuardian @2 :Bool; text @3 :Text $personal; toRelative @4 :Bool; }
struct ContactDisclosureIn { category @0 :C.DataCategory; basis @1 :C.DisclosureBasis; text @2 :Text $personal; }
struct RecordExternalContact { contactId @0 :Id $drawn; direction @1 :C.Direction; partner @2 :C.PartnerType; orgId @3 :Text; party @4 :Text $personal; contactPerson @5 :Text $personal; mode @6 :C.ContactMode; disclosed @7 :List(ContactDisclosureIn); received @8 :Text $personal; interventionId @9 :Id; }
struct SuspectRehabNeed { suspicionId @0 :Id $drawn; ground @1 :Text $personal; }
struct InformFk { informationId @0 :Id $drawn; suspicionId @1 :Id; categories @2 :List(C.DataCategory); channel @3 :C.Channel; sentAt @4 :Int64 $instant; via @5 :C.FkVia; summary @6 :Text $personal; }
struct ReceiveFkRequest { requestId @0 :Id $drawn; requester @1 :C.Requester; reference @2 :Text; receivedAt @3 :Int64 $instant; asked @4 :List(C.DataCategory); text @5 :Text $personal; namedPerson @6 :Ref $refers(person); }
struct AnswerFkRequest { requestId @0 :Id; categories @1 :List(C.DataCategory); relevantCategories @2 :List(C.DataCategory); relevanceBy @3 :Text; legalDecision @4 :LegalDecision; withheld @5 :List(Text) $personal; pages @6 :UInt16; text @7 :Text $personal;
  struct LegalDecision { reference @0 :Text; by @1 :Text; at @2 :Int64 $instant; } }
struct RecordDisclosure {
  disclosureId @0 :Id $drawn; recipient @1 :C.PartnerType; orgId @2 :Text; recipientName @3 :Text $personal; items @4 :List(Id); categories @5 :List(C.DataCategory); basis @6 :C.DisclosureBasis; statute @7 :Text; sentAt @8 :Int64 $instant; channel @9 :C.Channel; harmTestBy @10 :Text; text @11 :Text $personal; copies @12 :UInt16; harmTest @13 :C.HarmTest; delivery @14 :C.DeliveryMode; requester @15 :Text; reference @16 :Text; receivedAt @17 :Int64 $instant;
}
struct FlagDeviation { reference @0 :Text; targetId @1 :Id; }
struct ItemTarget { targetId @0 :Id; text @1 :Text $personal; }
struct SetPriority { queue @0 :Text; }

# --- läsning --------------------------------------------------------------------------------------------------------------------
struct GroundClaim {                  # what the reader states; recorded, sampled, and never the only thing that decides
  ground @0 :C.Ground; activeDecision @1 :Text $personal; danger @2 :Bool; canConsent @3 :Bool = true; relevant @4 :Bool = true; print @5 :Bool;
}
struct ReadJournal { accessId @0 :Id $drawn; claim @1 :GroundClaim; items @2 :List(Id); asOf @3 :Int64 $instant; }        # items empty: all that the gate lets through
struct ReadShared { accessId @0 :Id $drawn; claim @1 :GroundClaim; step @2 :C.Step; provider @3 :Ref $refers(provider); items @4 :List(Id); }
struct ReadAccessLog {
  accessId @0 :Id $drawn; perspective @1 :Perspective; staff @2 :Ref $refers(staff); unit @3 :Ref $refers(unit); owner @4 :Ref $refers(provider); from @5 :Int64 $instant; to @6 :Int64 $instant; claim @7 :GroundClaim;
  enum Perspective { patient @0; user @1; unit @2; owner @3; }
}
struct Search { accessId @0 :Id $drawn; term @1 :SearchTerm; claim @2 :GroundClaim;
  enum SearchTerm { identifier @0; benefit @1; offence @2; union @3; socialServices @4; } }
struct ReadEvents { accessId @0 :Id $drawn; from @1 :UInt64; count @2 :UInt32; claim @3 :GroundClaim; }
struct ListedPatient { patient @0 :Ref $refers(person); items @1 :List(Id); }                                             # items empty: all that the gate lets through
struct ReadList { accessId @0 :Id $drawn; patients @1 :List(ListedPatient); claim @2 :GroundClaim; }                        # at most 500 items; each is decided
struct ReadStatistics { accessId @0 :Id $drawn; measure @1 :C.StatisticsMeasure; individuals @2 :Bool; from @3 :Int32 $day; to @4 :Int32 $day; claim @5 :GroundClaim; }   # individuals: a list of persons
struct ReadAccessAs { accessId @0 :Id $drawn; commission @1 :Ref $refers(commission); asOf @2 :Int64 $instant; claimed @3 :GroundClaim; claim @4 :GroundClaim; }             # claimed: what that user is supposed to have stated
struct ExportForIvo { accessId @0 :Id $drawn; disclosureId @1 :Id $drawn; diaryNumber @2 :Text; from @3 :Int64 $instant; to @4 :Int64 $instant; claim @5 :GroundClaim; }

# --- patientens rättigheter ---------------------------------------------------------------------------------------------------
struct RequestCopy { requestId @0 :Id $drawn; requestedBy @1 :C.RequestedBy; requester @2 :Ref $refers(person); scope @3 :C.CopyScope; items @4 :List(Id); from @5 :Int64 $instant; to @6 :Int64 $instant; receivedAt @7 :Int64 $instant; channel @8 :C.Channel; text @9 :Text $personal; }
struct ProvideCopy { disclosureId @0 :Id $drawn; requestId @1 :Id; items @2 :List(Id); pages @3 :UInt16; channel @4 :C.Channel; sentAt @5 :Int64 $instant; harmTest @6 :C.HarmTest; harmTestBy @7 :Text; childAsked @8 :Bool; protectedChannel @9 :Bool; recipientName @10 :Text $personal; }
struct RefuseCopy { requestId @0 :Id; items @1 :List(Id); statute @2 :Text; decisionRef @3 :Text; appealInformation @4 :Bool; reason @5 :Text $personal; referToIvo @6 :Bool; opinion @7 :Text $personal; }   # the last two: a private provider hands over at once (PDL 8:2)
struct ReferToIvo { requestId @0 :Id; reference @1 :Text; opinion @2 :Text $personal; }
struct IssueCareCertificate { certificateId @0 :Id $drawn; requestedBy @1 :C.RequestedBy; issuedAt @2 :Int32 $day; recipient @3 :C.PartnerType; externalRef @4 :Text; text @5 :Text $personal; }
struct ProvideLogExtract {
  extractId @0 :Id $drawn; requestId @1 :Id; from @2 :Int64 $instant; to @3 :Int64 $instant; rows @4 :UInt32; bundleDigest @5 :Text; channel @6 :C.Channel; protectedChannel @7 :Bool; requestedBy @8 :C.RequestedBy;
  harmTest @9 :C.HarmTest; harmTestBy @10 :Text; childAsked @11 :Bool; withholdsUnits @12 :Bool; claim @13 :GroundClaim;
}
struct InformPdl { textVersion @0 :Text; channel @1 :C.Channel; }
struct ObjectQualityRegister { objectionId @0 :Id $drawn; register @1 :Text; withdrawn @2 :Bool; requestedBy @3 :C.GivenBy; channel @4 :C.Channel; }
struct InformVardskada { injuryId @0 :Id $drawn; toPatient @1 :Bool; toRelative @2 :Bool; knownAt @3 :Int64 $instant; reference @4 :Text; text @5 :Text $personal; }
struct ReceiveComplaint { complaintId @0 :Id $drawn; requestedBy @1 :C.RequestedBy; via @2 :C.Channel; disputedAccesses @3 :List(Id); text @4 :Text $personal; }
struct AnswerComplaint { complaintId @0 :Id; channel @1 :C.Channel; answeredAt @2 :Int64 $instant; text @3 :Text $personal; }
struct MakeAvailable { availabilityId @0 :Id $drawn; capacityId @1 :Id; reason @2 :Text $personal; }
struct WithdrawAvailability { availabilityId @0 :Id; reason @1 :Text $personal; }

# --- identiteter, felplacerat, överlämnande -----------------------------------------------------------------------------------
struct MergeIdentities { mergeId @0 :Id $drawn; from @1 :Ref $refers(person); basis @2 :C.MergeBasis; evidence @3 :Text; reason @4 :Text $personal; }       # into the command's patient
struct SplitIdentity { splitId @0 :Id $drawn; mergeId @1 :Id; belongToFrom @2 :List(Id); reason @3 :Text $personal; }                                       # items written meanwhile that are the other's
struct MarkMisfiled { targetId @0 :Id; correctPatient @1 :Ref $refers(person); reason @2 :Text $personal; }
struct HandOverResponsibility {
  handoverId @0 :Id $drawn; toProvider @1 :Ref $refers(provider); toRegion @2 :Ref $refers(region); reference @3 :Text; basis @4 :C.DisclosureBasis; categories @5 :List(C.DataCategory); items @6 :List(Id); harmTestBy @7 :Text; text @8 :Text $personal;
}

# --- styrning, uppföljning ------------------------------------------------------------------------------------------------------
struct GiveApproval { approvalId @0 :Id $drawn; digest @1 :Text; validTo @2 :Int64 $instant; }      # digest: 64 hex digits, engine/intake/approval.h
struct RegisterProcessor { processorId @0 :Id $drawn; name @1 :Text; orgNumber @2 :Text; agreement @3 :Text; scope @4 :List(C.ProcessorScope); validFrom @5 :Int64 $instant; validTo @6 :Int64 $instant; }
struct ReviewAuthorisation { commission @0 :Ref $refers(commission); authorisationId @1 :Id; outcome @2 :C.AuthorisationReview; nextBy @3 :Int64 $instant; }
struct ChangeAuthorisation { commission @0 :Ref $refers(commission); authorisationId @1 :Id; analysisId @2 :Id; validFrom @3 :Int64 $instant; validTo @4 :Int64 $instant; }
struct FollowUpOutcome { followUpId @0 :Id $drawn; months @1 :UInt8; result @2 :C.OutcomeResult; degreeBefore @3 :UInt8; degreeAfter @4 :UInt8; source @5 :C.OutcomeSource; text @6 :Text $personal; }
struct OrderWorklist { rank @0 :UInt16; export @1 :Bool; }                                            # export only to be refused (§00.17)
struct SetReviewTrigger { trigger @0 :Text; on @1 :Bool; dpia @2 :Text; owner @3 :Ref $refers(staff); retentionDays @4 :UInt16; validTo @5 :Int64 $instant; }

# --- bevarande, förstöring, arkiv, gallring ----------------------------------------------------------------------------------------
struct SetRetentionPolicy { policyId @0 :Id $drawn; what @1 :C.RetentionClass; years @2 :UInt16; reference @3 :Text; validFrom @4 :Int64 $instant; }
struct SetLegalHold { holdId @0 :Id $drawn; what @1 :C.RetentionClass; items @2 :List(Id); from @3 :Int64 $instant; to @4 :Int64 $instant; reference @5 :Text; reason @6 :Text $personal; }   # items empty: all of the class, of the patient when one is named
struct ReleaseLegalHold { holdId @0 :Id; reason @1 :Text $personal; }
struct RequestDestruction { requestId @0 :Id $drawn; requestedBy @1 :C.RequestedBy; items @2 :List(Id); text @3 :Text $personal; }
struct DependentIn { item @0 :Id; of @1 :Id; }
struct OrderDestruction { orderId @0 :Id $drawn; ivoReference @1 :Text; decidedOn @2 :Int32 $day; applicant @3 :C.RequestedBy; items @4 :List(Id); dependents @5 :List(DependentIn); executor @6 :Ref $refers(staff); applicantName @7 :Text $personal; }
struct DecideDependent { orderId @0 :Id; item @1 :Id; destroy @2 :Bool; reason @3 :Text $personal; }
struct ApproveDestruction { orderId @0 :Id; }
struct ReviewHold { holdId @0 :Id; orderId @1 :Id; note @2 :Text $personal; }
struct CopyReachedIn { place @0 :Text; at @1 :Int64 $instant; }
struct ExecuteDestruction { orderId @0 :Id; copies @1 :List(CopyReachedIn); }
struct NotifiedIn { recipient @0 :C.PartnerType; orgId @1 :Text; disclosureId @2 :Id; at @3 :Int64 $instant; name @4 :Text $personal; }
struct NotifyRecipients { orderId @0 :Id; recipients @1 :List(NotifiedIn); }
struct ConfirmDestruction { orderId @0 :Id; toIvoAt @1 :Int64 $instant; toApplicantAt @2 :Int64 $instant; keyHolder @3 :C.KeyHolderKind; noOtherCopy @4 :Bool; statementBy @5 :Text; }
struct OrderCustody { custodyId @0 :Id $drawn; ivoReference @1 :Text; decidedOn @2 :Int32 $day; archive @3 :Text; archiveOrgId @4 :Text; }       # of the patient's journal when one is named, else of all
struct TransferCustody { custodyId @0 :Id; receivedBy @1 :Text; at @2 :Int64 $instant; journals @3 :UInt32; }
struct DecideDisposal { disposalId @0 :Id $drawn; what @1 :C.RetentionClass; reference @2 :Text; before @3 :Int32 $day; items @4 :List(Id); }        # reference: gallringsbeslut
struct Dispose { disposalId @0 :Id; }

# --- logguppföljning och incidenter ---------------------------------------------------------------------------------------------
struct StratumIn { name @0 :Text; perMille @1 :UInt16; population @2 :UInt32; drawn @3 :UInt32; }
struct OpenReviewCampaign { campaignId @0 :Id $drawn; kind @1 :C.CampaignKind; from @2 :Int64 $instant; to @3 :Int64 $instant; units @4 :List(Ref) $refers(unit); strata @5 :List(StratumIn); triggers @6 :List(Text); triggerVersion @7 :UInt16; seed @8 :Text; checkpointRoot @9 :Text; checkpointSize @10 :UInt64; ground @11 :Text $personal; }
struct DrawSample { sampleId @0 :Id $drawn; campaignId @1 :Id; seed @2 :Text; method @3 :Text; population @4 :UInt32; strata @5 :List(StratumIn); accesses @6 :List(Id); }
struct OpenReviewCase { reviewId @0 :Id $drawn; campaignId @1 :Id; staff @2 :Ref $refers(staff); accesses @3 :List(Id); triggers @4 :List(Text); complaintId @5 :Id; text @6 :Text $personal; }
struct ScreenReviewCase { reviewId @0 :Id; result @1 :C.ScreeningResult; text @2 :Text $personal; }
struct AskClarification { reviewId @0 :Id; answerBy @1 :Int64 $instant; text @2 :Text $personal; }
struct RecordUserStatement { reviewId @0 :Id; statedAt @1 :Int64 $instant; via @2 :C.Channel; statement @3 :Text $personal; }
struct CriterionIn { key @0 :C.CriterionKey; answer @1 :C.CriterionAnswer; note @2 :Text $personal; }
struct AssessReview { reviewId @0 :Id; accesses @1 :List(Id); criteria @2 :List(CriterionIn); outcome @3 :C.ReviewOutcome; incidentId @4 :Id $drawn; awareAt @5 :Int64 $instant; text @6 :Text $personal; }   # the two before the text: when unauthorised
struct TakeReviewAction { reviewId @0 :Id; action @1 :C.ReviewAction; reference @2 :Text; text @3 :Text $personal; }
struct CloseReviewCase { reviewId @0 :Id; text @1 :Text $personal; }
struct InformPatientOfBreach { incidentId @0 :Id; channel @1 :C.Channel; text @2 :Text $personal; }
struct RegisterIncident { incidentId @0 :Id $drawn; awareAt @1 :Int64 $instant; targetId @2 :Id; highRisk @3 :Bool; reviewId @4 :Id; text @5 :Text $personal; }
struct ReportIncident { incidentId @0 :Id; reportedAt @1 :Int64 $instant; reference @2 :Text; notReported @3 :Bool; reason @4 :Text $personal; }           # notReported with a reason: GDPR 33(5)
struct CloseCampaign { campaignId @0 :Id; reviewed @1 :UInt32; remarks @2 :UInt32; open @3 :UInt32; checkpointRoot @4 :Text; checkpointSize @5 :UInt64; text @6 :Text $personal; }
