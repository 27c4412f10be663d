#include "sim/network/onnx/bytes/skeleton.h"

#include <algorithm>
#include <vector>

#include "sim/network/onnx/bytes/payload.h"
#include "sim/network/onnx/bytes/wire.h"

namespace subvolt::network::from_onnx {
namespace {

constexpr int kDeepestMessage = 100;  // as protobuf's own parser

enum class Message { kNone, kModel, kTraining, kGraph, kFunction, kNode, kAttribute, kSparse, kTensor };

struct Child {
  Message parent;
  int field;
  Message message;
};

// All that leads to a tensor.
constexpr Child kChildren[] = {
    {Message::kModel, onnx::ModelProto::kGraphFieldNumber, Message::kGraph},
    {Message::kModel, onnx::ModelProto::kFunctionsFieldNumber, Message::kFunction},
    {Message::kModel, onnx::ModelProto::kTrainingInfoFieldNumber, Message::kTraining},
    {Message::kTraining, onnx::TrainingInfoProto::kInitializationFieldNumber, Message::kGraph},
    {Message::kTraining, onnx::TrainingInfoProto::kAlgorithmFieldNumber, Message::kGraph},
    {Message::kGraph, onnx::GraphProto::kNodeFieldNumber, Message::kNode},
    {Message::kGraph, onnx::GraphProto::kInitializerFieldNumber, Message::kTensor},
    {Message::kGraph, onnx::GraphProto::kSparseInitializerFieldNumber, Message::kSparse},
    {Message::kFunction, onnx::FunctionProto::kNodeFieldNumber, Message::kNode},
    {Message::kNode, onnx::NodeProto::kAttributeFieldNumber, Message::kAttribute},
    {Message::kAttribute, onnx::AttributeProto::kTFieldNumber, Message::kTensor},
    {Message::kAttribute, onnx::AttributeProto::kTensorsFieldNumber, Message::kTensor},
    {Message::kAttribute, onnx::AttributeProto::kGFieldNumber, Message::kGraph},
    {Message::kAttribute, onnx::AttributeProto::kGraphsFieldNumber, Message::kGraph},
    {Message::kAttribute, onnx::AttributeProto::kSparseTensorFieldNumber, Message::kSparse},
    {Message::kAttribute, onnx::AttributeProto::kSparseTensorsFieldNumber, Message::kSparse},
    {Message::kSparse, onnx::SparseTensorProto::kValuesFieldNumber, Message::kTensor},
    {Message::kSparse, onnx::SparseTensorProto::kIndicesFieldNumber, Message::kTensor},
};

Message child_of(Message parent, const wire::Field& field) {
  if (field.type != wire::Type::kBytes) return Message::kNone;
  for (const Child& child : kChildren) {
    if (child.parent == parent && child.field == field.number) return child.message;
  }
  return Message::kNone;
}

bool holds_elements(int field) {
  using T = onnx::TensorProto;
  return field == T::kRawDataFieldNumber || field == T::kFloatDataFieldNumber || field == T::kDoubleDataFieldNumber ||
         field == T::kInt32DataFieldNumber || field == T::kInt64DataFieldNumber || field == T::kUint64DataFieldNumber;
}

class Walk {
 public:
  explicit Walk(const config::ByteSource& file) : file_(file), reader_(file) {}

  void copy(Message message, wire::Range in, int depth, std::string& out) {
    if (message == Message::kTensor) return copy_tensor(in, out);
    std::uint64_t copied = in.begin;
    std::uint64_t at = in.begin;
    while (const auto field = reader_.field(at, in.end)) {
      const Message inner = child_of(message, *field);
      if (inner != Message::kNone && depth < kDeepestMessage) {
        std::string text;
        copy(inner, field->value, depth + 1, text);
        reader_.append({copied, field->begin}, out);
        wire::append_tag(field->number, text.size(), out);
        out += text;
        copied = field->value.end;
      }
      at = field->value.end;
    }
    reader_.append({copied, in.end}, out);
  }

 private:
  // The elements are left out of a tensor that has them in one piece, as all are that somebody's tool has written.
  void copy_tensor(wire::Range in, std::string& out) {
    std::optional<wire::Field> elements;
    bool as_expected = true;
    std::uint64_t at = in.begin;
    while (const auto field = reader_.field(at, in.end)) {
      at = field->value.end;
      if (holds_elements(field->number)) {
        as_expected = as_expected && !elements && field->type == wire::Type::kBytes;
        elements = field;
      }
      // Whoever has them in another file has none here.
      if (field->number == onnx::TensorProto::kDataLocationFieldNumber && field->number_value != 0) as_expected = false;
    }
    as_expected = as_expected && at == in.end && elements && elements->value.size() >= kLeastLeftOut;
    const auto count = as_expected ? elements_in(*elements) : std::nullopt;
    if (!count) return reader_.append(in, out);
    reader_.append({in.begin, elements->begin}, out);
    reader_.append({elements->value.end, in.end}, out);
    note({elements->number, elements->value.begin, elements->value.size(), *count}, out);
  }

  // Nothing for bytes that no whole number of elements has: the parser then says so.
  std::optional<std::uint64_t> elements_in(const wire::Field& field) const {
    const std::uint64_t bytes = field.value.size();
    switch (field.number) {
      case onnx::TensorProto::kRawDataFieldNumber:
        return 0;
      case onnx::TensorProto::kFloatDataFieldNumber:
        return bytes % sizeof(float) == 0 ? std::optional(bytes / sizeof(float)) : std::nullopt;
      case onnx::TensorProto::kDoubleDataFieldNumber:
        return bytes % sizeof(double) == 0 ? std::optional(bytes / sizeof(double)) : std::nullopt;
      default:
        return wire::count_varints(file_, field.value);
    }
  }

  const config::ByteSource& file_;
  wire::Reader reader_;
};

}  // namespace

std::optional<std::string> skeleton_of(const config::ByteSource& file) {
  std::string skeleton;
  try {
    Walk(file).copy(Message::kModel, {0, file.size()}, 0, skeleton);
  } catch (const wire::CutOff&) {
    return std::nullopt;
  }
  return skeleton;
}

}  // namespace subvolt::network::from_onnx
