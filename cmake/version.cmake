# ${PROJECT_BINARY_DIR}/generated/subvolt_version.h: version and git state, looked up at every build and written
# only when they changed. Without git it says "unknown".
find_package(Git QUIET)
add_custom_target(subvolt_version
  COMMAND ${CMAKE_COMMAND} -DGIT=${GIT_EXECUTABLE} -DSOURCE=${PROJECT_SOURCE_DIR} -DVERSION=${PROJECT_VERSION}
          -DOUTPUT=${PROJECT_BINARY_DIR}/generated/subvolt_version.h
          -P ${CMAKE_CURRENT_LIST_DIR}/write_version.cmake
  BYPRODUCTS ${PROJECT_BINARY_DIR}/generated/subvolt_version.h
  COMMENT "Looking up version and git state" VERBATIM)
