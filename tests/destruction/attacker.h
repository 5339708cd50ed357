// Somebody who has stolen files: every ciphertext, every record of every vault, and every 32 bytes of a key file that
// could be a key; and tries every key on every ciphertext.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "engine/hash/sealed-form.h"
#include "engine/vault/key-holder.h"
#include "engine/vault/key.h"

namespace liggare::test {

class Attacker {
 public:
  // Every ciphertext that any file of the log holds, by position: what is gone in one copy is there in another.
  void stealLog(const std::string& directory);
  void stealVault(const std::string& path);
  // Every 32 bytes of the file that could be a key, wherever they stand and whatever the file says of them.
  void stealKeys(const std::string& file);
  // A holder that opens today, and unwraps what it is given.
  void use(KeyHolder& holder) { holders.push_back(&holder); }

  // Positions of which every part opens.
  std::set<Position> attack() const;
  std::set<Position> all() const;

 private:
  struct Record {
    BookId stream;
    SubjectKey owner;
    uint32_t epoch = 0;
    Buffer wrapped;
  };
  struct Text {
    EventId event;
    SealedHalf half;
  };
  std::vector<Key> leaves() const;

  std::map<Position, Text> texts;
  std::vector<Record> records;
  std::set<std::array<uint8_t, 32>> keys;
  std::vector<KeyHolder*> holders;
};

}  // namespace liggare::test
