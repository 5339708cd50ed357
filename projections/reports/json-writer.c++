#include "projections/reports/json-writer.h"

#include "engine/base/unicode.h"

namespace liggare {

std::string jsonString(std::string_view text) {
  std::string out = "\"";
  for (char c : stripControls(text)) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\t': out += "\\t"; break;
      default: out += c;
    }
  }
  return out + "\"";
}

JsonObject& JsonObject::raw(std::string_view key, std::string_view value) {
  if (!body.empty()) body += ",";
  body += jsonString(key);
  body += ":";
  body += value;
  return *this;
}

JsonObject& JsonObject::text(std::string_view key, std::string_view value) { return raw(key, jsonString(value)); }
JsonObject& JsonObject::textIf(std::string_view key, std::string_view value) {
  return value.empty() ? *this : text(key, value);
}

JsonObject& JsonObject::texts(std::string_view key, const std::vector<std::string>& values) {
  std::string list;
  for (auto& value : values) list += (list.empty() ? "" : ",") + jsonString(value);
  return raw(key, "[" + list + "]");
}

JsonObject& JsonObject::objects(std::string_view key, const std::vector<JsonObject>& values) {
  if (values.empty()) return *this;
  std::string list;
  for (auto& value : values) list += (list.empty() ? "" : ",") + value.take();
  return raw(key, "[" + list + "]");
}

}  // namespace liggare
