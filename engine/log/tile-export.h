// The tree as files that any C2SP tlog-tiles client reads over HTTP or from a disk:
//
//   OUT/checkpoint                        the signed note, written last: nobody sees a size whose tiles are not there
//   OUT/tile/<L>/<N>[.p/<W>]              hashes
//   OUT/tile/entries/<N>[.p/<W>]          entries: no names, no kinds, no people
//
//   Again      what lies there is compared and left; only what is missing is written. Partial tiles of earlier exports
//              stay, since somebody may hold the checkpoint they belong to
//   Refuses    a file that is another than the log's, and an earlier checkpoint that this log does not contain: either
//              the tree was changed or the log was. Nothing is mended, and nothing that is there is ever overwritten
//   Crash      files come into being whole (OUT/.making, sync, rename), so the next export goes on where this one ended
#pragma once

#include <functional>
#include <string>
#include <variant>

#include "engine/log/log.h"

namespace liggare {

enum class ExportScope : uint8_t {
  ALL,     // compare everything that is there already
  NEWEST,  // trust what the earlier checkpoint in OUT covers, and go on from it
};

struct ExportReport {
  Head head;
  uint64_t written = 0;  // files
  uint64_t left = 0;     // files that were there and are the same
};

// What is in the way: a file in OUT, by its path there, and why.
struct ExportRefused {
  std::string path;
  std::string why;  // in Swedish
};

// Called now and then with how many entries are there. Must not throw.
using ExportProgress = std::function<void(uint64_t done, uint64_t of)>;

// `note` is a checkpoint of this log, signed by `key`, of a size it has reached.
//
//   Throws   OVERLOADED when another export works in OUT (isInUse) · FAILED when the disk refuses
std::variant<ExportReport, ExportRefused> exportTiles(Log& log, const std::string& note, const VerifierKey& key,
                                                      const std::string& out, ExportScope scope,
                                                      const ExportProgress& progress = {});

}  // namespace liggare
