// DIR/head: how far the log is known to be durable, kept outside the store so that a store which forgot its end is
// found out.
//
//   slot   "LGHEAD0\n" ‖ sequence u64 ‖ size u64 ‖ root 32 ‖ the first 8 bytes of SHA-256 of the 56 before
//
// Three slots, 4096 bytes apart. The first two are written in turn and synced: a torn write spoils one and leaves the
// other. The third is written after every sync of the log and not synced itself: it outlives the process, so that a
// killed one leaves word of the last commit it answered on; after a power cut it may be old or torn, which harms
// nothing.
#pragma once

#include <string>

#include "engine/log/checkpoint.h"

namespace liggare {

class HeadFile {
 public:
  // Makes the file with this head in all slots, durably. It must not exist.
  static void create(const std::string& path, const Head& head);

  struct Reading {
    bool missing = false;
    unsigned damagedSlots = 0;
    std::optional<Head> newest;  // the one that reaches farthest
  };
  static Reading read(const std::string& path);

  explicit HeadFile(const std::string& path);  // must exist
  ~HeadFile();
  HeadFile(const HeadFile&) = delete;
  HeadFile& operator=(const HeadFile&) = delete;

  // Heads never go back: a smaller one is refused. One thread.
  void write(const Head& head);  // durable when it returns
  void note(const Head& head);   // a microsecond; durable against the death of this process only
  const Head& newest() const { return head; }  // written

 private:
  int fd = -1;
  uint64_t sequence = 0;
  Head head;
};

// Small files done carefully: whole and durable, or not there.
Buffer readWholeFile(const std::string& path);
bool fileExists(const std::string& path);
void syncDirectoryOf(const std::string& path);

}  // namespace liggare
