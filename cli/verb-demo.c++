// liggare demo: the whole main job on the example day, in a directory of its own, as a person would want to read it.
#include <kj/debug.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "cli/example-day.h"
#include "cli/recorded-read.h"
#include "cli/verification.h"
#include "engine/law/refusals.h"
#include "projections/reports/text.h"
#include "projections/swedish.h"

namespace liggare::cli {

namespace {

namespace fs = std::filesystem;
using Which = schema::Command::Which;

constexpr const char* MAIN_PATIENT = "199006022397";  // Alve Testberg: Skatteverket's test number, nobody's
constexpr const char* DEMO_START = "2026-10-29T08:00:00+01:00";

struct Asked {
  std::string keep;
};

// Gone with everything in it when the demo ends, unless somebody asked to keep it.
class Workplace {
 public:
  explicit Workplace(const std::string& kept) : path(kept), keeps(!kept.empty()) {
    if (keeps) {
      fs::create_directories(path);
      return;
    }
    path = (fs::temp_directory_path() / "liggare-demo-XXXXXX").string();
    if (!::mkdtemp(path.data())) KJ_FAIL_REQUIRE("ingen katalog för demonstrationen kunde göras");
  }
  ~Workplace() {
    std::error_code ignored;
    if (!keeps) fs::remove_all(path, ignored);
  }
  KJ_DISALLOW_COPY(Workplace);
  std::string journal() const { return path + "/journal"; }
  std::string input() const { return path + "/region-day.ndjson"; }

 private:
  std::string path;
  bool keeps;
};

class Demonstration {
 public:
  Demonstration(ReadingRoom& where, Output& to) : room(where), out(to) {}
  void day();
  void journal();
  void otherProvider();
  void accessLogExtract();
  void threeRefusals();

 private:
  void chapter(std::string_view title, std::string_view lead);
  std::string who(const PlayedLine& line);
  void step(const PlayedLine& line, std::string_view what);
  void refusal(const PlayedLine& line);
  std::string commissionOf(Which which, schema::Purpose purpose) const;
  bool isOfMain(const PlayedLine& line) const { return line.patient() == MAIN_PATIENT; }

