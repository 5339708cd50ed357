// Notes and checkpoints from anywhere, with a key at hand: what is read is written the same again, whatever text is
// signed opens, and nothing opens that the key did not sign.

#include <kj/debug.h>

#include "engine/base/unicode.h"
#include "engine/log/checkpoint.h"
#include "tests/fuzz/mutators.h"
#include "tests/log/log-kit.h"

using namespace liggare;

namespace {

const std::string ORIGIN = "liggare.test/fuzz";

TestSigner& signer() {
  static TestSigner it(ORIGIN, 7);
  return it;
}

void tryKey(std::string_view text) {
  auto key = parseVerifierKey(text);
  KJ_ASSERT(!key.has_value() || (key->text() == text && isNoteName(key->name)));
}

// The bytes as a note that came over the wire. Corpus and mutations sign with the key that the test knows.
void tryNote(std::string_view text) {
  auto key = signer().verifierKey();
  auto note = parseNote(text);
  auto opened = openCheckpoint(text, ORIGIN, {&key, 1});
  KJ_ASSERT(note.has_value() || !opened.has_value());
  if (!note) return;
  KJ_ASSERT(formatNote(*note) == text && isUtf8(text));
  KJ_ASSERT(!note->signatures.empty() && note->signatures.size() <= NOTE_SIGNATURES_MAX);
  auto verdict = verifyNote(*note, {&key, 1});
  KJ_ASSERT(!opened.has_value() || (verdict.isVerifiedBy(ORIGIN) && formatCheckpoint(*opened) == note->text));
  // Ed25519 here has one signature for a text: what is verified is what this key would have said.
  if (verdict.isVerifiedBy(ORIGIN)) {
    auto again = parseNote(signNote(note->text, signer()));
    KJ_ASSERT(again.has_value() && again->text == note->text);
    bool isOurs = false;
    for (const auto& s : note->signatures) isOurs = isOurs || s == again->signatures[0];
    KJ_ASSERT(isOurs, "a signature that the key did not make");
  }
}

// The bytes as a text to be signed: every text that a note can hold opens, and no longer after a bit is turned.
void trySigning(std::string_view text) {
  auto checkpoint = parseCheckpoint(text);
  KJ_ASSERT(!checkpoint.has_value() || formatCheckpoint(*checkpoint) == text);
  if (!checkpoint || checkpoint->origin != ORIGIN) return;
  auto key = signer().verifierKey();
  std::string signedText = signNote("x\n", signer());
  signedText.replace(0, 2, text);
  KJ_ASSERT(!openCheckpoint(signedText, ORIGIN, {&key, 1}).has_value(), "a signature over another text");
  if (!isUtf8(text)) return;
  for (char c : text)
    if (uint8_t(c) < 0x20 && c != '\n') return;
  std::string good = signNote(std::string(text), signer());
  auto opened = openCheckpoint(good, ORIGIN, {&key, 1});
  KJ_ASSERT(opened.has_value() && *opened == *checkpoint);
  good[text.size() / 2] = char(good[text.size() / 2] ^ 1);
  KJ_ASSERT(!openCheckpoint(good, ORIGIN, {&key, 1}).has_value(), "a turned bit");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  tryKey(text);
  tryNote(text);
  trySigning(text);
  return 0;
}

LIGGARE_MUTATES(mutateLines)
