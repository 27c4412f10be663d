# subvolt_unify(TARGET): compiles the sources of a target several at a time, so that headers are read, and the templates
# of a large library or of our schemas instantiated, once for all of them: less than half of a cold build of such a
# room or suite.
#
# Names of one source, even those in its nameless namespace, are then seen by its neighbours and must differ from
# theirs. Builds that check what each source includes (clang-debug, tidy) compile them one by one.
#
# Neighbours in the order of paths, which have most headers in common, form a group of 4 to 12, named by its first one.
# It ends where the hash of the next path says so, not after a fixed number: a source more or less changes its own group,
# seldom the one behind it, and the compiler cache knows all others. It names its sources by their paths in the tree:
# CMake's own unity sources name the folder of the tree, which asserts of tests carry into the objects, so a cache would
# know none of them in another checkout.
option(SUBVOLT_UNITY "Compile sources of some rooms and suites several at a time" ON)

function(subvolt_unify target)
  if(SUBVOLT_UNITY AND TARGET ${target})
    get_target_property(sources ${target} SOURCES)
    list(SORT sources)
    set(groups "")
    set(size 12)
    foreach(source IN LISTS sources)
      get_source_file_property(alone ${source} SKIP_UNITY_BUILD_INCLUSION)
      if(alone)
        continue()
      endif()
      file(RELATIVE_PATH path ${PROJECT_SOURCE_DIR} ${source})
      string(SHA1 hash ${path})
      string(SUBSTRING ${hash} 0 4 digits)
      math(EXPR draw "0x${digits} % 3")
      if(size EQUAL 12 OR (size GREATER_EQUAL 4 AND draw EQUAL 0))
        string(MAKE_C_IDENTIFIER ${path} group)
        list(APPEND groups ${group})
        set(text_of_${group} "")
        set(size 0)
      endif()
      math(EXPR size "${size} + 1")
      string(APPEND text_of_${group} "#include \"${path}\"\n")
      set_source_files_properties(${source} PROPERTIES HEADER_FILE_ONLY ON)
    endforeach()
    foreach(group IN LISTS groups)
      file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/unity/${group}.cpp CONTENT "${text_of_${group}}" @ONLY)
      target_sources(${target} PRIVATE ${PROJECT_BINARY_DIR}/unity/${group}.cpp)
    endforeach()
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
