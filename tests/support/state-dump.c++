#include "tests/support/state-dump.h"

#include <sstream>
#include <tuple>
#include <type_traits>

namespace liggare::test {
namespace {

// Structured bindings name every member, or do not compile.
auto fieldsOf(const law::Period& s) {
  auto& [a, b] = s;
  return std::tie(a, b);
}
auto fieldsOf(const law::DayPeriod& s) {
  auto& [a, b] = s;
  return std::tie(a, b);
}
auto fieldsOf(const law::Authorisation& s) {
  auto& [a, b, c, d, e, f] = s;
  return std::tie(a, b, c, d, e, f);
}
auto fieldsOf(const law::LocalGrant& s) {
  auto& [a, b, c] = s;
  return std::tie(a, b, c);
}
auto fieldsOf(const law::CommissionState& s) {
  auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, t] = s;
  return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, t);
}
auto fieldsOf(const law::UnitState& s) {
  auto& [a, b, c, d, e, f, g, h] = s;
  return std::tie(a, b, c, d, e, f, g, h);
}
auto fieldsOf(const law::RiskAnalysis& s) {
  auto& [a, b, c, d, e] = s;
  return std::tie(a, b, c, d, e);
}
auto fieldsOf(const law::ProviderPolicy& s) {
  auto& [a, b, c, d, e, f] = s;
  return std::tie(a, b, c, d, e, f);
}
auto fieldsOf(const law::Approval& s) {
  auto& [a, b, c, d, e] = s;
  return std::tie(a, b, c, d, e);
}
auto fieldsOf(const law::Processor& s) {
  auto& [a, b, c, d, e] = s;
  return std::tie(a, b, c, d, e);
}
auto fieldsOf(const law::RetentionRule& s) {
  auto& [a, b, c, d, e] = s;
  return std::tie(a, b, c, d, e);
}
auto fieldsOf(const law::LegalHold& s) {
  auto& [a, b, c, d, e, f, g] = s;
  return std::tie(a, b, c, d, e, f, g);
}
auto fieldsOf(const law::ReviewTrigger& s) {
  auto& [a, b, c, d, e] = s;
  return std::tie(a, b, c, d, e);
}
auto fieldsOf(const law::ProviderState& s) {
  auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, t, u, v, w, x] = s;
  return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, t, u, v, w, x);
}
auto fieldsOf(const law::RegionPolicy& s) {
  auto& [a, b, c, d, e] = s;
  return std::tie(a, b, c, d, e);
}
auto fieldsOf(const law::Agreement& s) {
  auto& [a, b, c, d, e] = s;
  return std::tie(a, b, c, d, e);
}
auto fieldsOf(const law::Contract& s) {
  auto& [a, b, c] = s;
  return std::tie(a, b, c);
}
auto fieldsOf(const law::RegionState& s) {
  auto& [a, b, c, d, e, f] = s;
  return std::tie(a, b, c, d, e, f);
}
auto fieldsOf(const law::PdlInformed& s) {
  auto& [a, b, c, d] = s;
  return std::tie(a, b, c, d);
}
auto fieldsOf(const law::Alias& s) {
  auto& [a, b, c] = s;
  return std::tie(a, b, c);
}
auto fieldsOf(const law::Residence& s) {
  auto& [a, b, c, d, e] = s;
  return std::tie(a, b, c, d, e);
}
auto fieldsOf(const law::Protection& s) {
  auto& [a, b, c, d] = s;
  return std::tie(a, b, c, d);
}
auto fieldsOf(const law::Capacity& s) {
  auto& [a, b, c, d, e, f] = s;
  return std::tie(a, b, c, d, e, f);
}
auto fieldsOf(const law::Guardian& s) {
  auto& [a, b, c, d, e] = s;
  return std::tie(a, b, c, d, e);
}
auto fieldsOf(const law::Relation& s) {
  auto& [a, b, c, d, e, f, g, h] = s;
  return std::tie(a, b, c, d, e, f, g, h);
}
auto fieldsOf(const law::Evidence& s) {
  auto& [a, b, c, d, e, f] = s;
  return std::tie(a, b, c, d, e, f);
}
auto fieldsOf(const law::Assessment& s) {
  auto& [a, b, c, d, e, f, g, h] = s;
  return std::tie(a, b, c, d, e, f, g, h);
}
auto fieldsOf(const law::Offer& s) {
  auto& [a, b, c, d, e, f, g, h] = s;
  return std::tie(a, b, c, d, e, f, g, h);
}
auto fieldsOf(const law::Case& s) {
  auto& [a, b, c, d, e, f, g, h, i, j] = s;
  return std::tie(a, b, c, d, e, f, g, h, i, j);
}
auto fieldsOf(const law::ContactPerson& s) {
  auto& [a, b, c, d, e, f, g, h, i, j] = s;
  return std::tie(a, b, c, d, e, f, g, h, i, j);
}
auto fieldsOf(const law::Consent& s) {
  auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o] = s;
  return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o);
}
auto fieldsOf(const law::Lift& s) {
  auto& [a, b, c, d, e, f, g, h, i] = s;
  return std::tie(a, b, c, d, e, f, g, h, i);
}
auto fieldsOf(const law::Block& s) {
  auto& [a, b, c, d, e, f, g, h, i, j, k, l] = s;
  return std::tie(a, b, c, d, e, f, g, h, i, j, k, l);
}
auto fieldsOf(const law::OuterRequest& s) {
  auto& [a, b, c, d, e] = s;
  return std::tie(a, b, c, d, e);
}
auto fieldsOf(const law::SourcesRevealed& s) {
  auto& [a, b, c] = s;
  return std::tie(a, b, c);
}
auto fieldsOf(const law::NamesRevealed& s) {
  auto& [a, b, c, d] = s;
  return std::tie(a, b, c, d);
}
auto fieldsOf(const law::Suspicion& s) {
  auto& [a, b, c, d, e] = s;
  return std::tie(a, b, c, d, e);
}
auto fieldsOf(const law::FkRequest& s) {
  auto& [a, b, c, d, e, f] = s;
  return std::tie(a, b, c, d, e, f);
}
auto fieldsOf(const law::Item& s) {
  auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = s;
  return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p);
}
auto fieldsOf(const law::CopyRequest& s) {
  auto& [a, b, c, d, e, f, g, h] = s;
  return std::tie(a, b, c, d, e, f, g, h);
}
auto fieldsOf(const law::QualityObjection& s) {
  auto& [a, b, c, d, e, f] = s;
  return std::tie(a, b, c, d, e, f);
}
auto fieldsOf(const law::Complaint& s) {
  auto& [a, b, c, d, e] = s;
  return std::tie(a, b, c, d, e);
}
auto fieldsOf(const law::Availability& s) {
  auto& [a, b, c, d, e, f] = s;
  return std::tie(a, b, c, d, e, f);
}
auto fieldsOf(const law::Merge& s) {
  auto& [a, b, c, d, e, f] = s;
  return std::tie(a, b, c, d, e, f);
}
auto fieldsOf(const law::Disclosure& s) {
  auto& [a, b, c, d, e, f] = s;
  return std::tie(a, b, c, d, e, f);
}
auto fieldsOf(const law::Handover& s) {
  auto& [a, b, c, d, e, f, g] = s;
  return std::tie(a, b, c, d, e, f, g);
}
auto fieldsOf(const law::PatientState& s) {
  auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, t, u, v, w, x, y, z, a2, b2, c2, d2, e2, f2, g2, h2,
         i2] = s;
  return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, t, u, v, w, x, y, z, a2, b2, c2, d2, e2, f2, g2,
                  h2, i2);
}
auto fieldsOf(const law::DestructionDependent& s) {
  auto& [a, b, c] = s;
  return std::tie(a, b, c);
}
auto fieldsOf(const law::DestructionOrder& s) {
  auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n] = s;
  return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m, n);
}
auto fieldsOf(const law::Custody& s) {
  auto& [a, b, c, d, e] = s;
  return std::tie(a, b, c, d, e);
}
auto fieldsOf(const law::Disposal& s) {
  auto& [a, b, c, d, e, f, g, h, i] = s;
  return std::tie(a, b, c, d, e, f, g, h, i);
}
auto fieldsOf(const law::ArchiveState& s) {
  auto& [a, b, c, d, e] = s;
  return std::tie(a, b, c, d, e);
}
auto fieldsOf(const law::ReviewCampaign& s) {
  auto& [a, b, c, d, e, f, g, h] = s;
  return std::tie(a, b, c, d, e, f, g, h);
}
auto fieldsOf(const law::ReviewCase& s) {
  auto& [a, b, c, d, e, f, g, h, i, j] = s;
  return std::tie(a, b, c, d, e, f, g, h, i, j);
}
auto fieldsOf(const law::Incident& s) {
  auto& [a, b, c, d, e, f, g, h, i] = s;
  return std::tie(a, b, c, d, e, f, g, h, i);
}
auto fieldsOf(const law::ReviewState& s) {
  auto& [a, b, c, d, e] = s;
  return std::tie(a, b, c, d, e);
}

