// libonnx's messages. Their namespace and their variant are chosen by definitions in cmake/dependencies.cmake.
#pragma once

#include <onnx/onnx_pb.h>
