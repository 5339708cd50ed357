// A line of JSON from anywhere: decoded or refused, never anything else. What was decoded goes out as JSON that comes
// in again, and its reduced form holds no text that is personal.

#include <capnp/message.h>
#include <capnp/serialize.h>
#include <kj/debug.h>

#include "engine/base/unicode.h"
#include "engine/intake/json.h"
#include "engine/intake/plan.h"
#include "tests/fuzz/mutators.h"

using namespace liggare;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  capnp::MallocMessageBuilder message;
  auto command = message.initRoot<schema::Command>();
  if (const auto error = intake::decodeCommand(line, command)) {
    KJ_ASSERT(!error->code.empty() && !error->reason.empty() && isUtf8(error->path) && isUtf8(error->reason));
    return 0;
  }
  const auto body = intake::bodyDigestInput(command.asReader());
  const kj::ArrayPtr<const capnp::word> segments[] = {body};
  capnp::SegmentArrayMessageReader reader(kj::arrayPtr(segments, 1));
  KJ_ASSERT(reader.isCanonical());
  intake::Words asItLies;
  intake::appendBodyDigestInput(asItLies, command);
  KJ_ASSERT(asText(intake::bytesOf(asItLies)) == asText({body.asBytes().begin(), body.asBytes().size()}));
  const auto out = intake::encodeJson(command.asReader());
  capnp::MallocMessageBuilder again;
  auto second = again.initRoot<schema::Command>();
  if (out.size() <= intake::LINE_BYTES_MAX) {
    const auto error = intake::decodeCommand(out, second);
    KJ_ASSERT(!error, error->path, error->code);
    const auto secondBody = intake::bodyDigestInput(second.asReader());
    KJ_ASSERT(secondBody.asBytes() == body.asBytes());
  }
  const auto reduced = intake::reduce(command.asReader());
  KJ_ASSERT(reduced.size() <= body.size() + 64);  // a one-letter text grows to a bullet, a word at most
  return 0;
}

LIGGARE_MUTATES(mutateTokens)
