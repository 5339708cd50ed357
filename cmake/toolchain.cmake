# How everything is compiled, whatever it is.

# ccache, with paths made relative to the checkout so that all build folders share their objects.
find_program(LIGGARE_CCACHE ccache)
if(LIGGARE_CCACHE)
  set(launcher env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros
      ${LIGGARE_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
endif()

# Assertions are part of the product: no build type may remove them.
foreach(type RELEASE RELWITHDEBINFO MINSIZEREL)
  string(REPLACE "-DNDEBUG" "" CMAKE_CXX_FLAGS_${type} "${CMAKE_CXX_FLAGS_${type}}")
endforeach()

if(LIGGARE_SANITIZE)
  # vptr needs type information of classes that live in libraries we did not compile.
  add_compile_options(-fsanitize=${LIGGARE_SANITIZE} -fno-sanitize=vptr -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${LIGGARE_SANITIZE} -fno-sanitize=vptr)
endif()

# Own code only: system headers and generated schemas are exempt. Errors only where a preset adds -Werror.
set(LIGGARE_WARNINGS -Wall -Wextra -Wshadow=local -Wnon-virtual-dtor -Wold-style-cast)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 sees these inside its own library once inlining is deep enough; the sanitizers look for the real ones.
  foreach(guess maybe-uninitialized stringop-overflow stringop-overread array-bounds restrict dangling-pointer
          free-nonheap-object)
    list(APPEND LIGGARE_WARNINGS -Wno-${guess})
  endforeach()
endif()
