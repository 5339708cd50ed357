#include "engine/vault/key-place.h"

#include <kj/debug.h>

#include "engine/vault/file-key-holder.h"
#include "engine/vault/pkcs11-token.h"
#include "engine/vault/token-key-holder.h"

namespace liggare {
namespace {

using Kind = KeyPlaceError::Kind;

template <typename Result>
KeyPlaceAnswer answer(Result result) {
  if (!result.error) return {std::move(result.holder), std::nullopt};
  const auto fault = result.error->fault;
  const Kind kind = fault == KeyFileFault::MISSING  ? Kind::MISSING
                    : fault == KeyFileFault::EXISTS ? Kind::EXISTS
                                                    : Kind::REFUSED;
  return {nullptr, KeyPlaceError{kind, std::move(result.error->line)}};
}

// What the token answers on the way is a reason not to open, not a fault of the program.
template <typename Use>
KeyPlaceAnswer withToken(const KeyPlace& place, const KeyFileExpectation& expected, Use use) {
  KeyPlaceAnswer out;
  auto fault = kj::runCatchingExceptions([&] {
    auto opened = openToken(place.token, "liggare " + expected.origin);
    if (opened.error)
      out.error = KeyPlaceError{Kind::REFUSED, std::move(opened.error->line)};
    else
      out = answer(use(std::move(opened.token)));
  });
  KJ_IF_MAYBE (e, fault) out = {nullptr, KeyPlaceError{Kind::REFUSED, e->getDescription().cStr()}};
  return out;
}

}  // namespace

// A file that is in the way, or is missing, is told of before a PIN is tried.
KeyPlaceAnswer createKeyHolder(const KeyPlace& place, const KeyFileExpectation& expected, Random& source) {
  if (place.token.empty()) return answer(FileKeyHolder::create(place.file, expected, source));
  if (auto fault = refusesNewKeys(place.file, expected))
    return answer(TokenKeyHolder::Result{nullptr, keyFileError(*fault, place.file)});
  return withToken(place, expected, [&](std::unique_ptr<Token> token) {
    return TokenKeyHolder::create(place.file, expected, std::move(token), source);
  });
}

KeyPlaceAnswer openKeyHolder(const KeyPlace& place, const KeyFileExpectation& expected, Random& source) {
  if (place.token.empty()) return answer(FileKeyHolder::open(place.file, expected, source));
  if (auto fault = refusesSealedKeys(place.file, expected))
    return answer(TokenKeyHolder::Result{nullptr, keyFileError(*fault, place.file)});
  return withToken(place, expected, [&](std::unique_ptr<Token> token) {
    return TokenKeyHolder::open(place.file, expected, std::move(token), source);
  });
}

KeyPlaceAnswer moveKeysToToken(const KeyPlace& place, const KeyFileExpectation& expected, Random& source) {
  return withToken(place, expected, [&](std::unique_ptr<Token> token) {
    return TokenKeyHolder::takeOver(place.file, expected, std::move(token), source);
  });
}

}  // namespace liggare
