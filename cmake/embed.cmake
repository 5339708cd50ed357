# cmake -DIN=file -DOUT=file.c++ -DNAME=REGION_DAY -P embed.cmake: a file's bytes as a string_view of liggare::cli, so that the
# program stands alone. A file that is not there gives an empty one.
set(bytes "")
if(EXISTS ${IN})
  file(READ ${IN} hex HEX)
  string(REGEX REPLACE "(..)" "0x\\1,\n" bytes "${hex}")
endif()
file(WRITE ${OUT}.fresh "// Generated from ${NAME}'s source file.
#include <string_view>

namespace liggare::cli {
namespace {
const unsigned char BYTES[] = {
${bytes}
0};
}  // namespace
extern const std::string_view ${NAME};
const std::string_view ${NAME}{reinterpret_cast<const char*>(BYTES), sizeof BYTES - 1};
}  // namespace liggare::cli
")
file(COPY_FILE ${OUT}.fresh ${OUT} ONLY_IF_DIFFERENT)
