# `cmake --install` and what find_package(holdfast) then finds: the headers, a static library a
# module as holdfast::<module>, the bundle holdfast::holdfast, holdfast::asio, and the program.

option(HOLDFAST_INSTALL "Install Holdfast with the project" ${PROJECT_IS_TOP_LEVEL})
if(NOT HOLDFAST_INSTALL)
  return()
endif()

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(config_folder ${CMAKE_INSTALL_LIBDIR}/cmake/holdfast)

set(targets holdfast_tl_expected holdfast_bundle_holdfast)
get_property(modules GLOBAL PROPERTY HOLDFAST_MODULES)
foreach(module IN LISTS modules)
  holdfast_target_name(${module} name)
  list(APPEND targets holdfast_${name})
endforeach()
get_property(adapters GLOBAL PROPERTY HOLDFAST_ADAPTERS)
foreach(adapter IN LISTS adapters)
  list(APPEND targets holdfast_adapter_${adapter})
endforeach()
set_target_properties(holdfast_tl_expected PROPERTIES EXPORT_NAME tl_expected)

install(TARGETS ${targets} EXPORT holdfast)
install(EXPORT holdfast NAMESPACE holdfast:: FILE holdfast-targets.cmake
        DESTINATION ${config_folder})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/holdfast
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.hpp")
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
if(TARGET holdfast_program)
  install(TARGETS holdfast_program)
endif()

configure_package_config_file(
  ${CMAKE_CURRENT_LIST_DIR}/holdfast-config.cmake.in ${PROJECT_BINARY_DIR}/holdfast-config.cmake
  INSTALL_DESTINATION ${config_folder} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(
  ${PROJECT_BINARY_DIR}/holdfast-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/holdfast-config.cmake
              ${PROJECT_BINARY_DIR}/holdfast-config-version.cmake
        DESTINATION ${config_folder})
