// Text as it comes from outside and as it may go to a screen. Text is stored NFC and valid; it is cleaned where
// it is shown.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace liggare {

// Strict UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF, no truncated tail. NUL is a character.
bool isUtf8(std::string_view text);

// The normal form in which names and notes are stored, so that "å" is one thing. Nothing when the text is not UTF-8.
//
//   Throws    FAILED for a text longer than 1 GiB, or when ICU has lost its tables
std::optional<std::string> toNfc(std::string_view text);
bool isNfc(std::string_view text);  // also false when the text is not UTF-8

// What may be written to a terminal: without C0 and C1 (except line feed and tab), DEL, and the bidirectional controls
// U+202A-202E and U+2066-2069; each byte that is not UTF-8 becomes U+FFFD. The result is valid UTF-8.
std::string stripControls(std::string_view text);

// Columns the text takes on a terminal: combining and invisible characters 0, wide East Asian ones and emoji 2,
// others 1. Meant for text that has been through stripControls.
size_t displayWidth(std::string_view text);

}  // namespace liggare
