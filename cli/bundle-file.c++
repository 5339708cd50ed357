#include "cli/bundle-file.h"

#include <filesystem>
#include <fstream>

#include "engine/books.h"

namespace liggare::cli {

namespace {

std::string_view wordsOf(NoBundle why) {
  switch (why) {
    case NoBundle::NO_CLOSING: return "loggen har inget bokslut än; gör ett med liggare close";
    case NoBundle::NO_NUMBERS: return "boken har inga sådana nummer";
    case NoBundle::NOT_COUNTED: return "raderna ger inte bokslutets rot; pröva med liggare verify --full";
    case NoBundle::NO_SUCH_SIZE: return "loggen är inte så stor som kontrollpunkten säger";
  }
  return "";
}

ExitCode codeOf(NoBundle why) { return why == NoBundle::NOT_COUNTED ? ExitCode::INTEGRITY : ExitCode::NOT_FOUND; }

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
BundleOrder accessLogOrder(const SubjectKey& patient, const ReaderWords& words) {
  BundleOrder order;
  order.book = accessBook(patient);
  order.patient = patient;
  order.actors = words.as == "patient" ? BundleOrder::Actors::HIDDEN : BundleOrder::Actors::SHOWN;
  return order;
}

ExitCode writeBundle(Journal& journal, const BundleOrder& order, const std::string& file) {
  auto made = journal.bundle(order);
  if (auto* why = std::get_if<NoBundle>(&made)) {
    sayError(wordsOf(*why));
    return codeOf(*why);
  }
  auto& bundle = std::get<Bundle>(made);
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
  say("Bunt      " + file + "   (" + grouped(bundle.entries.size()) + " poster)\nNästa steg: liggare verify-bundle " +
      file + " --key NYCKEL   på vilken dator som helst");
  return ExitCode::OK;
}

}  // namespace liggare::cli
