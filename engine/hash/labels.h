// Every hash label of the format, in one place, so that two never mean the same. Byte-final: docs/format.md.
// H(label ‖ x) is SHA-256(label ‖ 0x00 ‖ x); numbers are big-endian; every field but the last has a fixed width.
#pragma once

#include <string_view>

namespace liggare::label {

// The log.
//   book   book kind u8 ‖ fields of the kind                 → cut: book id
//   line   book 16 ‖ number u64 ‖ salt 16                    → line digest
inline constexpr std::string_view BOOK = "book";
inline constexpr std::string_view LINE = "line";

// The sealed half.
//   part     part index u8 ‖ ciphertext                      → part digest
//   sealed   header ‖ root of the part digests 32            → sealed digest
inline constexpr std::string_view PART = "part";
inline constexpr std::string_view SEALED = "sealed";

// Keys (engine/vault).
//   item     key-tree leaf 32 ‖ random bytes of header 32    → item key
//   key      item key 32 ‖ part index u8                     → part key
//   commit   part key 32                                     → key commitment
//   view     item key 32                                     → key of view rows
inline constexpr std::string_view ITEM = "item";
inline constexpr std::string_view KEY = "key";
inline constexpr std::string_view COMMIT = "commit";
inline constexpr std::string_view VIEW = "view";

// Closings (bokslut).
//   closing-leaf   book 16 ‖ size u64 ‖ book root 32
//   closing-node   left 32 ‖ right 32
inline constexpr std::string_view CLOSING_LEAF = "closing-leaf";
inline constexpr std::string_view CLOSING_NODE = "closing-node";

}  // namespace liggare::label
