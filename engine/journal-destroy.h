// Carrying out what was decided. DestructionExecuted says, by two persons, that items are gone, and DisposalExecuted
// (gallring) says so of items or of an access log before a day; to readers they are; here their keys and their text go
// (taken-away.h: which). Nothing is decided meanwhile: the journal runs this where no writer does.
//
//   step        what is true after it                                             the crash that comes now costs
//   listed      the vault says which entries go                                    nothing
//   epochs      each owner has a new key in the holder                             one key that wraps nothing
//   rewrapped   the vault's trees are without them; the rest is under new keys     the steps before it, again
//   scrubbed    no file of the vault holds the old records                         this step
//   copied      a copy of that vault lies beside the journal, and was read back    the copy
//   holder      the old keys are zero: older vaults, wherever they are, are dead   the steps since `rewrapped`
//   stated      the log says which are gone (Destroyed): that is no damage         the same
//   removed     the ciphertext is in no file of the log                            the same
//   purged      no view holds a row of them                                        the same
//   told        the log names the new epochs (KeyChange)                           the same
//   done        the vault says so                                                  nothing
//
// Old keys are destroyed only after every secret of their owner has been read under the new one, in a copy: what
// survives never lies in one place only. The log is told when the keys are gone and before the text is: whoever follows
// it finds, from that entry on, that nothing opens.
#pragma once

#include "engine/journal-open.h"

namespace liggare {

struct CarryOut {
  std::string directory, vaultCopy;
  Micros at = 0;  // recordedAt of what the log is told
  Random& random;
  Observer& observer;
  Blind blind;
  std::function<void(std::string_view)> afterStep;  // may be empty; what it throws interrupts as a crash would
};

// Every destruction that the vault remembers and that is not done. Again and again is the same as once.
//   Requires  no writer runs, and nobody else copies the stores
void carryOutDestructions(Opened& parts, EventSource& source, const CarryOut& how);
// The same without anything to destroy: a new key for every owner.
void rotateAllKeys(Opened& parts, const CarryOut& how);

}  // namespace liggare
