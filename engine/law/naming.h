// What a Ref in a command says: who is named, and whether the name will do. Resolving was done before the law was
// asked.
#pragma once

#include "engine/law/chapter.h"

namespace liggare::law {

inline bool isKnown(schema::Ref::Reader ref) { return ref.getState() == schema::Ref::State::KNOWN; }
inline bool isAbsent(schema::Ref::Reader ref) { return ref.getState() == schema::Ref::State::ABSENT; }
inline bool isInvalid(schema::Ref::Reader ref) { return ref.getState() == schema::Ref::State::INVALID; }

// The subject named, known or about to be introduced; zero when nobody is named or the name is malformed.
inline SubjectKey keyOf(schema::Ref::Reader ref) {
  return isAbsent(ref) || isInvalid(ref) ? SubjectKey{} : subjectKey(ref.getKey());
}

// A name that must be there and be well formed; whether it is new is another matter.
inline Verdict named(schema::Ref::Reader ref) {
  if (isInvalid(ref)) return refuse(RefusalCode::IDENTIFIER_INVALID);
  return isAbsent(ref) ? refuse(RefusalCode::UNKNOWN_THING) : ok();
}
// A name that may be left out.
inline Verdict namedOrAbsent(schema::Ref::Reader ref) {
  return isInvalid(ref) ? refuse(RefusalCode::IDENTIFIER_INVALID) : ok();
}

}  // namespace liggare::law
