# subvolt_unify(TARGET): compiles the sources of a target several at a time, so that headers are read, and the templates
# of a large library or of our schemas instantiated, once for all of them: less than half of a cold build of such a
# room or suite.
#
# Names of one source, even those in its nameless namespace, are then seen by its neighbours and must differ from
# theirs. Builds that check what each source includes (clang-debug, tidy) compile them one by one.
#
# Neighbours in the order of paths, which have most headers in common, form a group of 4 to 12, named by its first one.
# It ends where the hash of the next path says so, not after a fixed number: a source more or less changes its own group,
# seldom the one behind it, and the compiler cache knows all others.
option(SUBVOLT_UNITY "Compile sources of some rooms and suites several at a time" ON)

function(subvolt_unify target)
  if(SUBVOLT_UNITY AND TARGET ${target})
    get_target_property(sources ${target} SOURCES)
    list(SORT sources)
    set(group "")
    set(size 0)
    foreach(source IN LISTS sources)
      file(RELATIVE_PATH path ${PROJECT_SOURCE_DIR} ${source})
      string(SHA1 hash ${path})
      string(SUBSTRING ${hash} 0 4 digits)
      math(EXPR draw "0x${digits} % 3")
      if(NOT group OR size EQUAL 12 OR (size GREATER_EQUAL 4 AND draw EQUAL 0))
        string(MAKE_C_IDENTIFIER ${path} group)
        set(size 0)
      endif()
      math(EXPR size "${size} + 1")
      set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${group})
    endforeach()
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  endif()
endfunction()

# subvolt_unify_sources(TARGET NAME...): only those, such as the few that see a large library.
function(subvolt_unify_sources target)
  if(SUBVOLT_UNITY AND TARGET ${target})
    get_target_property(sources ${target} SOURCES)
    foreach(stem IN LISTS ARGN)
      set(wanted ${sources})
      list(FILTER wanted INCLUDE REGEX "/${stem}\\.cpp$")
      set_source_files_properties(${wanted} PROPERTIES UNITY_GROUP ${target})
    endforeach()
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  endif()
endfunction()
