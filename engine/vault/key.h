// A 256-bit secret and the memory secrets live in.
//
// Every secret of this folder is one of three things: a `Key` (a value, wiped when it dies, compared in constant time),
// bytes in a `SecretBuffer` (in passing: wiped before they are given back), or in locked memory (the key holder's keys,
// which live as long as the process: never swapped out where the system allows it, guarded at both ends, wiped). Locked
// memory costs two system calls a piece, so what passes by the thousand is wiped only.
// Nothing here is ever printed, logged or put into an exception.
#pragma once

#include "engine/base/bytes.h"
#include "engine/base/random.h"

#include "engine/hash/labels.h"

#include <initializer_list>
#include <memory>

namespace liggare {

// Overwrites memory in a way the compiler may not remove.
void wipe(std::span<uint8_t> memory);
// Locked, guarded pages (sodium_malloc); throws OVERLOADED through KJ when there are none.
void* lockedAllocate(size_t size);
void lockedFree(void* memory);

// 32 secret bytes. Copies are cheap and each is wiped by itself.
struct Key {
  std::array<uint8_t, 32> bytes{};

  Key() = default;
  Key(const Key&) = default;
  Key& operator=(const Key&) = default;
  ~Key() { wipe(bytes); }

  operator Bytes() const { return bytes; }
  bool operator==(const Key& other) const;  // constant time
  // Exactly 32 bytes, or a fault: a key of another length is a bug.
  static Key from(Bytes thirtyTwo);
  static Key draw(Random& random);
};

template <typename T>
struct LockedAllocator {
  using value_type = T;
  LockedAllocator() = default;
  template <typename U>
  LockedAllocator(const LockedAllocator<U>&) {}
  T* allocate(size_t count) { return static_cast<T*>(lockedAllocate(count * sizeof(T))); }
  void deallocate(T* memory, size_t) { lockedFree(memory); }  // wipes before it gives back
  template <typename U>
  bool operator==(const LockedAllocator<U>&) const {
    return true;
  }
};

template <typename T>
struct WipingAllocator {
  using value_type = T;
  WipingAllocator() = default;
  template <typename U>
  WipingAllocator(const WipingAllocator<U>&) {}
  T* allocate(size_t count) { return std::allocator<T>().allocate(count); }
  void deallocate(T* memory, size_t count) {
    wipe({reinterpret_cast<uint8_t*>(memory), count * sizeof(T)});
    std::allocator<T>().deallocate(memory, count);
  }
  template <typename U>
  bool operator==(const WipingAllocator<U>&) const {
    return true;
  }
};
using SecretBuffer = std::vector<uint8_t, WipingAllocator<uint8_t>>;

// H(label ‖ parts…) of engine/hash/labels.h as a key, without leaving a copy behind.
Key hashKey(std::string_view label, std::initializer_list<Bytes> parts);

// The two labels that only keys use; the others stand in engine/hash/labels.h, and no two are alike.
namespace label {
inline constexpr std::string_view ROOT = "root";    // stream secret 32 ‖ bit length u8       → forest root
inline constexpr std::string_view TRAIL = "trail";  // lines key 32 ‖ random 32               → key of one lines value
}  // namespace label

}  // namespace liggare
