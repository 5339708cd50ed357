// What the two proof verbs share: a receipt as people write it, and files as people name them.
#pragma once

#include <optional>
#include <string>

#include "cli/exit-code.h"
#include "engine/log/proof-file.h"

namespace liggare::cli {

// POSITION:LEAFHASH, as an accepted command's answer gives them ("position", "leaf").
struct ReceiptWords {
  Position position = 0;
  Hash leaf;
};
std::optional<ReceiptWords> parseReceipt(std::string_view text);

// At most `bytesMax` of a file, or of standard input when it is called "-". Nothing, and the person has been told, when
// it cannot be read or is larger; `code` then says what to exit with.
std::optional<std::string> readSmallFile(const std::string& path, size_t bytesMax, ExitCode& code);

// Whole or not at all. False when it cannot be written: the person has been told.
bool writeSmallFile(const std::string& path, std::string_view text);

}  // namespace liggare::cli