template <typename T>
concept HasFields = requires(const T& value) {
  fieldsOf(value);
};
template <typename T>
concept IsId = requires(const T& value) {
  value.bytes;
};
template <typename T>
concept IsOptional = requires(const T& value) {
  value.has_value();
};
template <typename T>
concept IsPair = requires(const T& value) {
  value.first, value.second;
};
template <typename T>
concept IsRange = requires(const T& value) {
  value.begin(), value.end();
};

// One value a line, its path before it: ".8[3].2 = 17".
class Dumper {
 public:
  template <typename T>
  void put(const std::string& path, const T& value) {
    if constexpr (HasFields<T>) {
      putTuple(path, fieldsOf(value));
    } else if constexpr (IsId<T>) {
      line(path, toHex(value));
    } else if constexpr (std::is_same_v<T, std::string>) {
      line(path, "\"" + value + "\"");
    } else if constexpr (IsOptional<T>) {
      if (value)
        put(path + "?", *value);
      else
        line(path, "nothing");
    } else if constexpr (IsPair<T>) {
      put(path + ".first", value.first);
      put(path + ".second", value.second);
    } else if constexpr (IsRange<T>) {
      size_t i = 0;
      for (const auto& element : value) put(path + "[" + std::to_string(i++) + "]", element);
      line(path, std::to_string(i) + " in all");
    } else {
      line(path, std::to_string(static_cast<int64_t>(value)));
    }
  }
  std::string text() const { return out.str(); }

