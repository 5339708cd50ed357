#include "engine/intake/approval.h"

#include <capnp/message.h>

#include "engine/hash/sha256.h"
#include "engine/intake/plan.h"

namespace liggare::intake {

Hash approvalDigest(schema::Command::Reader command, std::string_view salt) {
  capnp::MallocMessageBuilder message;
  message.setRoot(command);
  auto bare = message.getRoot<schema::Command>();
  bare.disownId();
  bare.setAt(0);
  bare.setOffsetMinutes(0);
  bare.disownActor();
  bare.disownApproval();
  bare.disownApprovalSalt();
  bare.disownApprovalDigest();
  auto words = bodyDigestInput(bare.asReader());
  auto bytes = words.asBytes();
  Buffer input(salt.begin(), salt.end());
  input.insert(input.end(), bytes.begin(), bytes.end());
  return sha256(Bytes(input));
}

void fillApprovalDigest(schema::Command::Builder command) {
  if (command.hasApprovalDigest()) command.disownApprovalDigest();  // nobody else says what was approved
  if (!command.hasApproval() || !command.hasApprovalSalt() || command.getApprovalSalt().size() == 0) return;
  auto salt = command.asReader().getApprovalSalt();
  const Hash digest = approvalDigest(command.asReader(), {salt.cStr(), salt.size()});
  command.setApprovalDigest(capnp::Data::Reader(Bytes(digest).data(), Bytes(digest).size()));
}

}  // namespace liggare::intake
