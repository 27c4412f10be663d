# subvolt_room(NAME FOLDER DEPENDENCY...): every .cpp in FOLDER becomes the object library subvolt_NAME.
#
# Sources are found, not listed: adding a component, a reader or a policy is dropping files into a room.
# Object libraries, because self-registration inside a static library is silently dropped by the linker.
# A dependency that is itself a room is named without prefix.
set(SUBVOLT_ROOMS "" CACHE INTERNAL "")
function(subvolt_room name folder)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${folder}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  if(NOT sources)
    return()
  endif()
  add_library(subvolt_${name} OBJECT ${sources})
  target_include_directories(subvolt_${name} PUBLIC ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR}/generated)
  foreach(dependency IN LISTS ARGN)
    if(TARGET subvolt_${dependency})
      target_link_libraries(subvolt_${name} PUBLIC subvolt_${dependency})
    elseif(TARGET ${dependency})
      target_link_libraries(subvolt_${name} PUBLIC ${dependency})
    else()
      message(FATAL_ERROR "room ${name}: there is no room and no library ${dependency}")
    endif()
  endforeach()
  set(SUBVOLT_ROOMS ${SUBVOLT_ROOMS} subvolt_${name} CACHE INTERNAL "")
endfunction()

# subvolt_private(ROOM LIBRARY...): libraries that no header of the room shows. Their flags reach the room's own
# sources alone, so a change of them does not compile every room again.
function(subvolt_private name)
  target_link_libraries(subvolt_${name} PRIVATE ${ARGN})
endfunction()

# Object files reach the link only through direct dependencies, so programs name every room.
function(subvolt_link_all target)
  foreach(room IN LISTS SUBVOLT_ROOMS)
    target_link_libraries(${target} PRIVATE ${room})
  endforeach()
endfunction()

function(subvolt_program name main)
  if(EXISTS ${PROJECT_SOURCE_DIR}/${main})
    add_executable(${name} ${main})
    subvolt_link_all(${name})
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
  endif()
endfunction()
