# Folders become targets. `liggare_folder(kv engine/kv LINKS base rocksdb)` makes the target `liggare-kv` (alias liggare::kv) of
# all *.c++ beneath engine/kv; a name in LINKS is either another folder or one of the outside names of packages.cmake.
# A folder without sources is an interface target, so that the tree configures from the first day.

# Link names to targets.
function(liggare_resolve result)
  set(targets)
  foreach(name IN LISTS ARGN)
    if(DEFINED LIGGARE_${name})
      list(APPEND targets ${LIGGARE_${name}})
    elseif(TARGET liggare-${name})
      list(APPEND targets liggare-${name})
    else()
      message(FATAL_ERROR "liggare: '${name}' is neither a folder nor an outside library")
    endif()
  endforeach()
  set(${result} ${targets} PARENT_SCOPE)
endfunction()

# Every schemas/*.capnp compiled into <build>/gen, included as "schemas/x.capnp.h". Schemas import each other as
# "common.capnp" or "/schemas/common.capnp". Output is replaced only when it changed, so that a comment costs nothing.
function(liggare_schemas folder)
  file(GLOB schemas CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.capnp)
  set(gen ${CMAKE_BINARY_DIR}/gen)
  set(sources)
  foreach(schema IN LISTS schemas)
    get_filename_component(name ${schema} NAME)
    set(fresh ${CMAKE_BINARY_DIR}/gen-fresh/${name})
    file(MAKE_DIRECTORY ${fresh} ${gen}/${folder})
    add_custom_command(
      OUTPUT ${gen}/${folder}/${name}.c++ ${gen}/${folder}/${name}.h
      COMMAND ${CAPNP_EXECUTABLE} compile -o${CAPNPC_CXX_EXECUTABLE}:${fresh} --src-prefix=${CMAKE_SOURCE_DIR}
              -I${CMAKE_SOURCE_DIR} -I${CAPNP_INCLUDE_DIRECTORY} ${schema}
      COMMAND ${CMAKE_COMMAND} -E copy_if_different ${fresh}/${folder}/${name}.c++ ${fresh}/${folder}/${name}.h ${gen}/${folder}
      DEPENDS ${schemas}
      COMMENT "Schema ${folder}/${name}"
      VERBATIM)
    list(APPEND sources ${gen}/${folder}/${name}.c++)
  endforeach()
  if(sources)
    add_library(liggare-schemas STATIC ${sources})
    target_compile_options(liggare-schemas PRIVATE -w)
    set(scope PUBLIC)
  else()
    add_library(liggare-schemas INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(liggare-schemas SYSTEM ${scope} ${gen})
  target_link_libraries(liggare-schemas ${scope} CapnProto::capnp CapnProto::kj)
  add_library(liggare::schemas ALIAS liggare-schemas)
endfunction()

# Reading the generated schemas, Cap'n Proto and the standard library was three quarters of compiling a file (measured: 5.6
# of 7.4 s). They are read once, into a precompiled header that the targets named here share; tests have one with their
# framework in it. Nothing of our own is in them, so they change only when a schema does. What a file needs it still
# includes: the tidy test looks at the text.
function(liggare_shared_headers target)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    return()
  endif()
  set(headers <algorithm> <array> <charconv> <condition_variable> <deque> <filesystem> <fstream> <functional> <future> <map>
      <memory> <mutex> <optional> <set> <span> <string> <string_view> <thread> <unordered_map> <variant> <vector>
      <capnp/message.h> <capnp/schema.h> <kj/debug.h> ${ARGN})
  file(GLOB schemas CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/schemas/*.capnp)
  foreach(schema IN LISTS schemas)
    get_filename_component(name ${schema} NAME)
    list(APPEND headers <schemas/${name}.h>)
  endforeach()
  set(empty ${CMAKE_BINARY_DIR}/gen/${target}.c++)
  file(CONFIGURE OUTPUT ${empty} CONTENT "// The precompiled header needs a file that uses it.\n")
  add_library(${target} OBJECT ${empty})
  liggare_own_code(${target})
  target_link_libraries(${target} PRIVATE liggare-schemas)
  target_compile_options(${target} PRIVATE -fpch-preprocess)
  target_precompile_headers(${target} PRIVATE ${headers})
endfunction()

function(liggare_use_shared_headers target from)
  if(TARGET ${from})
    target_compile_options(${target} PRIVATE -fpch-preprocess)  # else ccache keeps nothing
    target_precompile_headers(${target} REUSE_FROM ${from})
  endif()
endfunction()

# What all own code shares: includes from the root of the repository, and warnings.
function(liggare_own_code target)
  target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR})
  target_compile_options(${target} PRIVATE ${LIGGARE_WARNINGS})
endfunction()

# FLAT takes only the folder's own files: engine/ has its subfolders as targets of their own.
function(liggare_folder name folder)
  cmake_parse_arguments(arg "FLAT" "" "LINKS" ${ARGN})
  if(arg_FLAT)
    file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.c++)
  else()
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.c++)
  endif()
  list(FILTER sources EXCLUDE REGEX "/main\\.c\\+\\+$")
  liggare_resolve(links ${arg_LINKS})
  if(sources)
    add_library(liggare-${name} STATIC ${sources})
    liggare_own_code(liggare-${name})
    liggare_use_shared_headers(liggare-${name} liggare-headers)
    target_link_libraries(liggare-${name} PRIVATE ${links})
    if(LIGGARE_FUZZ AND NOT name STREQUAL "law")  # a fuzzer sees only what is compiled so; the law reads no bytes
      target_compile_options(liggare-${name} PRIVATE -fsanitize=fuzzer-no-link)
    endif()
  else()
    add_library(liggare-${name} INTERFACE)
    target_link_libraries(liggare-${name} INTERFACE ${links})
  endif()
  add_library(liggare::${name} ALIAS liggare-${name})
  set(LIGGARE_LINKS_OF_${name} ${name} ${arg_LINKS} CACHE INTERNAL "what a test of ${folder} may use")
endfunction()

# An executable in the top of the build folder; skipped while its main file is not written.
function(liggare_program target main)
  cmake_parse_arguments(arg "" "" "LINKS" ${ARGN})
  file(GLOB source CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${main})
  if(source)
    liggare_resolve(links ${arg_LINKS} ${LIGGARE_LINKS_OF_${arg_LINKS}})
    add_executable(${target} ${source})
    liggare_own_code(${target})
    target_link_libraries(${target} PRIVATE ${links})
    if(NOT LIGGARE_SANITIZE)
      # What one thread of the write path allocates another frees, and jemalloc minds that less (docs/decisions/0008).
      target_link_libraries(${target} PRIVATE PkgConfig::jemalloc)
    endif()
  endif()
endfunction()

# A file as a constant of the target's program: `extern const std::string_view NAME;` in namespace liggare::cli.
function(liggare_embed target file name)
  set(out ${CMAKE_BINARY_DIR}/gen/embedded/${name}.c++)
  set(depends ${CMAKE_SOURCE_DIR}/cmake/embed.cmake)
  if(EXISTS ${CMAKE_SOURCE_DIR}/${file})
    list(APPEND depends ${CMAKE_SOURCE_DIR}/${file})
  endif()
  add_custom_command(
    OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -DIN=${CMAKE_SOURCE_DIR}/${file} -DOUT=${out} -DNAME=${name} -P ${CMAKE_SOURCE_DIR}/cmake/embed.cmake
    DEPENDS ${depends}
    COMMENT "Embedding ${file}"
    VERBATIM)
  target_sources(${target} PRIVATE ${out})
endfunction()
