#include "tests/evolution/schema-set.h"

#include <capnp/any.h>
#include <capnp/schema-loader.h>
#include <kj/debug.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "engine/base/bytes.h"

namespace liggare::test {

namespace fs = std::filesystem;
using Node = capnp::schema::Node;

namespace {

constexpr uint64_t CODE_ANNOTATION = 0xc9d8e7f6a5b40619;  // $code of schemas/annotations.capnp

Buffer outputOf(const std::string& command) {
  FILE* pipe = ::popen(command.c_str(), "r");
  KJ_REQUIRE(pipe != nullptr, "no shell");
  Buffer out;
  std::array<uint8_t, 4096> block;
  for (size_t n; (n = std::fread(block.data(), 1, block.size(), pipe)) > 0;)
    out.insert(out.end(), block.begin(), block.begin() + n);
  KJ_REQUIRE(::pclose(pipe) == 0, "the schemas do not compile", command);
  return out;
}

std::string nameOf(Node::Reader node) { return node.getDisplayName().cStr() + node.getDisplayNamePrefixLength(); }

std::string codeOf(capnp::List<capnp::schema::Annotation>::Reader annotations) {
  for (auto annotation : annotations)
    if (annotation.getId() == CODE_ANNOTATION) return annotation.getValue().getText().cStr();
  return {};
}

// A type as text: which, and of what.
std::string typeText(capnp::schema::Type::Reader type) {
  using Type = capnp::schema::Type;
  switch (type.which()) {
    case Type::LIST: return "list of " + typeText(type.getList().getElementType());
    case Type::STRUCT: return "struct " + std::to_string(type.getStruct().getTypeId());
    case Type::ENUM: return "enum " + std::to_string(type.getEnum().getTypeId());
    default: return "type " + std::to_string(type.which());
  }
}

// Everything about a field that the bytes and the JSON depend on.
std::string promiseOf(capnp::schema::Field::Reader field) {
  std::string text = field.getName().cStr();
  if (field.getDiscriminantValue() != capnp::schema::Field::NO_DISCRIMINANT)
    text += " as member " + std::to_string(field.getDiscriminantValue()) + " of the union";
  if (field.isGroup()) return text + ", group " + std::to_string(field.getGroup().getTypeId());
  return text + ", " + typeText(field.getSlot().getType()) + " at " + std::to_string(field.getSlot().getOffset());
}

using Broken = std::vector<std::string>;

void compareEnums(Node::Reader older, Node::Reader newer, Broken& broken) {
  auto before = older.getEnum().getEnumerants(), now = newer.getEnum().getEnumerants();
  for (uint32_t i = 0; i < before.size(); ++i) {
    std::string name = nameOf(older) + "." + before[i].getName().cStr() + " @" + std::to_string(i);
    if (i >= now.size()) {
      broken.push_back(name + " went away");
      continue;
    }
    if (before[i].getName() != now[i].getName()) broken.push_back(name + " is now called " + now[i].getName().cStr());
    if (codeOf(before[i].getAnnotations()) != codeOf(now[i].getAnnotations()))
      broken.push_back(name + " has another code");
  }
}

// The list is in the order of ordinals: whatever is at one place stays there.
void compareStructs(Node::Reader older, Node::Reader newer, Broken& broken) {
  auto before = older.getStruct().getFields(), now = newer.getStruct().getFields();
  for (uint32_t i = 0; i < before.size(); ++i) {
    std::string name = nameOf(older) + "." + before[i].getName().cStr();
    if (i >= now.size())
      broken.push_back(name + " went away");
    else if (promiseOf(before[i]) != promiseOf(now[i]))
      broken.push_back(name + ": " + promiseOf(before[i]) + " → " + promiseOf(now[i]));
  }
  if (older.getStruct().getDiscriminantCount() > newer.getStruct().getDiscriminantCount())
    broken.push_back(nameOf(older) + " has a smaller union");
}

}  // namespace

SchemaSet::SchemaSet(const std::string& root) {
  std::string files;
  for (auto& entry : fs::directory_iterator(root + "/schemas"))
    if (entry.path().extension() == ".capnp") files += " '" + entry.path().string() + "'";
  KJ_REQUIRE(!files.empty(), "no schemas here", root);
  Buffer bytes = outputOf("capnp compile -o- --src-prefix='" + root + "' -I'" + root + "'" + files);
  words = kj::heapArray<capnp::word>(bytes.size() / sizeof(capnp::word));
  std::memcpy(words.begin(), bytes.data(), words.size() * sizeof(capnp::word));
  capnp::ReaderOptions options;
  options.traversalLimitInWords = uint64_t{1} << 32;  // our own compiler's output, read many times
  request = std::make_unique<capnp::FlatArrayMessageReader>(words, options);
  for (auto node : nodes()) index.emplace(node.getId(), node);
}

std::string whyIncompatible(const SchemaSet& older, const SchemaSet& newer) {
  capnp::SchemaLoader loader;
  auto fault = kj::runCatchingExceptions([&] {
    for (auto node : older.nodes()) loader.load(node);
    for (auto node : newer.nodes()) loader.load(node);
  });
  KJ_IF_MAYBE (f, fault) return f->getDescription().cStr();
  return {};
}

std::vector<std::string> brokenPromises(const SchemaSet& older, const SchemaSet& newer) {
  Broken broken;
  for (auto& [id, node] : older.byId()) {
    auto found = newer.byId().find(id);
    if (found == newer.byId().end()) {
      broken.push_back(std::string(node.getDisplayName().cStr()) + " went away");
    } else if (node.which() != found->second.which()) {
      broken.push_back(nameOf(node) + " is another kind of thing");
    } else if (node.isEnum()) {
      compareEnums(node, found->second, broken);
    } else if (node.isStruct()) {
      compareStructs(node, found->second, broken);
    }
  }
  return broken;
}

}  // namespace liggare::test
