#include "sim/network/tflite/model_file.h"

#include <algorithm>

#include "sim/network/tflite/foreign_file.h"
#include "sim/units/text.h"

namespace subvolt::network::tflite {
namespace {

// A FlatBuffer's offsets are signed 32-bit numbers.
constexpr std::size_t kMaxFile = (std::size_t{1} << 31) - 1;
// Tables refer to tables six deep; a real model has some ten thousand of them.
constexpr unsigned kMaxDepth = 16;
constexpr unsigned kMaxTables = 1u << 18;
// Operator codes of this value and less are in the older, narrower field too.
constexpr int kLastNarrowCode = 127;

}  // namespace

ModelFile::ModelFile(const config::ByteSource& bytes, std::string file)
    : bytes_(bytes), held_(bytes), file_(std::move(file)), budget_(static_cast<std::size_t>(bytes.size()), file_) {
  const std::uint8_t* data = held_.data();
  const auto size = static_cast<std::size_t>(bytes.size());
  if (size < 8 || !format::ModelBufferHasIdentifier(data)) {
    const std::string kind = kind_of_file({data, size});
    throw Error(ErrorKind::kConfiguration, file_ + ": expected a TFLite file (\"TFL3\" at byte 4), got " +
                                               (kind.empty() ? "something else" : kind));
  }
  if (size > kMaxFile) {
    throw Error(ErrorKind::kConfiguration, file_ + ": expected a file of at most " + grouped(kMaxFile) +
                                               " bytes, got " + grouped(static_cast<std::int64_t>(size)));
  }
  flatbuffers::Verifier verifier(data, size, kMaxDepth, kMaxTables);
  if (!format::VerifyModelBuffer(verifier)) {
    throw Error(ErrorKind::kConfiguration,
                file_ + ": damaged or cut off: the tables of a TFLite file do not fit into its " +
                    grouped(static_cast<std::int64_t>(size)) + " bytes");
  }
  model_ = format::GetModel(data);
  if (model_->version() != 3) {
    fail("", "expected version 3 of the TFLite format, got " + std::to_string(model_->version()));
  }
  if (subgraphs() == 0) fail("", "expected a subgraph, got none");
}

std::string ModelFile::located(const std::string& where, const std::string& message) const {
  return file_ + ": " + (where.empty() ? "" : where + ": ") + message;
}

void ModelFile::fail(const std::string& where, const std::string& message) const {
  throw Error(ErrorKind::kConfiguration, located(where, message));
}

std::string ModelFile::word_of(const format::Operator& op, const std::string& where) const {
  const auto* codes = model_->operator_codes();
  const std::size_t count = codes ? codes->size() : 0;
  if (op.opcode_index() >= count) {
    fail(where, "operator code " + std::to_string(op.opcode_index()) + ": expected one of the file's " +
                    std::to_string(count));
  }
  const format::OperatorCode& code = *codes->Get(op.opcode_index());
  const int narrow = code.deprecated_code();
  const int number = std::max(static_cast<int>(code.code()), narrow <= kLastNarrowCode ? narrow : 0);
  if (number == static_cast<int>(format::BuiltinOperator::CUSTOM)) {
    const auto* custom = code.custom_code();
    if (custom) budget_.spend(custom->size());
    return "CUSTOM:" + (custom ? custom->str() : std::string());
  }
  const std::string name = format::EnumNameBuiltinOperator(static_cast<format::BuiltinOperator>(number));
  return name.empty() ? "BUILTIN_" + std::to_string(number) : name;
}

Place ModelFile::buffer(std::uint32_t index, const std::string& where) const {
  if (index == 0) return {};
  const auto* buffers = model_->buffers();
  const std::size_t count = buffers ? buffers->size() : 0;
  if (index >= count) {
    fail(where, "buffer " + std::to_string(index) + ": expected one of the file's " + std::to_string(count));
  }
  const format::Buffer& buffer = *buffers->Get(index);
  if (buffer.offset() > 1) {
    if (buffer.offset() > bytes_.size() || buffer.size() > bytes_.size() - buffer.offset()) {
      fail(where, "buffer " + std::to_string(index) + " has " + std::to_string(buffer.size()) + " bytes at offset " +
                      std::to_string(buffer.offset()) + ", expected a place inside the file's " +
                      grouped(static_cast<std::int64_t>(bytes_.size())) + " bytes");
    }
    return {buffer.offset(), buffer.size()};
  }
  if (!buffer.data()) return {};
  return {static_cast<std::uint64_t>(buffer.data()->data() - held_.data()), buffer.data()->size()};
}

}  // namespace subvolt::network::tflite