 private:
  std::ostringstream out;

  void line(const std::string& path, const std::string& value) { out << path << " = " << value << '\n'; }
  template <typename Tuple>
  void putTuple(const std::string& path, const Tuple& fields) {
    size_t i = 0;
    std::apply([&](const auto&... field) { (put(path + "." + std::to_string(i++), field), ...); }, fields);
  }
};

template <typename State>
std::string dumped(const char* name, const State& state) {
  Dumper dumper;
  dumper.put(name, state);
  return dumper.text();
}

}  // namespace

std::string dump(const law::PatientState& state) { return dumped("patient", state); }
std::string dump(const law::CommissionState& state) { return dumped("commission", state); }
std::string dump(const law::ProviderState& state) { return dumped("provider", state); }
std::string dump(const law::RegionState& state) { return dumped("region", state); }
std::string dump(const law::ArchiveState& state) { return dumped("archive", state); }
std::string dump(const law::ReviewState& state) { return dumped("review", state); }

std::string firstDifference(const std::string& one, const std::string& other) {
  std::istringstream left(one), right(other);
  std::string a, b;
  for (;;) {
    bool moreLeft = bool(std::getline(left, a)), moreRight = bool(std::getline(right, b));
    if (!moreLeft && !moreRight) return {};
    if (!moreLeft) a = "(ends)";
    if (!moreRight) b = "(ends)";
    if (a != b) return a + "  |  " + b;
  }
}

}  // namespace liggare::test
