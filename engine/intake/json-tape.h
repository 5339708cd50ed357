// A strict reader of one JSON text (RFC 8259): it lays the values out on a flat tape and judges form only. Meaning is
// json.h's. Nothing is copied: nodes are slices of the text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace liggare::intake {

struct JsonNode {
  enum class Type : uint8_t { EMPTY, TRUE, FALSE, NUMBER, STRING, ARRAY, OBJECT } type;  // EMPTY: null
  bool isEscaped = false;  // a string with at least one backslash
  uint32_t begin = 0;      // of its text; strings without their quotes
  uint32_t end = 0;
  uint32_t next = 0;   // the node after it and all that it holds
  uint32_t count = 0;  // elements, or members (each member is two nodes: key, value)
};

struct JsonFault {
  size_t at;         // byte offset
  const char* what;  // Swedish, a constant
};

constexpr int JSON_DEPTH_MAX = 16;  // a command needs 5

class JsonTape {
 public:
  // Requires: text is valid UTF-8 and outlives the tape. One value and white space around it, nothing else.
  std::optional<JsonFault> read(std::string_view text);

  const JsonNode& node(uint32_t i) const { return nodes[i]; }
  std::string_view slice(uint32_t i) const { return text.substr(nodes[i].begin, nodes[i].end - nodes[i].begin); }
  // The text that a string node means. `scratch` is used when it has escapes. Nothing for a lone surrogate.
  std::optional<std::string_view> string(uint32_t i, std::string& scratch) const;

 private:
  std::string_view text;
  std::vector<JsonNode> nodes;
  size_t at = 0;
  const char* fault = nullptr;

  bool fail(const char* what) {
    fault = what;
    return false;
  }
  void skipSpace();
  bool value(int depth);
  bool members(int depth);
  bool elements(int depth);
  bool quoted();
  bool number();
  bool word(std::string_view expected, JsonNode::Type type);
  uint32_t open(JsonNode::Type type);
};

}  // namespace liggare::intake
