# subvolt_precompiled(SET LIBRARY...): cmake/precompiled/SET.h is read once for all targets that say
# subvolt_precompile(TARGET SET), instead of once for each of their sources: half of a cold build is reading headers
# of libraries. Headers of the project are not in these sets: each source says what it uses, and a change of a header
# compiles only those who do.
option(SUBVOLT_PRECOMPILED "Read the headers of libraries once" ON)

function(subvolt_precompiled set)
  if(SUBVOLT_PRECOMPILED)
    file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/precompiled/${set}.cpp CONTENT "" @ONLY)
    add_library(subvolt_precompiled_${set} OBJECT ${PROJECT_BINARY_DIR}/precompiled/${set}.cpp)
    target_include_directories(subvolt_precompiled_${set} PRIVATE ${PROJECT_SOURCE_DIR})
    target_link_libraries(subvolt_precompiled_${set} PRIVATE ${ARGN})
    target_precompile_headers(subvolt_precompiled_${set} PRIVATE <cmake/precompiled/${set}.h>)
  endif()
endfunction()

function(subvolt_precompile target set)
  if(SUBVOLT_PRECOMPILED AND TARGET ${target})
    target_precompile_headers(${target} REUSE_FROM subvolt_precompiled_${set})
  endif()
endfunction()
