// main() of every gtest program.
//
//   LIGGARE_TEST_FOLDER   run only the tests whose file lies in tests/<folder>/
//   LIGGARE_TEST_PACE     "fast": leave out files named *-slow-test.c++; "slow": only those
//   --gtest_filter        as usual, and then the two above are not looked at

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

std::string_view fromEnvironment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

bool isWanted(std::string_view file, std::string_view folder, std::string_view pace) {
  if (!folder.empty() && file.find("tests/" + std::string(folder) + "/") == file.npos) return false;
  bool slow = file.ends_with("-slow-test.c++");
  return pace.empty() || (pace == "slow") == slow;
}

// The tests that environment asks for, as a gtest filter; empty when it asks for none that exist.
std::string filterFor(std::string_view folder, std::string_view pace) {
  std::string filter;
  const auto& all = *testing::UnitTest::GetInstance();
  for (int i = 0; i < all.total_test_suite_count(); ++i) {
    const auto& suite = *all.GetTestSuite(i);
    for (int j = 0; j < suite.total_test_count(); ++j) {
      const auto& test = *suite.GetTestInfo(j);
      if (!isWanted(test.file(), folder, pace)) continue;
      filter += (filter.empty() ? "" : ":") + std::string(suite.name()) + "." + test.name();
    }
  }
  return filter;
}

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleMock(&argc, argv);
  auto folder = fromEnvironment("LIGGARE_TEST_FOLDER");
  auto pace = fromEnvironment("LIGGARE_TEST_PACE");
  if (testing::GTEST_FLAG(filter) == "*" && !(folder.empty() && pace.empty())) {
    auto filter = filterFor(folder, pace);
    if (filter.empty()) {  // a folder that lost its tests must not pass
      std::fprintf(stderr, "no test in tests/%.*s\n", int(folder.size()), folder.data());
      return 1;
    }
    testing::GTEST_FLAG(filter) = filter;
  }
  return RUN_ALL_TESTS();
}
