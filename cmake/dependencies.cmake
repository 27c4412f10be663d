# Libraries, all from Debian packages. Why each: docs/architecture.md.
find_package(Threads REQUIRED)
find_package(Eigen3 3.3 REQUIRED NO_MODULE)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(ZLIB REQUIRED)

# Debian's yaml-cpp 0.7 and SystemC 2.3.4 come without usable CMake targets of a stable name.
find_library(YAML_CPP_LIBRARY yaml-cpp REQUIRED)
find_path(YAML_CPP_INCLUDE yaml-cpp/yaml.h REQUIRED)
add_library(yaml-cpp-library INTERFACE)
target_include_directories(yaml-cpp-library SYSTEM INTERFACE ${YAML_CPP_INCLUDE})
target_link_libraries(yaml-cpp-library INTERFACE ${YAML_CPP_LIBRARY})
add_library(yaml-cpp ALIAS yaml-cpp-library)

find_library(SYSTEMC_LIBRARY systemc REQUIRED)
find_path(SYSTEMC_INCLUDE systemc REQUIRED)
add_library(systemc-library INTERFACE)
target_include_directories(systemc-library SYSTEM INTERFACE ${SYSTEMC_INCLUDE})
target_link_libraries(systemc-library INTERFACE ${SYSTEMC_LIBRARY} Threads::Threads)
# Processes are spawned by function object, not by SC_HAS_PROCESS macros.
target_compile_definitions(systemc-library INTERFACE SC_INCLUDE_DYNAMIC_PROCESSES)
add_library(SystemC::systemc ALIAS systemc-library)

# Debian's flatc; its library is headers only.
find_program(FLATC flatc REQUIRED)
find_path(FLATBUFFERS_INCLUDE flatbuffers/flatbuffers.h REQUIRED)
add_library(flatbuffers-library INTERFACE)
target_include_directories(flatbuffers-library SYSTEM INTERFACE ${FLATBUFFERS_INCLUDE} ${PROJECT_BINARY_DIR}/flatbuffers)
add_library(flatbuffers ALIAS flatbuffers-library)

# Debian's libonnx 1.12 has targets, but they name files of packages that need not be there. Its headers want to know
# their namespace and that the library has all operators (ONNX_ML).
find_library(ONNX_LIBRARY onnx REQUIRED)
find_library(ONNX_PROTO_LIBRARY onnx_proto REQUIRED)
find_library(PROTOBUF_LIBRARY protobuf REQUIRED)
find_path(ONNX_INCLUDE onnx/onnx_pb.h REQUIRED)
add_library(onnx-library INTERFACE)
target_include_directories(onnx-library SYSTEM INTERFACE ${ONNX_INCLUDE})
target_compile_definitions(onnx-library INTERFACE ONNX_NAMESPACE=onnx ONNX_ML=1)
target_link_libraries(onnx-library INTERFACE ${ONNX_LIBRARY} ${ONNX_PROTO_LIBRARY} ${PROTOBUF_LIBRARY})
add_library(ONNX::onnx ALIAS onnx-library)
