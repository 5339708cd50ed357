// JSON as text, one object a line: keys in the order they are told, strings cleaned and escaped. Writing only.
#pragma once

#include <concepts>
#include <string>
#include <string_view>
#include <vector>

namespace liggare {

std::string jsonString(std::string_view text);  // quoted; control characters gone, the rest of RFC 8259 escaped

class JsonObject {
 public:
  JsonObject& text(std::string_view key, std::string_view value);    // "" is told too
  JsonObject& textIf(std::string_view key, std::string_view value);  // nothing for ""
  template <std::integral Number>
  JsonObject& number(std::string_view key, Number value) {
    return raw(key, std::to_string(value));
  }
  JsonObject& flag(std::string_view key, std::same_as<bool> auto value) { return raw(key, value ? "true" : "false"); }
  JsonObject& object(std::string_view key, const JsonObject& value) { return raw(key, value.take()); }
  JsonObject& texts(std::string_view key, const std::vector<std::string>& values);
  JsonObject& objects(std::string_view key, const std::vector<JsonObject>& values);  // nothing for an empty list
  std::string take() const { return "{" + body + "}"; }

 private:
  JsonObject& raw(std::string_view key, std::string_view value);
  std::string body;
};

}  // namespace liggare
