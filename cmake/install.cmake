# cmake --install: the program, the data that it ships, its manual page and completions for shells.
#
# The tree can be moved as a whole (DESTDIR, packages): the program finds its data relative to itself.
include(GNUInstallDirs)
set(SUBVOLT_DATA_FOLDER ${CMAKE_INSTALL_DATADIR}/subvolt)
file(RELATIVE_PATH SUBVOLT_DATA_FROM_PROGRAM ${CMAKE_INSTALL_FULL_BINDIR} ${CMAKE_INSTALL_FULL_DATADIR}/subvolt)
target_compile_definitions(subvolt_config PRIVATE SUBVOLT_INSTALLED_DATA="${SUBVOLT_DATA_FROM_PROGRAM}")

install(TARGETS subvolt RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY configs workloads DESTINATION ${SUBVOLT_DATA_FOLDER} PATTERN ".*" EXCLUDE)
install(FILES README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DOCDIR})

# What the program says of itself: it is asked when it is installed.
function(subvolt_install_words folder name)
  list(JOIN ARGN " " words)
  install(CODE "
    execute_process(
      COMMAND \"$<TARGET_FILE:subvolt>\" ${words}
      OUTPUT_FILE \"${PROJECT_BINARY_DIR}/${name}\"
      RESULT_VARIABLE failed)
    if(failed)
      message(FATAL_ERROR \"subvolt ${words}: \${failed}\")
    endif()")
  install(FILES ${PROJECT_BINARY_DIR}/${name} DESTINATION ${folder})
endfunction()
subvolt_install_words(${CMAKE_INSTALL_MANDIR}/man1 subvolt.1 man)
subvolt_install_words(${CMAKE_INSTALL_DATADIR}/bash-completion/completions subvolt.bash completions bash)
subvolt_install_words(${CMAKE_INSTALL_DATADIR}/zsh/site-functions _subvolt completions zsh)
subvolt_install_words(${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d subvolt.fish completions fish)
