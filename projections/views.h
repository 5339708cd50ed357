// The views: rows retold from the log, in a store that can be deleted at any time. Kept event by event, or built whole.
//
//   log ──► catchUp: from my cursor to the durable head ──► rows + cursor in one batch ──► store
//      └──► rebuild: everything, gathered and sorted ─────► ingested as sorted runs ─────┘   (the same bytes)
//
// Invariants
//   · rows and cursor of a view fall back together: there is no log, only what the store has kept, and that is a
//   beginning · a view's rows depend on nothing but the events below its cursor (digest tells) · a view never passes an
//   event it does not understand
//
// A crash in the middle of a rebuild leaves a view without a cursor; the next catchUp builds it again.
#pragma once

#include <functional>
#include <memory>

#include "engine/follow/source.h"
#include "engine/hash/sha256.h"
#include "engine/kv/store.h"
#include "projections/fold.h"
#include "projections/rows.h"

namespace liggare {

// Threads   catchUp and rebuild: one at a time. Reading: any, also meanwhile (during a rebuild a view may be
// incomplete, and
//           position() says so)
class Views {
 public:
  using Progress = std::function<void(Position done, Position all)>;

  // Neither is owned. The store is of the profile VIEWS, or in memory.
  Views(Store& rows, EventSource& log) : store(rows), source(log) {}

  // Brings every view to the durable head, and builds anew what is missing or of another version.
  //
  //   Throws   FAILED at an event of a kind that this program does not know, or that cannot be opened; what lies before
  //   it is
  //            in the rows
  void catchUp(const Progress& progress = {});
  // Clears one view, or all, and folds the log into it again.
  void rebuild(std::optional<ViewKind> which, const Progress& progress = {});

  // Every view has seen the events below it.
  Position position() const;
  // SHA-256 over the view's rows in order, lengths included; the cursor is not part of it.
  Hash digest(ViewKind view) const;
  uint64_t rowCount(ViewKind view) const;

  // --- rows, in key order; `visit` answers whether to go on --------------------------------------------------------

  // A zero provider: all of them, provider by provider.
  void journal(const SubjectKey& patient, const SubjectKey& provider,
               const std::function<bool(const JournalRow&)>& visit) const;
  // What was later said about a thing: signatures, corrections, dissents, withdrawals; in log order.
  std::vector<PointerRow> pointersAt(const SubjectKey& patient, const ThingId& target) const;
  // from ≤ recordedAt < to; to == 0 means no end.
  void accesses(AccessBy by, const SubjectKey& subject, Micros from, Micros to,
                const std::function<bool(const AccessIndexRow&)>& visit) const;
  std::vector<std::string> triggersOf(const ThingId& access) const;
  std::optional<DirectoryRow> entitled(Entitled what, const SubjectKey& key) const;

 private:
  struct Run;
  std::optional<ViewCursor> cursorOf(ViewKind view) const;
  bool mustBuild(ViewKind view, Position head) const;
  void clear(ViewKind view);
  void build(const std::vector<ViewKind>& which, Position head, const Progress& progress);
  bool follow(Position head, const Progress& progress);

  Store& store;
  EventSource& source;
};

}  // namespace liggare
