// A bundle from anywhere: read or refused with words, the same when written again, and examined to its end without a
// fault of the program. The corpus's are of one journal, whose key stands here.

#include <kj/debug.h>

#include "engine/base/unicode.h"
#include "engine/bundle.h"
#include "tests/fuzz/mutators.h"

using namespace liggare;

namespace {

constexpr std::string_view KEY = "liggare.local/J/1+04d5c342+AYHaTpbkux+D4lEWL2D2OawkNLsG+u7ljSca1wLI3IB6";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::string why;
  auto bundle = decodeBundle(text, why);
  if (!bundle) {
    KJ_ASSERT(!why.empty() && isUtf8(why));
    return 0;
  }
  std::string again = encodeBundle(*bundle);
  auto twice = decodeBundle(again, why);
  KJ_ASSERT(twice.has_value() && encodeBundle(*twice) == again, "what was written is not read the same");
  static const auto key = parseVerifierKey(KEY);
  KJ_ASSERT(key.has_value());
  auto checked = checkBundle(*bundle, {&*key, 1});
  if (checked.fault) return 0;
  KJ_ASSERT(checked.books.size() == bundle->books.size() && !checked.signedBy.empty());
  for (size_t i = 0; i < checked.books.size(); ++i) {
    auto& book = checked.books[i];
    KJ_ASSERT(book.counted + book.later == bundle->books[i].entries.size() && book.counted <= book.size);
    KJ_ASSERT(book.events.size() == bundle->books[i].entries.size());
  }
  return 0;
}

LIGGARE_MUTATES(mutateTokens)
