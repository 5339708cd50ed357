// A folder of schemas as the compiler understands it, for comparing versions.
#pragma once

#include <capnp/schema-loader.h>
#include <capnp/schema.capnp.h>
#include <capnp/serialize.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace liggare::test {

class SchemaSet {
 public:
  // Compiles <root>/schemas/*.capnp with the `capnp` that the build uses. Throws when they do not compile.
  explicit SchemaSet(const std::string& root);

  capnp::List<capnp::schema::Node>::Reader nodes() const {
    return request->getRoot<capnp::schema::CodeGeneratorRequest>().getNodes();
  }
  // By id, which does not change when a thing is renamed.
  const std::map<uint64_t, capnp::schema::Node::Reader>& byId() const { return index; }

 private:
  kj::Array<capnp::word> words;
  std::unique_ptr<capnp::FlatArrayMessageReader> request;
  std::map<uint64_t, capnp::schema::Node::Reader> index;
};

// Loads the older set and then the newer into one loader, which compares every node that both have. Empty when they
// go together, else what the loader said.
std::string whyIncompatible(const SchemaSet& older, const SchemaSet& newer);

// Everything that the older one promised by name or number and the newer does not keep: members and enumerants that
// went away or were renamed, moved or retyped, and stable codes that changed.
std::vector<std::string> brokenPromises(const SchemaSet& older, const SchemaSet& newer);

}  // namespace liggare::test
