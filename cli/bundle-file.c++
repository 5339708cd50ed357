#include "cli/bundle-file.h"

#include <filesystem>
#include <fstream>

#include "cli/signed-log.h"
#include "cli/trust.h"
#include "engine/intake/json.h"
#include "engine/law/chapter.h"

namespace liggare::cli {

namespace {

std::string_view wordsOf(NoBundle why) {
  switch (why) {
    case NoBundle::NO_CLOSING: return "loggen har inget bokslut än; gör ett med liggare close";
    case NoBundle::NO_NUMBERS: return "boken har inga sådana nummer";
    case NoBundle::MANY_BOOKS: return "svaret står i flera böcker; --from och --to gäller bara när det är en";
    case NoBundle::NOT_COUNTED: return "raderna ger inte bokslutets rot; pröva med liggare verify --full";
    case NoBundle::NO_SUCH_SIZE: return "loggen är inte så stor som kontrollpunkten säger";
  }
  return "";
}

ExitCode codeOf(NoBundle why) {
  if (why == NoBundle::MANY_BOOKS) return ExitCode::USAGE;
  return why == NoBundle::NOT_COUNTED ? ExitCode::INTEGRITY : ExitCode::NOT_FOUND;
}

using Of = BundleOrder::Of;

// What is asked for, and the read that asking it is.
struct Question {
  BundleSubject subject;
  std::string act, members;
};

Question logOf(Of of, const std::string& text, const std::string& perspective, const std::string& member) {
  std::string members = "\"perspective\":\"" + perspective + "\"";
  if (!member.empty()) members += ",\"" + member + "\":" + intake::quoteJson(text);
  return {{of, text}, "readAccessLog", members};
}

// Governance, log review and numbers are read as raw events are.
Question eventsOf(Of of, const std::string& text) {
  return {{of, text}, "readEvents", "\"from\":0,\"count\":4294967295"};
}

// Exactly one, or nothing.
std::optional<Question> questionOf(const BundleWords& w) {
  std::vector<Question> asked;
  const std::string& person = w.person.number;
  if (!person.empty() && w.journal)
    asked.push_back({{Of::JOURNAL, person}, "readJournal", ""});
  else if (!person.empty())
    asked.push_back(logOf(Of::ACCESS, person, "patient", ""));
  if (!w.user.empty()) asked.push_back(logOf(Of::USER, w.user, "user", "staff"));
  if (!w.unit.empty()) asked.push_back(logOf(Of::UNIT, w.unit, "unit", "unit"));
  if (!w.owner.empty()) asked.push_back(logOf(Of::OWNER, w.owner, "owner", "owner"));
  if (w.review) asked.push_back(eventsOf(Of::REVIEW, ""));
  if (w.governance) asked.push_back(eventsOf(Of::PROVIDER, ""));
  if (!w.commission.empty()) asked.push_back(eventsOf(Of::COMMISSION, w.commission));
  if (!w.region.empty()) asked.push_back(eventsOf(Of::REGION, w.region));
  if (!w.book.empty()) asked.push_back(eventsOf(Of::BOOK, w.book));
  if (asked.size() != 1 || (w.journal && person.empty())) return std::nullopt;
  return asked.front();
}

schema::RefKind kindOf(Of of) {
  switch (of) {
    case Of::USER: return schema::RefKind::STAFF;
    case Of::UNIT: return schema::RefKind::UNIT;
    case Of::OWNER: return schema::RefKind::PROVIDER;
    case Of::COMMISSION: return schema::RefKind::COMMISSION;
    case Of::REGION: return schema::RefKind::REGION;
    default: return schema::RefKind::PERSON;
  }
}

// The size of the checkpoint that the reader has from elsewhere.
bool settleSince(const BundleWords& words, BundleOrder& order) {
  if (words.since.empty()) return true;
  auto text = readSmallFile(words.since);
  auto note = text ? parseNote(*text) : std::nullopt;
  auto checkpoint = note ? parseCheckpoint(note->text) : std::nullopt;
  if (!checkpoint) {
    sayError(words.since + " är ingen kontrollpunkt");
    return false;
  }
  order.sinceSize = checkpoint->head.size;
  return true;
}

// The newest kept checkpoint that the policy is satisfied with.
bool settlePolicy(const BundleWords& words, Journal& journal, BundleOrder& order, ExitCode& code) {
  if (words.policy.empty()) return true;
  auto policy = readPolicyFile(words.policy, code);
  if (!policy) return false;
  auto note = newestCosigned(journal.directory(), journal.origin(), *policy, [&](const Head& head) {
    return head.size <= journal.head() && journal.rootAt(head.size) == head.root;
  });
  if (!note) code = ExitCode::UNVERIFIABLE;
  order.checkpoint = note.value_or("");
  return note.has_value();
}

// Under whom it was asked, and which items the answer let through, as the read itself was recorded.
void takeAnswer(Journal& journal, const ReadingRoom::Read& read, BundleOrder& order) {
  for (Position position : read.events) {
    auto event = journal.read(position);
    if (!event) continue;
    order.reader = law::subjectKey(event->view.common.getProvider());
    for (auto& part : event->view.patients) {
      if (!part.isAccess()) continue;
      for (auto resource : part.getAccess().getResources())
        if (resource.getOutcome() == schema::AccessOutcome::ALLOW && resource.hasItem())
          order.items.insert(resource.getPosition());
    }
  }
}

ExitCode store(const Bundle& bundle, const std::string& file) {
  std::string text = encodeBundle(bundle);
  if (text.size() > BUNDLE_BYTES_MAX) {
    sayError("bunten blir större än 256 MiB; ta färre nummer med --from och --to");
    return ExitCode::FAILURE;
  }
  if (file == "-") {
    Output out;
    out << text;
    return ExitCode::OK;
  }
  std::error_code error;
  if (std::filesystem::exists(file, error)) {
    sayError(file + " finns redan");
    return ExitCode::FAILURE;
  }
  std::ofstream to(file, std::ios::binary);
  if (!to.write(text.data(), static_cast<std::streamsize>(text.size())).flush()) {
    std::filesystem::remove(file, error);
    sayError(file + " går inte att skriva");
    return ExitCode::FAILURE;
  }
  size_t entries = 0;
  for (auto& book : bundle.books) entries += book.entries.size();
  say("Bunt      " + file + "   (" + grouped(bundle.books.size()) + " böcker, " + grouped(entries) +
      " poster)\nNästa steg: liggare verify-bundle " + file + " --key NYCKEL   på vilken dator som helst");
  return ExitCode::OK;
}

}  // namespace

std::optional<std::string> readSmallFile(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return std::nullopt;
  auto size = std::filesystem::file_size(path, error);
  if (error || size > BUNDLE_BYTES_MAX) return std::nullopt;
  std::ifstream in(path, std::ios::binary);
  std::string out(size, '\0');
  if (!in.read(out.data(), static_cast<std::streamsize>(size))) return std::nullopt;
  return out;
}

// PDL 8 kap. 5 §: the patient is told which unit and when, not which person.
ExitCode writeBundle(ReadingRoom& room, const ReadingRoom::Read& read, const BundleSubject& subject,
                     const BundleWords& words) {
  Journal& journal = room.journal();
  BundleOrder order;
  order.of = subject.of;
  ExitCode code = ExitCode::OK;
  if (!settleSince(words, order)) return ExitCode::NOT_FOUND;
  if (!settlePolicy(words, journal, order, code)) return code;
  order.from = words.from;
  order.to = words.to;
  order.actors = words.reader.as == "patient" ? BundleOrder::Actors::HIDDEN : BundleOrder::Actors::SHOWN;
  takeAnswer(journal, read, order);
  if (subject.of == Of::BOOK) {
    auto id = fromHex(subject.text);
    if (id && id->size() == 16) order.book = BookId::from(*id);
  } else if (subject.text.empty()) {
    order.subject = order.reader;
  } else if (auto key = journal.find(kindOf(subject.of), subject.text)) {
    order.subject = *key;
  }
  if (order.subject.isZero() && order.book.isZero()) {
    sayError("den som boken gäller är inte känd här");
    return ExitCode::NOT_FOUND;
  }
  auto made = journal.bundle(order);
  if (auto* why = std::get_if<NoBundle>(&made)) {
    sayError(wordsOf(*why));
    return codeOf(*why);
  }
  return store(std::get<Bundle>(made), words.file);
}

void bindBundle(VerbForm& form, BundleWords& words) {
  bindPerson(form, words.person);
  form.flag("--journal", words.journal, "med --patient: journalen i stället för åtkomstloggen");
  form.option("--user", "HSA-ID", words.user, "vad en medarbetare har gjort hos läsarens vårdgivare");
  form.option("--unit", "HSA-ID", words.unit, "en enhets läsningar");
  form.option("--owner", "HSA-ID", words.owner, "läsningar av den här vårdgivarens uppgifter");
  form.flag("--review", words.review, "läsarens vårdgivares logguppföljning");
  form.flag("--governance", words.governance, "läsarens vårdgivares styrning: enheter, uppdrag, behörigheter");
  form.option("--commission", "HSA-ID", words.commission, "ett medarbetaruppdrag");
  form.option("--region", "KOD", words.region, "en regions policy och avtal");
  form.option("--out", "FIL", words.file, "vart bunten skrivs; - är standard ut");
  form.number("--from", "NUMMER", words.from, "från och med det numret i boken (1)");
  form.number("--to", "NUMMER", words.to, "till och med (det sista)");
  form.option("--policy", "FIL", words.policy, "under den senaste kontrollpunkt som policyns vittnen har intygat");
  form.option("--since", "FIL", words.since, "en kontrollpunkt mottagaren redan har: beviset för fortsättningen");
}

ExitCode makeBundleFile(const Place& place, BundleWords words) {
  if (!settlePerson(words.person)) return ExitCode::NOT_FOUND;
  auto question = questionOf(words);
  if (!question || words.file.empty()) {
    sayError("säg vems bok och vart: ett av --patient, --user, --unit, --owner, --review, --governance, --commission, "
             "--region; och --out FIL");
    return ExitCode::USAGE;
  }
  BundleOrder unused;
  if (!settleSince(words, unused)) return ExitCode::NOT_FOUND;
  ExitCode code = ExitCode::OK;
  auto room = ReadingRoom::open(place, code);
  if (!room || !settlePolicy(words, room->journal(), unused, code)) return code;
  auto read = room->askAndTell(words.reader, words.person.number, question->act, question->members);
  if (read.code != ExitCode::OK) return read.code;
  return writeBundle(*room, read, question->subject, words);
}

}  // namespace liggare::cli