  ReadingRoom& room;
  Output& out;
  ExampleDay played;
  int chapters = 0;
};

void Demonstration::chapter(std::string_view title, std::string_view lead) {
  out << "\n\n" << bold(std::to_string(++chapters) + ". " + std::string(title)) << "\n" << lead << "\n\n";
}

std::string Demonstration::who(const PlayedLine& line) {
  std::string commission = line.commission();
  if (commission.empty()) return line.command().getActor().isPatient() ? "patienten själv" : "operatören";
  auto key = room.journal().find(schema::RefKind::COMMISSION, commission);
  if (!key) return commission;
  auto sources = room.sources();
  StaffName staff = sources.directory.commission(*key);
  std::string unit = sources.directory.unit(staff.unit).name;
  return staff.name + ", " + staff.title + (unit.empty() ? "" : ", " + unit);
}

// "09:31  Omar Testmark, ortoped, Ortopedakuten Klitten: läsa sammanhållen journalföring"
void Demonstration::step(const PlayedLine& line, std::string_view what) {
  std::string at = formatSwedish(line.command().getAt());
  out << bold(at.substr(at.size() - 5)) << "  " << who(line) << ": " << what << "\n";
}

void Demonstration::refusal(const PlayedLine& line) {
  out << "       " << red("nekas") << "  " << refusalLine(line.outcome) << "\n";
}

void Demonstration::day() {
  chapter("Dagen", "En påhittad dag i två regioner och hos en upphandlad vårdgivare, kommando för kommando.");
  played = playExampleDay(room.journal());
  uint64_t reads = 0;
  for (auto& line : played.lines)
    if (!line.reads().empty()) ++reads;
  out << "  " << played.tally.summary() << "\n";
  out << "  nekandena har " << std::to_string(played.refusalCodes.size())
      << " olika skäl, var och ett med sitt lagrum\n";
  out << "  " << grouped(reads) << " läsningar, sökningar och logguttag är antecknade, också de som nekades\n";
  out << "  loggen har " << grouped(room.journal().head()) << " poster; ingen går att ändra eller ta bort obemärkt\n";
  room.views().catchUp();
}

// The commission under which somebody does this in the day about the main patient, and gets to.
std::string Demonstration::commissionOf(Which which, schema::Purpose purpose) const {
  auto* line = played.first([&](auto& l) {
    return isOfMain(l) && l.isAccepted() && l.command().which() == which && l.command().getPurpose() == purpose;
  });
  return line ? line->commission() : std::string();
}

void Demonstration::journal() {
  ReaderWords words;
  words.as = commissionOf(Which::RECORD_INTERVENTION, schema::Purpose::COORDINATION);
  words.purpose = "coordination";
  words.ground = "care";
  words.reason = "Avstämning vid dagens slut.";
  chapter("En patients journal", "Koordinatorn öppnar den nu. Läsningen skrevs i loggen innan något visades.");
  auto read = room.ask(words, MAIN_PATIENT, "readJournal");
  if (read.events.empty() || read.code != ExitCode::OK) {
    out << red("nekas") << "  "
        << (read.outcome.code != law::RefusalCode::NONE ? refusalLine(read.outcome) : read.outcome.reason) << "\n";
    return;
  }
  out << renderText(patientJournal(room.sources(), read.events));
}

void Demonstration::otherProvider() {
  auto* begins = played.first([&](auto& l) { return isOfMain(l) && l.command().isReadShared() && l.isAccepted(); });
  if (!begins) return;
  const std::string reader = begins->commission();
  chapter("Samma patient hos en annan vårdgivare",
          "Sammanhållen journalföring stegvis: att det finns uppgifter, sedan hos vem, sedan vad som står.");
  for (auto& line : played.lines) {
    auto command = line.command();
    bool reads = command.isReadShared() && line.commission() == reader;
    bool changes =
        line.isAccepted() && (command.isRegisterBlock() || (command.isGiveConsent() && line.commission() == reader));
    if (!isOfMain(line) || !(reads || changes)) continue;
    std::string what = askedLabel(command);
    if (reads) what += ", steg " + sv(command.getReadShared().getStep());
    if (command.isGiveConsent()) what += ": " + sv(command.getGiveConsent().getKind());
    if (command.isRegisterBlock()) what += ": " + sv(command.getRegisterBlock().getType());
    step(line, what);
    if (line.isRefused())
      refusal(line);
    else if (reads)
      out << "\n" << renderText(sharedView(room.sources(), line.reads())) << "\n";
  }
  ReaderWords words;
  words.as = reader;
  words.purpose = "care";
  words.ground = "svod31";
  words.reason = "Remissvar.";
  auto now = room.ask(words, MAIN_PATIENT, "readShared", "\"step\":\"content\"");
  out << bold("Nu") << "     samma läkare frågar igen, med samtycket kvar och spärren på plats\n";
  if (now.outcome.kind == Outcome::Kind::REFUSED)
    out << "       " << red("nekas") << "  " << refusalLine(now.outcome) << "\n";
  else if (!now.events.empty())
    out << "\n" << renderText(sharedView(room.sources(), now.events));
}

void Demonstration::accessLogExtract() {
  chapter("Loggutdraget", "Patienten frågar vem som har läst, och får svar på det. Också den frågan är antecknad.");
  ReaderWords words;
  words.as = "patient";
  words.ground = "self";
  auto read = room.ask(words, MAIN_PATIENT, "readAccessLog", "\"perspective\":\"patient\"");
  if (read.code == ExitCode::OK)
    out << renderText(accessLog(room.sources(), read.events));
  else
    out << red("nekas") << "  " << refusalLine(read.outcome) << "\n";
}

void Demonstration::threeRefusals() {
  chapter("Tre nekanden", "Vad någon ville göra, och vad som hindrade det.");
  using law::RefusalCode;
  std::vector<const PlayedLine*> shown;
  auto add = [&](const std::function<bool(const PlayedLine&)>& is) {
    auto* line = played.first([&](auto& l) { return l.isRefused() && is(l); });
    if (line && std::find(shown.begin(), shown.end(), line) == shown.end() && shown.size() < 3) shown.push_back(line);
  };
  add([](auto& l) { return l.outcome.code == RefusalCode::CONSENT_C1_MISSING; });
  add([](auto& l) { return l.command().isOverwriteItem(); });
  add([](auto& l) { return l.outcome.code == RefusalCode::INNER_SECRECY && l.command().isReadJournal(); });
  add([](auto& l) { return l.command().isSetPriority(); });
  add([](auto&) { return true; });
  for (auto* line : shown) {
    const auto& facts = law::refusalFacts(line->outcome.code);
    step(*line, askedLabel(line->command()));
    out << "       " << red(facts.name) << "  " << facts.text << "\n";
    out << "       " << paragraphCited(std::string(facts.law)) << "\n\n";
  }
}

void tellWhere(const Workplace& place, const Asked& asked, Output& out) {
  if (asked.keep.empty()) {
    out << "\nAllt låg i en tillfällig katalog, som nu är borta. liggare demo --keep DIR behåller den.\n";
    return;
  }
  out << "\nJournalen ligger i " << place.journal() << ", nycklarna i " << place.journal() << ".keys, kommandona i "
      << place.input() << ".\n"
      << "Prova: liggare journal " << place.journal() << " --patient " << MAIN_PATIENT << " --as patient\n";
}

ExitCode demo(const Asked& asked) {
  Workplace place(asked.keep);
  InitOptions options;
  options.directory = place.journal();
  options.origin = "demo.liggare.example/1";
  options.clocked = InitOptions::Clocked::BY_COMMANDS;
  options.demoStart = parseStamp(DEMO_START)->at;
  if (auto fault = Journal::init(options)) return sayFault(*fault);
  if (!asked.keep.empty()) std::ofstream(place.input(), std::ios::binary) << REGION_DAY;
  Output out;
  ExitCode code = ExitCode::OK;
  {
    auto room = ReadingRoom::open({place.journal(), {}}, code);
    if (!room) return code;
    out << bold("Liggare: en dag i en region, från början till slut") << "\n";
    Demonstration shows(*room, out);
    shows.day();
    shows.journal();
    shows.otherProvider();
    shows.accessLogExtract();
    shows.threeRefusals();
  }
  out << "\n" << bold("6. Prövningen") << "\nJournalen stängs, och loggen prövas från första till sista byte.\n\n";
  out.flush();
  Verified verified;
  if (!verifyJournal({{place.journal(), {}}, true, true, false}, verified, code)) return code;
  tellVerified(verified, out);
  tellWhere(place, asked, out);
  return verified.code();
}

}  // namespace

const Verb DEMO = {"demo", "alltihop, på en påhittad dag i en region, i en egen katalog",
                   "  liggare demo\n"
                   "  liggare demo --keep prova      # behåll journalen och pröva vidare",
                   [](VerbForm& form) -> std::function<ExitCode()> {
                     auto asked = std::make_shared<Asked>();
                     form.option("--keep", "DIR", asked->keep, "behåll allt här (en ny eller tom katalog)");
                     return [asked] { return demo(*asked); };
                   }};

}  // namespace liggare::cli
