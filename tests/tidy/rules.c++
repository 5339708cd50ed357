#include "tests/tidy/rules.h"

#include <algorithm>
#include <map>
#include <optional>
#include <regex>

namespace liggare::tidy {
namespace {

constexpr size_t COLUMNS_MAX = 120;
constexpr size_t FILE_LINES_MAX = 600;
constexpr size_t FUNCTION_LINES_MAX = 70;
constexpr size_t README_LINES_MAX = 120;

using Places = std::vector<std::string_view>;

bool isIn(std::string_view path, const Places& places) {
  return std::any_of(places.begin(), places.end(), [&](auto place) { return path.starts_with(place); });
}

// The arrows: a folder, and the folders it may include besides its own. A new arrow is a decision: change
// docs/ARCHITECTURE.md, CMakeLists.txt and this table together.
const std::map<std::string_view, Places> ARROWS = {
    {"schemas/", {}},
    {"engine/base/", {"schemas/"}},
    {"engine/law/", {"schemas/", "engine/base/"}},
    {"engine/hash/", {"schemas/", "engine/base/"}},
    {"engine/intake/", {"schemas/", "engine/base/", "engine/hash/"}},
    {"engine/kv/", {"engine/base/"}},
    {"engine/log/", {"schemas/", "engine/base/", "engine/hash/", "engine/kv/"}},
    {"engine/vault/", {"schemas/", "engine/base/", "engine/hash/", "engine/kv/"}},
    {"engine/index/", {"schemas/", "engine/base/", "engine/hash/", "engine/kv/", "engine/log/"}},
    {"engine/follow/",
     {"schemas/", "engine/base/", "engine/hash/", "engine/kv/", "engine/log/", "engine/index/", "engine/law/"}},
    {"engine/", {"schemas/", "engine/"}},
    {"projections/",
     {"schemas/", "engine/base/", "engine/hash/", "engine/kv/", "engine/log/", "engine/index/", "engine/follow/",
      "engine/law/", "engine/vault/"}},
    {"server/", {"schemas/", "engine/", "projections/"}},
    {"cli/", {"schemas/", "engine/", "projections/", "server/"}},
    {"bench/", {"schemas/", "engine/", "projections/", "server/", "cli/", "tests/support/"}},
    {"tests/", {"schemas/", "engine/", "projections/", "server/", "cli/", "bench/"}},
};

// Headers that only their neighbours may see, whatever the arrows say.
struct Private {
  std::string_view header;
  Places allowed;
};
const std::vector<Private> PRIVATE = {
    {"engine/writer.h", {"engine/writer", "engine/journal", "tests/", "bench/"}},
};

// Outside libraries: the beginning of the header's name, and the only places that may include it.
struct Outside {
  std::string_view header;
  Places allowed;
};
const std::vector<Outside> OUTSIDE = {
    {"rocksdb/", {"engine/kv/", "tests/", "bench/"}},
    {"openssl/", {"engine/hash/", "engine/log/", "engine/vault/", "tests/", "bench/"}},
    {"sodium", {"engine/hash/", "engine/log/", "engine/vault/", "tests/", "bench/"}},
    {"p11-kit/", {"engine/vault/", "tests/"}},
    {"spdlog/", {"cli/", "server/"}},
    {"CLI/", {"cli/"}},
    {"boost/", {"server/"}},
    {"unicode/", {"engine/base/unicode.c++", "projections/", "cli/", "server/", "tests/"}},
    {"gtest/", {"tests/"}},
    {"gmock/", {"tests/"}},
    {"rapidcheck", {"tests/"}},
    {"benchmark/", {"bench/"}},
    {"libpq", {"bench/peers/"}},
    {"sqlite3", {"bench/peers/"}},
    {"hiredis/", {"bench/peers/"}},
    {"capnp/rpc", {"server/", "cli/"}},
    {"kj/async", {"server/", "cli/"}},
    {"kj/compat/http", {}},  // 0.9.2 has open advisories; HTTP is Beast
};

// A call that has a better form. `needle` is looked for first and is what makes this cheap.
struct Ban {
  std::string_view needle;
  const char* pattern;
  std::string_view reason;
  Places allowed;  // where it may stand
  Places only;     // where it is looked for; empty is everywhere
};
const std::vector<Ban> BANS = {
    {"readMessageUnchecked", "readMessageUnchecked", "reads without bounds: use SegmentArrayMessageReader", {}, {}},
    {"FIFO", "CompactionStyleFIFO|CompactionOptionsFIFO", "FIFO compaction deletes the oldest files", {}, {}},
    {"sleep",
     "\\b(sleep_for|sleep_until|usleep|nanosleep|sleep) *\\(",
     "tests wait for events, not for time",
     {},
     {"tests/"}},
    {"rand",
     "\\b(std::rand|srand|rand|random_device)\\b",
     "randomness is handed in: engine/base/random.h",
     {"engine/base/random.c++"},
     {"engine/", "projections/", "cli/", "server/"}},
    {"mt19937",
     "\\bmt19937",
     "randomness is handed in: engine/base/random.h",
     {},
     {"engine/", "projections/", "cli/", "server/"}},
    {"time",
     "\\btime *\\( *(nullptr|NULL|0) *\\)|\\bgettimeofday\\b",
     "time is handed in: engine/base/time.h",
     {"engine/base/time.c++"},
     {}},
    {"clock",
     "\\b(system_clock|clock_gettime)\\b",
     "time is handed in: engine/base/time.h",
     {"engine/base/time.c++", "bench/", "tests/crash/points-child/recorder.c++"},
     {}},
    {"throw", "\\bthrow +std::", "faults are kj::Exception: KJ_REQUIRE, KJ_ASSERT, KJ_FAIL_REQUIRE", {}, {}},
    {"new", "(^|[^\\w(]|[^>]\\()new +[A-Za-z_:(]", "nobody owns it: std::make_unique, kj::heap, a container", {}, {}},
    {"delete", "(^|[^=\\w] *)\\bdelete(\\[\\])? +[A-Za-z_*(]", "owned things delete themselves", {}, {}},
    {"printf",
     "\\b(printf|fprintf)\\b *\\(",
     "the engine speaks through engine/base/observer.h",
     {},
     {"engine/", "projections/"}},
    {"std::c",
     "std::(cout|cerr|clog)\\b",
     "the engine speaks through engine/base/observer.h",
     {},
     {"engine/", "projections/"}},
    {"KJ_DBG", "\\bKJ_DBG\\b", "left from a search for a bug", {}, {}},
    {"bool",
     "[(,] *bool +\\w+ *[,)=]",
     "a reader cannot tell what `true` means: an enum class",
     {},
     {"engine/", "projections/"}},
};

// Files and functions that are longer than the habit allows, and why they are better whole.
struct Long {
  std::string_view path;
  std::string_view head;  // part of the function's head; empty for the file itself
  std::string_view reason;
};
const std::vector<Long> LONG = {};

bool mayBeLong(std::string_view path, std::string_view head) {
  return std::any_of(LONG.begin(), LONG.end(), [&](const Long& entry) {
    return entry.path == path && entry.head.empty() == head.empty() && head.find(entry.head) != head.npos;
  });
}

// The innermost folder of the table that holds `path`.
std::optional<std::string_view> folderOf(std::string_view path) {
  std::optional<std::string_view> best;
  for (const auto& [folder, _] : ARROWS) {
    if (path.starts_with(folder) && (!best || folder.size() > best->size())) best = folder;
  }
  return best;
}

struct Include {
  std::string header;
  enum class Kind { OWN, SYSTEM } kind;
};

std::optional<Include> includeOn(const std::string& line) {
  static const std::regex form(R"RE(^\s*#\s*include\s*(["<])([^">]+)[">])RE");
  std::smatch match;
  if (!std::regex_search(line, match, form)) return std::nullopt;
  return Include{match[2], match[1] == "\"" ? Include::Kind::OWN : Include::Kind::SYSTEM};
}

// Why `path` may not include its own `header`; empty when it may.
std::string wrongArrow(std::string_view path, std::string_view header) {
  auto from = folderOf(path);
  auto to = folderOf(header);
  if (!to) return "own headers are included by their path from the root";
  for (const auto& hidden : PRIVATE) {
    if (header == hidden.header && !isIn(path, hidden.allowed))
      return "only its neighbours see it: use engine/journal.h";
  }
  if (!from || *from == *to || isIn(*to, ARROWS.at(*from))) return {};
  return "a new arrow from " + std::string(*from) + " to " + std::string(*to);
}

std::string wrongOutside(std::string_view path, std::string_view header) {
  for (const auto& rule : OUTSIDE) {
    if (header.starts_with(rule.header) && !isIn(path, rule.allowed)) return "this library lives elsewhere";
  }
  return {};
}

const std::regex& compiled(const Ban& ban) {
  static std::map<const Ban*, std::regex> cache;
  auto found = cache.find(&ban);
  if (found == cache.end()) found = cache.emplace(&ban, std::regex(ban.pattern)).first;
  return found->second;
}

}  // namespace

