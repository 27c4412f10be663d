# Script mode: see version.cmake.
set(git unknown)
if(GIT)
  # Only when SOURCE itself is the repository: an unpacked archive inside somebody else's is "unknown".
  execute_process(COMMAND ${GIT} rev-parse --show-toplevel WORKING_DIRECTORY ${SOURCE}
                  OUTPUT_VARIABLE top OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  get_filename_component(source ${SOURCE} REALPATH)
  if("${top}" STREQUAL "${source}")
    execute_process(COMMAND ${GIT} describe --always --dirty WORKING_DIRECTORY ${SOURCE} RESULT_VARIABLE failed
                    OUTPUT_VARIABLE described OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    if(NOT failed AND described)
      set(git ${described})
    endif()
  endif()
endif()
set(text "#pragma once
namespace subvolt::build {
inline constexpr char kVersion[] = \"${VERSION}\";
inline constexpr char kGit[] = \"${git}\";
}  // namespace subvolt::build
")
set(before "")
if(EXISTS ${OUTPUT})
  file(READ ${OUTPUT} before)
endif()
if(NOT text STREQUAL before)
  file(WRITE ${OUTPUT} "${text}")
endif()
