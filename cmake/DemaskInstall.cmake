# SPDX-License-Identifier: Apache-2.0
# Installs headers, libraries, package files, default models and licenses.
include(CMakePackageConfigHelpers)

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/demask)
set(installed_targets demask demask_static)
if(DEMASK_BUILD_CAPI)
  list(APPEND installed_targets demask_capi demask_capi_static)
  install(FILES capi/demask.h capi/demask_capi.hpp DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
    COMPONENT dev)
endif()
install(DIRECTORY include/demask DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT dev)
install(TARGETS ${installed_targets} EXPORT demaskTargets
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT runtime NAMELINK_COMPONENT dev
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT dev)
install(EXPORT demaskTargets NAMESPACE demask:: DESTINATION ${package_folder} COMPONENT dev)
# Discriminators are only for further training.
install(DIRECTORY models/default/ DESTINATION ${CMAKE_INSTALL_DATADIR}/demask/models/default
  COMPONENT models PATTERN "discriminator_*.pt" EXCLUDE)
install(DIRECTORY models/architectures models/importer models/exporter
  DESTINATION ${CMAKE_INSTALL_DATADIR}/demask/models COMPONENT tools
  FILES_MATCHING PATTERN "*.py" PATTERN __pycache__ EXCLUDE)
install(FILES docs/manifest.schema.json docs/report.schema.json DESTINATION ${CMAKE_INSTALL_DATADIR}/demask COMPONENT tools)

configure_package_config_file(cmake/demaskConfig.cmake.in
  ${PROJECT_BINARY_DIR}/demaskConfig.cmake INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/demaskConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/demaskConfig.cmake
  ${PROJECT_BINARY_DIR}/demaskConfigVersion.cmake DESTINATION ${package_folder} COMPONENT dev)

# demask-import and demask-export find their Python files relative to themselves, so that an
# installed tree can be moved.
file(RELATIVE_PATH models_from_program ${CMAKE_INSTALL_FULL_BINDIR}
  ${CMAKE_INSTALL_FULL_DATADIR}/demask/models)
configure_file(models/importer/demask-import.in ${PROJECT_BINARY_DIR}/install/demask-import @ONLY)
configure_file(models/exporter/demask-export.in ${PROJECT_BINARY_DIR}/install/demask-export @ONLY)
install(PROGRAMS ${PROJECT_BINARY_DIR}/install/demask-import
  ${PROJECT_BINARY_DIR}/install/demask-export DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT tools)
# The programs in the build tree.
file(RELATIVE_PATH models_from_program ${PROJECT_BINARY_DIR} ${PROJECT_SOURCE_DIR}/models)
configure_file(models/importer/demask-import.in ${PROJECT_BINARY_DIR}/demask-import @ONLY)
configure_file(models/exporter/demask-export.in ${PROJECT_BINARY_DIR}/demask-export @ONLY)

# pkg-config files name the prefix relative to themselves, so that an installed tree can be moved.
file(RELATIVE_PATH prefix_from_pkgconfig
  ${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
foreach(name demask demask_c)
  configure_file(cmake/${name}.pc.in ${PROJECT_BINARY_DIR}/${name}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/${name}.pc
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT dev)
endforeach()

# The Debian packages have a copyright file instead.
install(FILES LICENSE NOTICE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/demask COMPONENT licenses)