Findings checkIncludes(const Source& source) {
  Findings findings;
  for (size_t i = 0; i < source.lines.size(); ++i) {
    if (source.lines[i].find("include") == std::string::npos) continue;
    auto include = includeOn(source.lines[i]);
    if (!include) continue;
    bool own = include->kind == Include::Kind::OWN;
    auto why = own ? wrongArrow(source.path, include->header) : wrongOutside(source.path, include->header);
    if (!why.empty()) findings.push_back({source.path, i + 1, include->header + ": " + why});
  }
  return findings;
}

Findings checkBanned(const Source& source) {
  Findings findings;
  if (source.path.ends_with(".capnp")) return findings;
  for (const auto& ban : BANS) {
    if (isIn(source.path, ban.allowed) || (!ban.only.empty() && !isIn(source.path, ban.only))) continue;
    if (ban.needle == "bool" && !source.path.ends_with(".h")) continue;  // what callers read is the header
    for (size_t i = 0; i < source.code.size(); ++i) {
      const auto& line = source.code[i];
      if (line.find(ban.needle) == line.npos || !std::regex_search(line, compiled(ban))) continue;
      findings.push_back({source.path, i + 1, std::string(ban.needle) + ": " + std::string(ban.reason)});
    }
  }
  return findings;
}

Findings checkSizes(const Source& source) {
  Findings findings;
  if (source.path.ends_with(".capnp"))
    return findings;  // tables of texts and paragraphs: one row a line, one language a file
  for (size_t i = 0; i < source.lines.size(); ++i) {
    size_t width = columns(source.lines[i]);
    if (width > COLUMNS_MAX) findings.push_back({source.path, i + 1, std::to_string(width) + " columns"});
  }
  if (source.lines.size() > FILE_LINES_MAX && !mayBeLong(source.path, "")) {
    findings.push_back({source.path, 0, std::to_string(source.lines.size()) + " lines"});
  }
  for (const auto& function : functionsOf(source)) {
    if (function.length <= FUNCTION_LINES_MAX || mayBeLong(source.path, function.head)) continue;
    findings.push_back({source.path, function.line, std::to_string(function.length) + " lines: " + function.head});
  }
  return findings;
}

