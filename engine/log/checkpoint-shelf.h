// DIR/checkpoints: every checkpoint this log ever signed, fsynced before anyone saw it. Evidence for opening and
// verifying.
//
//   <size, 20 digits>[-n].notes               frames, one after the other; a new file begins above 1 MiB, and is named
//   by
//                                             the largest size there then is
//   frame                                     length in decimal ‖ \n ‖ that many bytes of signed note
//
// A frame cut short at the end of a file was never shown to anybody and is passed over, and the next one begins a new
// file; a whole frame that cannot be read is damage. Nothing here is ever cut away or overwritten.
#pragma once

#include <functional>
#include <string>

#include "engine/log/checkpoint.h"

namespace liggare {

class CheckpointShelf {
 public:
  explicit CheckpointShelf(std::string directory);  // made if it is missing, when first written to
  ~CheckpointShelf();
  CheckpointShelf(const CheckpointShelf&) = delete;
  CheckpointShelf& operator=(const CheckpointShelf&) = delete;

  // Durable when it returns. One thread. After a fault every further one is refused.
  void add(const std::string& note);

  // One frame as it lies there. `checkpoint` is missing when the note in it cannot be read as one.
  struct Kept {
    std::string file;
    std::string note;
    std::optional<Checkpoint> checkpoint;
  };
  // One that lies there may be what a killed process wrote and did not sync: durable when it returns.
  void harden(const Kept& kept);
  // Oldest first. Signatures are the caller's to check.
  void each(const std::function<void(const Kept&)>& visit) const;
  // Newest first, until `visit` answers false: what was asked for lately is found without reading what is old.
  void eachBackwards(const std::function<bool(const Kept&)>& visit) const;
  // The readable one of the largest size (of one size the last), and whether something that was read is damaged.
  // Witnesses answer late: what they cosigned may be kept behind a larger one.
  struct Newest {
    std::optional<Kept> kept;
    bool damaged = false;
  };
  Newest newest() const;

  // Writes every whole frame of a size up to `size`, byte for byte and file for file, to another directory, which is
  // made and must not exist. Durable when it returns. Another process or thread may add meanwhile.
  void copyUpTo(uint64_t size, const std::string& to) const;

 private:
  std::string directory;
  int fd = -1;
  uint64_t written = 0;  // bytes in the open file
  bool broken = false;

  std::vector<std::string> files() const;
  void openLast();
  void begin(uint64_t size);
};

}  // namespace liggare
