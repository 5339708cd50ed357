// What a person hands in to show how far a log had come: a checkpoint, receipts, or the journal's own directory.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "engine/restore.h"

namespace liggare::cli {

//   a file with a signed checkpoint          what `liggare checkpoint` printed
//   a file with lines POSITION:LEAFHASH      receipts; the hash in hex
//   POSITION:LEAFHASH                        one receipt, typed
//   a journal's directory                    its newest checkpoint and its head file, as far as they can be read
//
// Otherwise one line about what is wrong. Signatures are the restore's to check: it knows the log's key.
std::variant<OfferedEvidence, std::string> readEvidence(const std::string& given);

}  // namespace liggare::cli
