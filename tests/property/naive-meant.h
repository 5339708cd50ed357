// What a command means by what it leaves out.
#pragma once

#include "tests/property/naive-law.h"

namespace liggare::naive {

// Whose consent or block it is. A patient in an e-service names no provider: then the unit's, or the only one that has
// a journal; 0 when that says nothing.
Id providerOfConsent(const Facts& facts, const Speaker& who, schema::Command::Reader command);
Id providerOfRefusal(const Facts& facts, const Speaker& who, schema::Command::Reader command);
Id providerOfBlock(const Facts& facts, const Speaker& who, schema::Command::Reader command);
// An inner block that names neither unit nor process is drawn around the unit of whoever registers it.
Id blockedUnit(const Speaker& who, schema::RegisterBlock::Reader asked);
// The outer block that a granted request opens: the one named, or the owner's first that stands.
Id blockGranted(const Facts& facts, const Fact& request, schema::AnswerOuterLift::Reader asked);

Micros occurredAt(schema::Command::Reader command, Micros at);
Micros givenAt(schema::Command::Reader command, Micros at);
Micros effectiveAt(schema::Command::Reader command, schema::WithdrawConsent::Reader asked, Micros at);
// Two consents of one kind are the same when these words are.
std::string scopeOf(schema::GiveConsent::Reader asked);

}  // namespace liggare::naive
