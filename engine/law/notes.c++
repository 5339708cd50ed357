// Writing in the journal (PDL 3 kap.): notes, signing, correction, the patient's dissent, information given. None of it
// needs the patient's consent and none of it ends with the case (PDL 2:2, 3:9, 3:14). And what is asked for only to be
// refused: deleting, overwriting, erasing, priority.
#include "engine/law/notes.h"

#include "engine/law/gate.h"
#include "engine/law/item-row.h"

namespace liggare::law {

using schema::Body;
using schema::ItemClass;
using schema::Right;
using schema::SignState;
using schema::TextSlot;

namespace {

bool isAuthor(const Context& ctx, const Item& item) {
  return ctx.commission && ctx.commission->person == item.author;  // never: staff only
}

}  // namespace

// --- look-ups ------------------------------------------------------------------------------------

const Item* ownItem(const Context& ctx, const ThingId& id) {
  const Item* item = id.isZero() ? nullptr : findItem(*ctx.patient, id);
  return item && (!ctx.provider || item->provider == ctx.providerKey()) ? item : nullptr;
}
Verdict itemIsThere(const Item* item) {
  if (!item) return refuse(RefusalCode::UNKNOWN_THING);
  return item->destroyed ? refuse(RefusalCode::DESTROYED_THING) : ok();
}

namespace {

// PDL 4:2 second paragraph, 4:4: what one may not see one does not sign, correct or dispute. To act is a decision of
// one's own, and the work a ground, where the care is over.
Verdict maySee(const Context& ctx, const Item& item) {
  if (!ctx.commission || !ctx.provider) return ok();  // never: only staff write notes
  Claim claim;
  claim.ground = schema::Ground::WORK_OTHER;
  claim.activeDecision = true;
  const ReaderFacts reader{ctx.view, ctx.rules, *ctx.commission, *ctx.provider, ctx.command.getPurpose()};
  const GateAnswer answer = gate(reader, *ctx.patient, item, claim, ctx.recordedAt);
  return answer.allowed() ? ok() : refuse(answer.code);
}

}  // namespace

Verdict mayComplete(const Context& ctx, const Item& item) {
  if (isAuthor(ctx, item)) return needsRight(ctx, Right::WRITE);
  LIGGARE_RULE(mayJournal(ctx));
  return maySee(ctx, item);
}

schema::Event::Builder draftAbout(Context& ctx, Body::Which kind, const Item& target, const ThingId& thing) {
  auto event = ctx.draft(kind, target.itemClass);
  auto common = event.getCommon();
  if (!target.unit.isZero()) set(common.initInfoUnit(), target.unit);
  if (!target.process.empty()) common.setInfoProcess(target.process);
  ctx.about(event, thing, target.caseId);
  return event;
}

namespace {

// --- notes ---------------------------------------------------------------------------------------

// §3.2: a note that stood in another person's journal is written anew here, once it has been marked there as this
// patient's. Whoever does so need not know whose journal it stood in.
Verdict isMovedHere(const Context& ctx, const ThingId& note) {
  const bool told = positionOf(*ctx.patient, Body::NOTE_MARKED_MISFILED, note) != 0;
  return told && !findItem(*ctx.patient, note) ? ok() : refuse(RefusalCode::UNKNOWN_THING);
}

// PDL 3:6, 3:9: what happened, when, by whom; as soon as possible. Only the server says when it was recorded (case 60).
Verdict recordNote(Context& ctx) {
  auto r = ctx.command.getRecordNote();
  const ThingId id = thingId(r.getNoteId());
  LIGGARE_RULE(idIsNew(ctx, id));
  LIGGARE_RULE(needsRight(ctx, Right::WRITE));
  const NamedCase named = namedCase(ctx);
  LIGGARE_RULE(caseIsKnown(named));
  const ThingId movedFrom = thingId(r.getMovedFrom());
  if (!movedFrom.isZero()) LIGGARE_RULE(isMovedHere(ctx, movedFrom));
  LIGGARE_RULE(mayJournal(ctx));
  LIGGARE_RULE(timeIsRight(ctx));
  const bool fmu = r.getTemplate() == schema::NoteTemplate::FMU;
  auto event = ctx.draft(Body::NOTE_RECORDED, fmu ? ItemClass::FMU : ItemClass::NOTE);
  if (r.getProcess().size() > 0) event.getCommon().setInfoProcess(r.getProcess());
  ctx.about(event, id, named.found ? named.found->id : ThingId{});
  auto body = ctx.patientBody(event).initNoteRecorded();
  set(body.initNote(), id);
  body.setTemplate(r.getTemplate());
  body.setLanguage(r.getLanguage().size() > 0 ? r.getLanguage() : capnp::Text::Reader("sv"));  // PDL 3:13
  body.setParticipants(static_cast<uint16_t>(r.getParticipants().size()));
  if (!movedFrom.isZero()) set(body.initMovedFrom(), movedFrom);
  fillConsultation(body.initConsultation(), r.getConsultation());
  ctx.text(event, TextSlot::BODY, r.getText());
  for (unsigned i = 0; i < r.getParticipants().size(); ++i)
    ctx.text(event, TextSlot::PARTICIPANT, r.getParticipants()[i], static_cast<uint16_t>(i));
  ctx.text(event, TextSlot::CONSULTATION, r.getConsultation().getReasonIfNot());
  return ok();
}

// PDL 3:10: the responsible author signs, or says why signing is not needed. A delegate only countersigns (§00.27).
Verdict signNote(Context& ctx, schema::NoteTarget::Reader r, Body::Which kind) {
  const ThingId id = thingId(r.getNoteId());
  LIGGARE_RULE(needsRight(ctx, Right::WRITE));
  const Item* target = ownItem(ctx, id);
  LIGGARE_RULE(itemIsThere(target));
  LIGGARE_RULE(mayComplete(ctx, *target));
  const bool signs = kind == Body::NOTE_SIGNED;
  if (target->sign == SignState::SIGNED) return alreadySo(positionOf(*ctx.patient, Body::NOTE_SIGNED, id));
  if (target->sign == SignState::WAIVED && !signs) {
    const Position waived = positionOf(*ctx.patient, Body::SIGNATURE_WAIVED, id);
    return alreadySo(waived ? waived : target->position);  // some items need no signature from the start
  }
  if (!isAuthor(ctx, *target)) return refuse(RefusalCode::NOT_SIGNER);
  if (!signs && r.getReason().size() == 0) return refuse(RefusalCode::NOT_SIGNER, {"reason"});
  LIGGARE_RULE(timeIsRight(ctx, Lateness::FREE));
  auto event = draftAbout(ctx, kind, *target, id);
  auto body = ctx.patientBody(event);
  set((signs ? body.initNoteSigned() : body.initSignatureWaived()).initNote(), id);
  ctx.text(event, TextSlot::REASON, r.getReason());
  return ok();
}

// Vidimering: somebody has read it and says so. The note's own signature is another matter, and each may do it once.
Verdict countersignNote(Context& ctx) {
  auto r = ctx.command.getCountersignNote();
  const ThingId id = thingId(r.getNoteId());
  LIGGARE_RULE(needsRight(ctx, Right::WRITE));
  const Item* target = ownItem(ctx, id);
  LIGGARE_RULE(itemIsThere(target));
  LIGGARE_RULE(mayComplete(ctx, *target));
  for (const Item& item : ctx.patient->items)
    if (item.kind == static_cast<uint16_t>(Body::NOTE_COUNTERSIGNED) && item.target == id && isAuthor(ctx, item))
      return alreadySo(item.position);
  LIGGARE_RULE(timeIsRight(ctx, Lateness::FREE));
  auto event = draftAbout(ctx, Body::NOTE_COUNTERSIGNED, *target, id);
  set(ctx.patientBody(event).initNoteCountersigned().initNote(), id);
  ctx.text(event, TextSlot::REASON, r.getReason());
  return ok();
}

// PDL 3:14: when and by whom; the old text stays readable beside the new (case 58). Signed or not, before or after the
// case.
Verdict correctNote(Context& ctx) {
  auto r = ctx.command.getCorrectNote();
  const ThingId id = thingId(r.getCorrectionId());
  LIGGARE_RULE(idIsNew(ctx, id));
  LIGGARE_RULE(needsRight(ctx, Right::WRITE));
  const Item* target = ownItem(ctx, thingId(r.getTargetId()));
  LIGGARE_RULE(itemIsThere(target));
  LIGGARE_RULE(mayComplete(ctx, *target));
  LIGGARE_RULE(timeIsRight(ctx));
  auto event = draftAbout(ctx, Body::NOTE_CORRECTED, *target, id);
  auto body = ctx.patientBody(event).initNoteCorrected();
  set(body.initCorrection(), id);
  set(body.initTarget(), target->id);
  if (r.getField().size() > 0) body.setField(r.getField());
  body.setReasonKind(r.getReasonKind());
  ctx.text(event, TextSlot::BODY, r.getNewText());
  ctx.text(event, TextSlot::REASON, r.getReason());
  return ok();
}

// PDL 3:8: the patient finds it wrong or misleading. Noted beside it; the note itself is not changed (case 62).
Verdict noteDissent(Context& ctx) {
  auto r = ctx.command.getNoteDissent();
  const ThingId id = thingId(r.getDissentId());
  LIGGARE_RULE(idIsNew(ctx, id));
  LIGGARE_RULE(needsRight(ctx, Right::WRITE));
  const Item* target = ownItem(ctx, thingId(r.getTargetId()));
  LIGGARE_RULE(itemIsThere(target));
  LIGGARE_RULE(mayComplete(ctx, *target));
  LIGGARE_RULE(timeIsRight(ctx));
  const Micros statedAt = r.getStatedAt() ? r.getStatedAt() : ctx.occurredAt();
  LIGGARE_RULE(statedTimeIsRight(ctx, statedAt));
  auto event = draftAbout(ctx, Body::PATIENT_DISSENT_NOTED, *target, id);
  auto body = ctx.patientBody(event).initPatientDissentNoted();
  set(body.initDissent(), id);
  set(body.initTarget(), target->id);
  body.setStatedAt(statedAt);
  body.setVia(r.getVia());
  ctx.text(event, TextSlot::STATEMENT, r.getStatement());
  return ok();
}

// PDL 3:6 p. 5: which information the patient or the guardian was given.
Verdict giveInformation(Context& ctx) {
  auto r = ctx.command.getGiveInformation();
  LIGGARE_RULE(needsRight(ctx, Right::WRITE));
  const NamedCase named = namedCase(ctx);
  LIGGARE_RULE(caseIsKnown(named));
  LIGGARE_RULE(mayJournal(ctx));
  if (r.getWhat().size() == 0) return refuse(RefusalCode::INFORMATION_MISSING);
  LIGGARE_RULE(timeIsRight(ctx));
  auto event = ctx.draft(Body::INFORMATION_GIVEN, ItemClass::INFORMATION);
  ctx.about(event, {}, named.found ? named.found->id : ThingId{});
  auto body = ctx.patientBody(event).initInformationGiven();
  body.setWhat(r.getWhat());
  body.setToPatient(r.getToPatient());
  body.setToGuardian(r.getToGuardian());
  body.setToRelative(r.getToRelative());
  ctx.text(event, TextSlot::INFORMED, r.getText());
  return ok();
}

// A link to the region's deviation system; what went wrong is told there and not in the journal (§2.1).
Verdict flagDeviation(Context& ctx) {
  auto r = ctx.command.getFlagDeviation();
  LIGGARE_RULE(needsRight(ctx, Right::WRITE));
  const NamedCase named = namedCase(ctx);
  LIGGARE_RULE(caseIsKnown(named));
  const ThingId target = thingId(r.getTargetId());
  const Item* item = ownItem(ctx, target);
  if (!target.isZero()) LIGGARE_RULE(itemIsThere(item));
  LIGGARE_RULE(mayJournal(ctx));
  LIGGARE_RULE(timeIsRight(ctx, Lateness::FREE));
  auto event = ctx.draft(Body::DEVIATION_FLAGGED, ItemClass::CASE_STEP);
  ctx.about(event, {}, named.found ? named.found->id : item ? item->caseId : ThingId{});
  auto body = ctx.patientBody(event).initDeviationFlagged();
  if (r.getReference().size() > 0) body.setReference(r.getReference());
  if (item) set(body.initTarget(), target);
  return ok();
}

// --- only to be refused --------------------------------------------------------------------------

// Without a target it is the whole journal that is meant; with one it must be in this journal.
Verdict neverErased(const Context& ctx, schema::ItemTarget::Reader r, RefusalCode code) {
  const ThingId target = thingId(r.getTargetId());
  if (!target.isZero()) LIGGARE_RULE(itemIsThere(ownItem(ctx, target)));
  return refuse(code);
}

}  // namespace

Verdict decideNotes(Context& ctx) {
  using Which = schema::Command::Which;
  auto command = ctx.command;
  switch (command.which()) {
    case Which::RECORD_NOTE: return recordNote(ctx);
    case Which::SIGN_NOTE: return signNote(ctx, command.getSignNote(), Body::NOTE_SIGNED);
    case Which::COUNTERSIGN_NOTE: return countersignNote(ctx);
    case Which::WAIVE_SIGNATURE: return signNote(ctx, command.getWaiveSignature(), Body::SIGNATURE_WAIVED);
    case Which::CORRECT_NOTE: return correctNote(ctx);
    case Which::NOTE_DISSENT: return noteDissent(ctx);
    case Which::GIVE_INFORMATION: return giveInformation(ctx);
    case Which::FLAG_DEVIATION: return flagDeviation(ctx);
    // PDL 3:14: nothing is obliterated or made illegible but by IVO's decision (PDL 8:4).
    case Which::DELETE_ITEM: return neverErased(ctx, command.getDeleteItem(), RefusalCode::ERASURE_FORBIDDEN);
    case Which::OVERWRITE_ITEM: return neverErased(ctx, command.getOverwriteItem(), RefusalCode::ERASURE_FORBIDDEN);
    // GDPR art. 17.3 b and c; the attempt that is recorded is the record of the request (case 14).
    case Which::REQUEST_ERASURE: return neverErased(ctx, command.getRequestErasure(), RefusalCode::GDPR_ERASURE);
    // Coordination moves nobody ahead in a medical queue (case 90).
    case Which::SET_PRIORITY: return refuse(RefusalCode::PRIORITY_FORBIDDEN);
    default: return refuse(RefusalCode::NOT_BUILT);  // never: decide.c++ sends no other
  }
}

// --- folding -------------------------------------------------------------------------------------

namespace {

// Nothing to sign, and about another item.
void addAct(PatientState& state, const EventView& event, const ThingId& target) {
  state.items.push_back(itemRowAbout(event, target));
  state.items.back().sign = SignState::WAIVED;
}
// A row of its own that points at what it corrects or disputes. What corrects another person's note is that person's.
void addBeside(PatientState& state, const EventView& event, const ThingId& target) {
  const Item* about = findItem(state, target);
  const bool isAnothers = about && about->misfiled;  // never: what is corrected is there
  state.items.push_back(itemRow(event));
  state.items.back().target = target;
  state.items.back().misfiled = isAnothers && isCorrectionOf(state.items.back(), target);
}
void mark(PatientState& state, const ThingId& id, SignState sign) {
  for (Item& item : state.items)
    if (item.id == id) item.sign = sign;
}

}  // namespace

void evolveNotes(PatientState& state, const EventView& event, schema::Body::Reader body) {
  switch (body.which()) {
    case Body::NOTE_RECORDED: state.items.push_back(itemRow(event)); return;
    case Body::NOTE_SIGNED: {
      const ThingId note = thingId(body.getNoteSigned().getNote());
      mark(state, note, SignState::SIGNED);
      return addAct(state, event, note);
    }
    case Body::NOTE_COUNTERSIGNED: return addAct(state, event, thingId(body.getNoteCountersigned().getNote()));
    case Body::SIGNATURE_WAIVED: {
      const ThingId note = thingId(body.getSignatureWaived().getNote());
      mark(state, note, SignState::WAIVED);
      return addAct(state, event, note);
    }
    case Body::NOTE_CORRECTED: return addBeside(state, event, thingId(body.getNoteCorrected().getTarget()));
    case Body::PATIENT_DISSENT_NOTED:
      return addBeside(state, event, thingId(body.getPatientDissentNoted().getTarget()));
    // GDPR 34: told by a review or the records office, and no less information that the patient was given.
    case Body::PATIENT_INFORMED_OF_BREACH:
      return addAct(state, event, thingId(body.getPatientInformedOfBreach().getIncident()));
    case Body::INFORMATION_GIVEN:
      state.items.push_back(itemRow(event));
      state.items.back().sign = SignState::WAIVED;
      return;
    case Body::DEVIATION_FLAGGED: return addAct(state, event, thingId(body.getDeviationFlagged().getTarget()));
    default: return;
  }
}

}  // namespace liggare::law
