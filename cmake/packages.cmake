# The third parties, each found once. A connector whose library is absent is left out with a word.

find_package(Threads REQUIRED)

find_path(HOLDFAST_TL_EXPECTED tl/expected.hpp REQUIRED)
add_library(holdfast_tl_expected INTERFACE)
target_include_directories(holdfast_tl_expected SYSTEM INTERFACE
                           $<BUILD_INTERFACE:${HOLDFAST_TL_EXPECTED}>)
add_library(tl::expected ALIAS holdfast_tl_expected)

find_package(yaml-cpp REQUIRED)
find_package(CURL)
find_package(SQLite3)
find_package(PostgreSQL)  # the client library alone; Debian's libpq-dev
find_package(ZLIB)
find_package(simdjson)
find_package(Boost 1.81 COMPONENTS headers)
find_package(nlohmann_json)
find_package(CLI11)
find_package(fmt)
find_package(spdlog)
find_package(prometheus-cpp CONFIG COMPONENTS core)  # for an adapter header alone

# Debian's package of RE2 brings no CMake file.
find_path(HOLDFAST_RE2_HEADERS re2/re2.h)
find_library(HOLDFAST_RE2 re2)
if(HOLDFAST_RE2_HEADERS AND HOLDFAST_RE2)
  add_library(re2::re2 UNKNOWN IMPORTED)
  set_target_properties(re2::re2 PROPERTIES IMPORTED_LOCATION ${HOLDFAST_RE2}
                        INTERFACE_INCLUDE_DIRECTORIES ${HOLDFAST_RE2_HEADERS})
endif()
