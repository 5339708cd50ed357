#include "engine/base/observer.h"

#include <gtest/gtest.h>

namespace liggare {
namespace {

TEST(Observer, HearsWhatItOverridesAndIgnoresTheRest) {
  struct Counting : Observer {
    Position head = 0;
    void commitDurable(Position size, uint32_t, uint32_t, Micros) override { head = size; }
  } counting;
  Observer& observer = counting;
  observer.opened(0, 0);
  observer.commitDurable(256, 1, 256, 150);
  observer.poisoned(256, "sync failed");
  EXPECT_EQ(counting.head, 256u);
  silentObserver().tailDamage(256, 17);
}

}  // namespace
}  // namespace liggare
