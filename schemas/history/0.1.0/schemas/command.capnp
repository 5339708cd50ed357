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
  }
}

enum NotBuilt {   # names the door knows; each becomes a member of the union when it is built, and its name here is then retired
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
struct AdoptRiskAnalysis { analysisId @0 :Id $drawn; provider @1 :Ref $refers(provider); version @2 :UInt16; roles @3 :List(Text); validFrom @4 :Int64 $instant; reviewBy @5 :Int64 $instant; }
struct GrantAuthorisation { authorisationId @0 :Id $drawn; commission @1 :Ref $refers(commission); analysisId @2 :Id; validFrom @3 :Int64 $instant; validTo @4 :Int64 $instant; provider @5 :Ref $refers(provider); }
struct RevokeAuthorisation { commission @0 :Ref $refers(commission); effectiveAt @1 :Int64 $instant; }
struct SetRegionPolicy { policyId @0 :Id $drawn; region @1 :Ref $refers(region); preventiveAllowed @2 :Bool; validFrom @3 :Int64 $instant; validTo @4 :Int64 $instant; moveGraceDays @5 :UInt16; }
struct RecordAgreement { agreementId @0 :Id $drawn; homeRegion @1 :Ref $refers(region); performingRegion @2 :Ref $refers(region); caseOnly @3 :Id; validFrom @4 :Int32 $day; validTo @5 :Int32 $day; reference @6 :Text; }
struct RecordContract { contractId @0 :Id $drawn; region @1 :Ref $refers(region); performer @2 :Ref $refers(provider); validFrom @3 :Int32 $day; validTo @4 :Int32 $day; reference @5 :Text; }
struct SetSvodConnection { connected @0 :Bool; }
struct RegisterRoutine { unit @0 :Ref $refers(unit); document @1 :Text; fkContactRole @2 :Text; validFrom @3 :Int64 $instant; }
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
  degrees @6 :List(DegreeIn); diagnoses @7 :List(Text); externalRef @8 :Text;
}
struct ReceiveRequest { fromPatient @0 :Bool; statement @1 :Text $personal; }
struct AssessNeed { assessmentId @0 :Id $drawn; outcome @1 :C.AssessmentOutcome; basis @2 :C.CaseBasis; withPhysician @3 :Bool; ground @4 :Text $personal; deferUntil @5 :Int32 $day; newCaseId @6 :Id $drawn; }
struct MakeOffer { offerId @0 :Id $drawn; basis @1 :C.ResponsibilityBasis = unstated; infoTextId @2 :Text; infoTextVersion @3 :Text; }
struct AnswerOffer { offerId @0 :Id; reason @1 :Text $personal; consent @2 :GiveConsent; }   # consent: C1 given in the same breath (§12 L11)
struct CloseCase { reason @0 :C.CloseReason; summary @1 :Text $personal; }
struct AssignContactPerson { assignmentId @0 :Id $drawn; staff @1 :Ref $refers(staff); role @2 :ContactRole; primary @3 :Bool; enum ContactRole { coordinator @0; careContact @1; physician @2; ombud @3; } }
struct EndContactPerson { assignmentId @0 :Id; }

# --- samtycken och spärrar ----------------------------------------------------------------------------------------------------
struct RecipientIn { type @0 :C.PartnerType; orgId @1 :Text; name @2 :Text $personal; }
struct GiveConsent {
  consentId @0 :Id $drawn; kind @1 :C.ConsentKind; givenBy @2 :C.GivenBy; representative @3 :Ref $refers(person); channel @4 :C.Channel; givenAt @5 :Int64 $instant; validFrom @6 :Int64 $instant; validTo @7 :Int64 $instant;
  scopeUnit @8 :Ref $refers(unit); scopeStaff @9 :Ref $refers(staff); recipients @10 :List(RecipientIn); categories @11 :List(C.DataCategory); purposeText @12 :Text; infoTextId @13 :Text; infoTextVersion @14 :Text; blockId @15 :Id;
}
struct RefuseConsent { kind @0 :C.ConsentKind; channel @1 :C.Channel; reason @2 :Text $personal; }
struct WithdrawConsent { consentId @0 :Id; effectiveAt @1 :Int64 $instant; channel @2 :C.Channel; reason @3 :Text $personal; }
struct InformSvod { textVersion @0 :Text; }
struct RegisterBlock {
  blockId @0 :Id $drawn; type @1 :C.BlockType; infoUnit @2 :Ref $refers(unit); infoProcess @3 :Text; infoFrom @4 :Int64 $instant; infoTo @5 :Int64 $instant; requestedBy @6 :C.GivenBy; requestDate @7 :Int64 $instant; reason @8 :Text $personal;
}
struct EndBlock { blockId @0 :Id; requestedBy @1 :C.GivenBy; reason @2 :Text $personal; }
struct LiftBlock { liftId @0 :Id $drawn; blockId @1 :Id; reason @2 :C.LiftReason; reasonText @3 :Text $personal; forUnit @4 :Ref $refers(unit); forStaff @5 :Ref $refers(staff); until @6 :Int64 $instant; consentId @7 :Id; items @8 :List(Id); danger @9 :Bool; canConsent @10 :Bool = true; }
struct CancelLift { liftId @0 :Id; }
struct RevealBlockSources { danger @0 :Bool; canConsent @1 :Bool = true; reason @2 :Text $personal; }
struct RequestOuterLift { requestId @0 :Id $drawn; owner @1 :Ref $refers(provider); danger @2 :Bool; canAsk @3 :Bool = true; reason @4 :Text $personal; }
struct AnswerOuterLift { requestId @0 :Id; liftId @1 :Id $drawn; blockId @2 :Id; until @3 :Int64 $instant; items @4 :List(Id); reason @5 :Text $personal; }

