// What the second person approves (§00.40): SHA-256(salt ‖ canonical bytes of the command), where the command is
// taken as it came, without id, clock, actor, approval and whatever the door fills in: who sends it, and when, is not
// what was approved.
#pragma once

#include <array>
#include <string_view>

#include "engine/base/bytes.h"
#include "schemas/command.capnp.h"

namespace liggare::intake {

// Requires a command as decoded: before references are resolved and ids drawn.
Hash approvalDigest(schema::Command::Reader command, std::string_view salt);

// Fills in approvalDigest of a command that names an approval and has a salt; leaves it absent otherwise.
void fillApprovalDigest(schema::Command::Builder command);

}  // namespace liggare::intake
