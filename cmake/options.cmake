# How everything is compiled.

option(HOLDFAST_BUILD_TESTS "Build the tests and examples" ${PROJECT_IS_TOP_LEVEL})
option(HOLDFAST_BUILD_BENCH "Build the benchmarks" OFF)
option(HOLDFAST_BUILD_PROGRAMS "Build the holdfast command" ${PROJECT_IS_TOP_LEVEL})
option(HOLDFAST_WARNINGS_AS_ERRORS "Stop at the first warning" OFF)
set(HOLDFAST_SANITIZE "" CACHE STRING "Sanitizers to build with, for example address,undefined")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()

find_program(HOLDFAST_CCACHE ccache)
if(HOLDFAST_CCACHE AND PROJECT_IS_TOP_LEVEL)
  # Paths relative to the checkout: what one clone has compiled serves the next one.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}
                                  CCACHE_NOHASHDIR=1 ${HOLDFAST_CCACHE})
endif()

# Flags for our own code only: what links us keeps its own.
add_library(holdfast_flags INTERFACE)
target_compile_options(holdfast_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual
  # GCC 12 sees overlapping copies in std::string's operator+ where there are none (GCC bug 105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  # It sees the two halves of Asio's allocation of coroutine frames apart, where it inlines but one.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-mismatched-new-delete>
  # At -O3 it takes strings that are moved from for unset ones; the other builds keep the warning.
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<CONFIG:Release>>:-Wno-maybe-uninitialized>
  $<$<BOOL:${HOLDFAST_WARNINGS_AS_ERRORS}>:-Werror>)

if(HOLDFAST_SANITIZE)
  add_compile_options(-fsanitize=${HOLDFAST_SANITIZE} -fno-omit-frame-pointer
                      -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${HOLDFAST_SANITIZE})
  # GCC documents false alarms of the first warning in code that a sanitizer has rewritten; the
  # second it gives for the frames of Asio's coroutines, whose own operator delete it misses there.
  target_compile_options(holdfast_flags INTERFACE
                         $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
                         $<$<CXX_COMPILER_ID:GNU>:-Wno-mismatched-new-delete>)
  if(HOLDFAST_SANITIZE MATCHES "thread")
    # GCC warns that TSan does not model atomic_thread_fence; we use none.
    add_compile_options(-Wno-tsan)
    # Asio counts references with one; without this it uses Boost's own counters, which do not.
    add_compile_definitions(BOOST_ASIO_DISABLE_STD_ATOMIC)
  endif()
endif()
