// What several books claim together: that they are all of one person under every key, that no month of a provider's
// access streams is missing, and that an event in the bundle says whose they are.
#include "engine/bundle.h"
#include "engine/identities.h"

namespace liggare {

namespace {

using Kind = BundleFault::Kind;
using Body = schema::Body;

const CheckedBook* bookCalled(const CheckedBundle& of, const BookName& name) {
  BookId id = name.id();
  for (const CheckedBook& book : of.books)
    if (book.name && book.book == id) return &book;
  return nullptr;
}

bool isAboutPerson(const BookName& name) { return name.kind == BookKind::PATIENT || name.kind == BookKind::ACCESS; }

// Merges and splits have a part for each key they join. So an entry of a patient book whose sealed header says that
// there are two is one of them unless its common part, which is then open, says otherwise.
enum class Told : uint8_t { ALL, NOT_ALL };
Told tellIdentities(const CheckedBook& book, const SubjectKey& key, Identities& to) {
  if (!book.isWhole()) return Told::NOT_ALL;
  for (size_t i = 0; i < book.events.size(); ++i) {
    const auto& event = book.events[i].view;
    const auto kind = event.common.getKind();
    if (i == 0 && naming(event, key) != Naming::THIS) return Told::NOT_ALL;
    if (book.patientParts[i] < 2) continue;
    if (kind == Body::NONE) return Told::NOT_ALL;
    if (kind != Body::PATIENT_IDENTITIES_MERGED && kind != Body::PATIENT_IDENTITY_SPLIT) continue;
    if (event.patients.empty()) return Told::NOT_ALL;
    to.take(event);
  }
  return Told::ALL;
}

// From one key of the person: every key that is joined with it must have its books here, and nobody else's may be.
std::optional<Kind> checkPerson(CheckedBundle& of, const SubjectKey& first) {
  std::vector<SubjectKey> here;
  bool asksAccess = false;
  for (const CheckedBook& book : of.books) {
    if (!book.name || !isAboutPerson(*book.name)) continue;
    asksAccess = asksAccess || book.name->kind == BookKind::ACCESS;
    const SubjectKey& key = book.name->keys.front();
    if (std::find(here.begin(), here.end(), key) == here.end()) here.push_back(key);
  }
  Identities identities;
  of.person = CheckedBundle::Person::ALL_KEYS;
  for (const SubjectKey& key : here) {
    auto* book = bookCalled(of, {BookKind::PATIENT, key});
    if (!book || (asksAccess && !bookCalled(of, {BookKind::ACCESS, key}))) return Kind::IDENTITY;
    if (tellIdentities(*book, key, identities) == Told::NOT_ALL) of.person = CheckedBundle::Person::UNTOLD;
  }
  auto joined = identities.joinedWith(first);
  std::sort(joined.begin(), joined.end());
  std::sort(here.begin(), here.end());
  if (of.person == CheckedBundle::Person::ALL_KEYS && joined != here) return Kind::IDENTITY;
  return std::nullopt;
}

// A provider's access streams are cut by months: from the one in which it was registered to that of the closing.
bool hasAllMonths(const CheckedBundle& of, const SubjectKey& provider) {
  for (const OpenedEvent& event : of.subjects) {
    if (event.view.common.getKind() != Body::PROVIDER_REGISTERED || naming(event.view, provider) != Naming::THIS)
      continue;
    for (uint32_t month = monthOf(event.entry.recordedAt); month <= monthOf(of.closedAt); month = monthAfter(month))
      if (!bookCalled(of, BookName(StreamKind::AX, {provider}, month))) return false;
    return true;
  }
  return true;  // never bound to anybody: UNBOUND says so
}

bool isBound(const CheckedBundle& of, const CheckedBook& book) {
  for (const SubjectKey& key : book.name->keys) {
    const auto saysWho = [&](const OpenedEvent& event) { return naming(event.view, key) == Naming::THIS; };
    auto* patient = isAboutPerson(*book.name) ? bookCalled(of, {BookKind::PATIENT, key}) : nullptr;
    bool here = patient ? patient->from == 1 && !patient->events.empty() && saysWho(patient->events.front())
                        : std::any_of(of.subjects.begin(), of.subjects.end(), saysWho);
    if (!here) return false;
  }
  return !book.name->keys.empty();
}

}  // namespace

void checkClaims(CheckedBundle& checked) {
  using Subject = CheckedBundle::Subject;
  checked.subject = Subject::BOUND;
  std::optional<SubjectKey> person;
  std::set<SubjectKey> cut;  // providers whose months have been looked at
  for (size_t i = 0; i < checked.books.size(); ++i) {
    const CheckedBook& book = checked.books[i];
    if (!book.name) {
      checked.subject = Subject::UNNAMED;
      continue;
    }
    if (!isBound(checked, book) && checked.subject == Subject::BOUND) checked.subject = Subject::UNBOUND;
    if (isAboutPerson(*book.name) && !person) person = book.name->keys.front();
    bool isAccessStream = book.name->kind == BookKind::STREAM && book.name->stream == StreamKind::AX;
    if (isAccessStream && cut.insert(book.name->keys.front()).second &&
        !hasAllMonths(checked, book.name->keys.front())) {
      checked.fault = BundleFault{Kind::MONTHS, i, 0};
      return;
    }
  }
  if (!person) return;
  if (auto wrong = checkPerson(checked, *person)) checked.fault = BundleFault{*wrong, 0, 0};
}

}  // namespace liggare
