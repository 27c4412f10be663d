# subvolt_flatbuffer(ROOM SCHEMA): NAME.fbs becomes NAME_generated.h, which the room's sources include.
function(subvolt_flatbuffer room schema)
  get_filename_component(name ${schema} NAME_WE)
  set(header ${PROJECT_BINARY_DIR}/flatbuffers/${name}_generated.h)
  add_custom_command(
    OUTPUT ${header}
    COMMAND ${FLATC} --cpp --cpp-std c++17 --scoped-enums -o ${PROJECT_BINARY_DIR}/flatbuffers ${PROJECT_SOURCE_DIR}/${schema}
    DEPENDS ${schema}
    VERBATIM)
  add_custom_target(subvolt_${name}_schema DEPENDS ${header})
  subvolt_private(${room} flatbuffers)
  add_dependencies(subvolt_${room} subvolt_${name}_schema)
endfunction()
