# Modules, floors, and what may use what.
#
#   holdfast_module(<folder> FLOOR <n> [USES <folder>...] [MAY_NAME <target>...])
#
# makes target holdfast::<folder> (slashes become underscores) from src/<folder>/*.cpp and
# include/holdfast/<folder>/. A USES of the same floor or a higher one stops the configure step.

set_property(GLOBAL PROPERTY HOLDFAST_MODULES "")

function(holdfast_target_name folder out)
  string(REPLACE "/" "_" name "${folder}")
  set(${out} "${name}" PARENT_SCOPE)
endfunction()

# Stops with both floors named where `folder` reaches up or sideways.
function(holdfast_check_floor folder floor used)
  get_property(used_floor GLOBAL PROPERTY HOLDFAST_FLOOR_OF_${used})
  if("${used_floor}" STREQUAL "")
    message(FATAL_ERROR "${folder} (floor ${floor}) uses ${used}, which is not declared above it")
  endif()
  if(NOT used_floor LESS floor)
    message(FATAL_ERROR "${folder} (floor ${floor}) may not use ${used} (floor ${used_floor})")
  endif()
endfunction()

# Leaves a module out, with the reason, where one of its third parties or modules is absent.
function(holdfast_missing_parts out)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "USES;MAY_NAME")
  set(missing "")
  foreach(party IN LISTS arg_MAY_NAME)
    if(NOT TARGET ${party})
      list(APPEND missing ${party})
    endif()
  endforeach()
  foreach(used IN LISTS arg_USES)
    holdfast_target_name(${used} used_name)
    if(NOT TARGET holdfast_${used_name})
      list(APPEND missing ${used})
    endif()
  endforeach()
  set(${out} "${missing}" PARENT_SCOPE)
endfunction()

function(holdfast_module folder)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "FLOOR" "USES;MAY_NAME")
  foreach(used IN LISTS arg_USES)
    holdfast_check_floor(${folder} ${arg_FLOOR} ${used})
  endforeach()
  set_property(GLOBAL PROPERTY HOLDFAST_FLOOR_OF_${folder} ${arg_FLOOR})

  holdfast_missing_parts(missing USES ${arg_USES} MAY_NAME ${arg_MAY_NAME})
  if(missing)
    message(STATUS "holdfast: ${folder} is left out, missing: ${missing}")
    return()
  endif()

  holdfast_target_name(${folder} name)
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${folder}/*.cpp)
  add_library(holdfast_${name} STATIC ${sources})
  add_library(holdfast::${name} ALIAS holdfast_${name})
  set_target_properties(holdfast_${name} PROPERTIES EXPORT_NAME ${name} LINKER_LANGUAGE CXX)
  target_compile_features(holdfast_${name} PUBLIC cxx_std_20)
  target_include_directories(holdfast_${name}
    PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:include>
    PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(holdfast_${name} PRIVATE $<BUILD_INTERFACE:holdfast_flags>)
  foreach(used IN LISTS arg_USES)
    holdfast_target_name(${used} used_name)
    target_link_libraries(holdfast_${name} PUBLIC holdfast_${used_name})
  endforeach()
  # Public where our headers show the third party (the result type), private otherwise.
  if(folder STREQUAL "base")
    target_link_libraries(holdfast_${name} PUBLIC ${arg_MAY_NAME})
  else()
    # Boost is headers alone: who links us need not have it, but for our adapter headers.
    string(REPLACE "Boost::headers" "$<BUILD_INTERFACE:Boost::headers>" linked "${arg_MAY_NAME}")
    target_link_libraries(holdfast_${name} PRIVATE ${linked})
  endif()
  set_property(GLOBAL APPEND PROPERTY HOLDFAST_MODULES ${folder})
endfunction()

# A name that links several modules at once.
function(holdfast_bundle name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "USES")
  add_library(holdfast_bundle_${name} INTERFACE)
  add_library(holdfast::${name} ALIAS holdfast_bundle_${name})
  set_target_properties(holdfast_bundle_${name} PROPERTIES EXPORT_NAME ${name})
  foreach(used IN LISTS arg_USES)
    holdfast_target_name(${used} used_name)
    target_link_libraries(holdfast_bundle_${name} INTERFACE holdfast_${used_name})
  endforeach()
endfunction()

function(holdfast_program name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "FOLDER" "USES;MAY_NAME")
  if(NOT HOLDFAST_BUILD_PROGRAMS)
    return()
  endif()
  holdfast_missing_parts(missing USES ${arg_USES} MAY_NAME ${arg_MAY_NAME})
  if(missing)
    message(STATUS "holdfast: program ${name} is left out, missing: ${missing}")
    return()
  endif()
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${arg_FOLDER}/*.cpp)
  add_executable(${name}_program ${sources})
  set_target_properties(${name}_program PROPERTIES OUTPUT_NAME ${name}
                        RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
  target_include_directories(${name}_program PRIVATE ${PROJECT_SOURCE_DIR}/${arg_FOLDER})
  target_link_libraries(${name}_program PRIVATE holdfast_flags ${arg_MAY_NAME})
  foreach(used IN LISTS arg_USES)
    holdfast_target_name(${used} used_name)
    target_link_libraries(${name}_program PRIVATE holdfast_${used_name})
  endforeach()
endfunction()