# --- journalen ----------------------------------------------------------------------------------------------------------------
struct RecordNote { noteId @0 :Id $drawn; template @1 :C.NoteTemplate; text @2 :Text $personal; language @3 :Text; participants @4 :List(Text) $personal; consultation @5 :ConsultationIn; process @6 :Text; }
struct NoteTarget { noteId @0 :Id; reason @1 :Text $personal; }
struct CorrectNote { correctionId @0 :Id $drawn; targetId @1 :Id; newText @2 :Text $personal; reason @3 :Text $personal; }
struct NoteDissent { dissentId @0 :Id $drawn; targetId @1 :Id; statement @2 :Text $personal; statedAt @3 :Int64 $instant; via @4 :C.Channel; }
struct RecordIntervention {
  interventionId @0 :Id $drawn; kind @1 :C.InterventionKind; mode @2 :C.ContactMode; withPatientContact @3 :Bool; durationMinutes @4 :UInt16; kva @5 :List(Text); consultation @6 :ConsultationIn; function @7 :Text; text @8 :Text $personal; priority @9 :Bool;
}
struct WritePlan { planId @0 :Id $drawn; goals @1 :List(Text) $personal; steps @2 :List(Text) $personal; followUpDay @3 :Int32 $day; kva @4 :List(Text); consultation @5 :ConsultationIn; text @6 :Text $personal; }
struct GiveInformation { what @0 :Text; toPatient @1 :Bool; toGuardian @2 :Bool; text @3 :Text $personal; }
struct ContactDisclosureIn { category @0 :C.DataCategory; basis @1 :C.DisclosureBasis; text @2 :Text $personal; }
struct RecordExternalContact { contactId @0 :Id $drawn; direction @1 :C.Direction; partner @2 :C.PartnerType; orgId @3 :Text; party @4 :Text $personal; contactPerson @5 :Text $personal; mode @6 :C.ContactMode; disclosed @7 :List(ContactDisclosureIn); received @8 :Text $personal; }
struct SuspectRehabNeed { suspicionId @0 :Id $drawn; ground @1 :Text $personal; }
struct InformFk { informationId @0 :Id $drawn; suspicionId @1 :Id; categories @2 :List(C.DataCategory); channel @3 :C.Channel; sentAt @4 :Int64 $instant; via @5 :C.FkVia; summary @6 :Text $personal; }
struct ReceiveFkRequest { requestId @0 :Id $drawn; requester @1 :C.Requester; reference @2 :Text; receivedAt @3 :Int64 $instant; asked @4 :List(C.DataCategory); text @5 :Text $personal; namedPerson @6 :Ref $refers(person); }
struct AnswerFkRequest { requestId @0 :Id; categories @1 :List(C.DataCategory); relevantCategories @2 :List(C.DataCategory); relevanceBy @3 :Text; legalDecision @4 :LegalDecision; withheld @5 :List(Text) $personal; pages @6 :UInt16; text @7 :Text $personal;
  struct LegalDecision { reference @0 :Text; by @1 :Text; at @2 :Int64 $instant; } }
struct RecordDisclosure {
  disclosureId @0 :Id $drawn; recipient @1 :C.PartnerType; orgId @2 :Text; recipientName @3 :Text $personal; items @4 :List(Id); categories @5 :List(C.DataCategory); basis @6 :C.DisclosureBasis; statute @7 :Text; sentAt @8 :Int64 $instant; channel @9 :C.Channel; harmTestBy @10 :Text; text @11 :Text $personal;
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
