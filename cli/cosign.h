// Asks witnesses for their cosignatures (C2SP tlog-witness), all at once, and weighs what they answered by a policy. A
// witness that is away is no fault as long as enough of the others answer.
#pragma once

#include <string>
#include <vector>

#include "cli/signed-log.h"
#include "engine/log/cosignature.h"

namespace liggare::cli {

struct CosignOrder {
  Policy policy;                  // whose cosignatures count; its witnesses' addresses are asked
  std::vector<std::string> urls;  // and these: submission prefixes
  std::string caFile;             // of https; empty: the system's
  uint64_t secondsAtMost = 10;    // for each request
};

// What became of one address.
struct WitnessTold {
  std::string name, url;  // name: by the policy; empty when nobody there is in it
  enum class Kind : uint8_t {
    COSIGNED,
    FAILED,  // `why`
    FORKED   // shown a tree of this log, signed by its key, that this log does not hold: it was rolled back or forked
  } kind = Kind::FAILED;
  std::string why;
  std::string evidence;  // FORKED: that checkpoint
};

struct CosignOutcome {
  std::string note;  // with the cosignatures there now are
  PolicyVerdict verdict;
  std::vector<WitnessTold> told;  // in the order asked
};

// Nothing, and the person has been told, when an address cannot be read or there is nobody to ask.
std::optional<CosignOutcome> collectCosignatures(const Place& place, SignedLog& from, const CosignOrder& order,
                                                 ExitCode& code);

}  // namespace liggare::cli
