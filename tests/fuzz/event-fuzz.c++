// The opened parts of an event from anywhere: gathered, told as JSON, and asked which books, fragments and identifiers
// they mean. Whatever they are, the worst is a kj::Exception.
//
//   input   (kind u8 ‖ length u16 ‖ bytes)*; a length beyond the end takes what is left

#include <kj/debug.h>

#include "engine/base/unicode.h"
#include "engine/books.h"
#include "engine/intake/json.h"
#include "engine/introduced.h"
#include "engine/law/decide.h"
#include "engine/reader.h"
#include "engine/record.h"
#include "tests/fuzz/mutators.h"

using namespace liggare;

namespace {

constexpr size_t PARTS_MAX = 32;

// Runs what may throw, and nothing else than kj::Exception.
template <typename Work>
bool survives(Work&& work) {
  return kj::runCatchingExceptions(kj::fwd<Work>(work)) == nullptr;
}

void gather(EventAssembly& assembly, Bytes bytes) {
  for (size_t count = 0; count < PARTS_MAX && bytes.size() >= 3; ++count) {
    auto kind = static_cast<PartKind>(bytes[0]);
    size_t length = std::min<size_t>(getBe16(&bytes[1]), bytes.size() - 3);
    assembly.part(kind, bytes.subspan(3, length));
    bytes = bytes.subspan(3 + length);
  }
}

template <typename Reader>
void tell(Reader reader) {
  survives([&] { KJ_ASSERT(!intake::encodeJson(reader).empty()); });
}

void examine(const OpenedEvent& event) {
  const law::EventView& view = event.view;
  tell(view.common);
  tell(view.actor);
  for (auto patient : view.patients) tell(patient);
  if (event.ask) tell(*event.ask);
  survives([&] {
    for (auto text : view.texts) intake::encodeJson(text);
  });
  survives([&] { event.text(schema::TextSlot{}, 0); });
  survives([&] { view.body(); });
  survives([&] { booksOf(view); });
  survives([&] { law::touched(view); });
  survives([&] { introducedBy(view, [](Bytes) { return IdentifierTag{}; }); });
  survives([&] {
    Outcome outcome;
    outcomeFrom(view, outcome);
  });
  survives([&] {  // a fragment folds what it is given, however odd
    for (auto& key : law::touched(view)) {
      if (key.kind != law::FragmentKind::PATIENT) continue;
      law::PatientState state;
      law::evolve(state, key.subject, view);
    }
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  EventAssembly assembly;
  if (!survives([&] { gather(assembly, Bytes(data, size)); })) return 0;
  examine(std::move(assembly).finish({}, {}));
  return 0;
}

LIGGARE_MUTATES(mutateParts)
