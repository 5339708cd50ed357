// liggare rebuild DIR [WHAT]: throws away what is derived and makes it again from the log, and says whether it came out
// the same.
#include <filesystem>

#include "cli/recorded-read.h"
#include "engine/index/index.h"
#include "engine/journal-files.h"
#include "engine/kv/store.h"
#include "projections/views.h"

namespace liggare::cli {

namespace {

struct Asked {
  Place place;
  std::string what = "all";
  bool json = false;
};

struct Made {
  std::string name, before, after;  // digests; `before` empty when there was nothing to compare with
  uint64_t rows = 0;
};

void tell(const Made& made, const Asked& asked, Output& out) {
  bool same = made.before == made.after;
  if (asked.json) {
    JsonObject line(out.buffer());
    line.text("name", made.name).number("rows", made.rows).plain("before", made.before).plain("after", made.after);
    line.truth("same", JsonObject::Truth{same}).close();
    out << "\n";
    return;
  }
  out << padded(made.name, 11) << grouped(made.rows) << " rader, sammandrag " << made.after.substr(0, 16) << "…  "
      << (made.before.empty() ? "inget lika långt att jämföra med"
          : same              ? green("samma som förut")
                              : red("ANNAT än förut"))
      << "\n";
}

// --- views
// ------------------------------------------------------------------------------------------------------------------

ExitCode rebuildViews(const Asked& asked, std::optional<ViewKind> which, Output& out) {
  ExitCode code = ExitCode::OK;
  auto room = ReadingRoom::open(asked.place, code);
  if (!room) return code;
  Progress progress("bygger om");
  auto show = [&](Position done, Position all) { progress.at(done, all); };
  auto& views = room->views();
  views.catchUp(show);  // or what was kept would be compared with what has happened since
  std::vector<Made> all;
  for (auto view : ALL_VIEWS)
    if (!which || *which == view) all.push_back({std::string(viewName(view)), toHex(views.digest(view)), {}, 0});
  views.rebuild(which, show);
  bool same = true;
  for (auto& made : all) {
    auto view = *viewCalled(made.name);
    made.after = toHex(views.digest(view));
    made.rows = views.rowCount(view);
    same = same && made.before == made.after;
    tell(made, asked, out);
  }
  return same ? ExitCode::OK : ExitCode::INTEGRITY;
}

// --- index
// ------------------------------------------------------------------------------------------------------------------

struct IndexState {
  std::string digest;
  Position cursor = 0;  // how much of the log its tables cover; the rest is read from the log at every opening
  uint64_t rows = 0;
};

// Over every row in order, each with its key's length before it.
IndexState indexAt(const std::string& path) {
  if (!std::filesystem::exists(path)) return {};
  auto store = openRocks(path, RocksProfile::INDEX, Mode::READ_ONLY);
  IndexState state{{}, Index(*store).cursor(), 0};
  Hash running;
  auto cursor = store->cursor();
  for (cursor->seekFirst(); cursor->valid(); cursor->next(), ++state.rows) {
    Buffer row(running.bytes.begin(), running.bytes.end());
    appendBe32(row, static_cast<uint32_t>(cursor->key().size()));
    append(row, cursor->key());
    append(row, cursor->value());
    running = sha256(row);
  }
  state.digest = toHex(running);
  return state;
}

ExitCode rebuildIndex(const Asked& asked, Output& out) {
  const std::string path = asked.place.directory + "/index";
  JournalFault fault{};
  if (!readJournalFile(asked.place.directory, fault)) return sayFault(fault);
  IndexState before;
  {
    DirLock lock(asked.place.directory, LockKind::EXCLUSIVE);    // nobody has it open while its index goes
    kj::runCatchingExceptions([&] { before = indexAt(path); });  // a broken one is only made anew
    std::filesystem::remove_all(path);
  }
  ExitCode code = ExitCode::OK;
  if (!openJournal(asked.place, JournalOptions::Access::WRITE, code)) return code;  // opening makes it again
  auto after = indexAt(path);
  Made made{"index", after.cursor == before.cursor ? before.digest : std::string(), after.digest, after.rows};
  tell(made, asked, out);
  return made.before.empty() || made.before == made.after ? ExitCode::OK : ExitCode::INTEGRITY;
}

ExitCode rebuild(const Asked& asked) {
  Output out;
  if (asked.what == "index") return rebuildIndex(asked, out);
  auto view = viewCalled(asked.what);
  if (!view && asked.what != "all") {
    sayError("det finns ingen vy som heter så: journal, access, directory, all eller index");
    return ExitCode::USAGE;
  }
  return rebuildViews(asked, view, out);
}

}  // namespace

const Verb REBUILD = {"rebuild", "gör om vyer eller index ur loggen, och jämför",
                      "  liggare rebuild J\n"
                      "  liggare rebuild J access\n"
                      "  liggare rebuild J index",
                      [](VerbForm& form) -> std::function<ExitCode()> {
                        auto asked = std::make_shared<Asked>();
                        bindPlace(form, asked->place);
                        form.place("VAD", asked->what, "journal, access, directory, all eller index (all)",
                                   VerbForm::Need::OPTIONAL);
                        form.flag("--json", asked->json, "ett JSON-objekt per rad");
                        return [asked] { return rebuild(*asked); };
                      }};

}  // namespace liggare::cli
