# subvolt_unify(ROOM): compiles the sources of a room several at a time, so that the templates of a large library or of
# our schemas are instantiated once for all of them: less than half of a cold build of such a room.
#
# Names of one source, even those in its nameless namespace, are then seen by its neighbours and must differ from
# theirs. Builds that check what each source includes (clang-debug, tidy) compile them one by one.
option(SUBVOLT_UNITY "Compile sources of some rooms several at a time" ON)

function(subvolt_unify name)
  if(SUBVOLT_UNITY AND TARGET subvolt_${name})
    set_target_properties(subvolt_${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 6)
  endif()
endfunction()

# subvolt_unify_sources(ROOM NAME...): only those, such as the few that see a large library.
function(subvolt_unify_sources name)
  if(SUBVOLT_UNITY AND TARGET subvolt_${name})
    get_target_property(sources subvolt_${name} SOURCES)
    foreach(stem IN LISTS ARGN)
      set(wanted ${sources})
      list(FILTER wanted INCLUDE REGEX "/${stem}\\.cpp$")
      set_source_files_properties(${wanted} PROPERTIES UNITY_GROUP ${name})
    endforeach()
    set_target_properties(subvolt_${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  endif()
endfunction()