Findings checkForm(const Source& source) {
  static const std::regex kebab(R"((.*/)?[a-z0-9]+(-[a-z0-9]+)*\.(h|c\+\+|capnp))");
  Findings findings;
  if (!std::regex_match(source.path, kebab)) findings.push_back({source.path, 0, "files are kebab-case.h or .c++"});
  if (!source.path.ends_with(".h")) return findings;
  auto once = [](const std::string& line) { return line == "#pragma once"; };
  if (std::none_of(source.lines.begin(), source.lines.end(), once))
    findings.push_back({source.path, 0, "no #pragma once"});
  for (size_t i = 0; i < source.code.size(); ++i) {
    if (source.code[i].find("using namespace") == std::string::npos) continue;
    findings.push_back({source.path, i + 1, "using namespace in a header reaches everyone"});
  }
  return findings;
}

Findings checkText(const Source& source) {
  static const std::regex place(R"((^|[^\w.\-/])/(home|work|root|Users|workspace)/\w)");
  static const std::string unfinished = std::string("TODO") + "(now)";
  Findings findings;
  for (size_t i = 0; i < source.lines.size(); ++i) {
    const auto& line = source.lines[i];
    if (line.find(unfinished) != line.npos) findings.push_back({source.path, i + 1, "unfinished work"});
    if (line.find('/') == line.npos || line.size() > 4000) continue;  // such a line is data
    if (std::regex_search(line, place)) findings.push_back({source.path, i + 1, "a path of one machine"});
  }
  return findings;
}

Findings checkTypeNames(const std::vector<Source>& sources) {
  static const std::regex space(R"(^(?:inline )?namespace(?: ([\w:]+))? \{)");
  static const std::regex type(
      R"(^(?:struct|class|union|enum(?: class)?)(?: alignas\(\w+\))? (\w+)(?: final)?(?: :[^:].*|:? *)\{)");
  Findings findings;
  std::map<std::string, std::string> first;
  for (const auto& source : sources) {
    std::vector<std::string> inside;  // only what stands in the first column counts: members are not of the namespace
    for (size_t i = 0; i < source.code.size(); ++i) {
      std::smatch match;
      if (std::regex_search(source.code[i], match, space)) {
        inside.push_back(match[1].matched ? match[1].str() : source.path);
      } else if (source.lines[i].starts_with("}  // namespace") && !inside.empty()) {
        inside.pop_back();
      } else if (std::regex_search(source.code[i], match, type)) {
        std::string name;
        for (const auto& part : inside) name += part + "::";
        name += match[1].str();
        auto [known, isNew] = first.try_emplace(name, source.path);
        if (!isNew) findings.push_back({source.path, i + 1, name + " is defined in " + known->second + " too"});
      }
    }
  }
  return findings;
}

Findings checkReadme(const Source& source) {
  if (source.lines.size() <= README_LINES_MAX) return {};
  return {{source.path, 0, std::to_string(source.lines.size()) + " lines in the README"}};
}

}  // namespace liggare::tidy
