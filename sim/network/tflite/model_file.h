// A TFLite file: verified once, then read without a doubt about a single offset.
//
// Throws Error(kConfiguration): not a TFLite file (saying what it is instead), damaged, an index out of range.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "sim/config/byte_source.h"
#include "sim/network/tflite/budget.h"
#include "sim/network/tflite/held_file.h"
#include "tflite_generated.h"

namespace subvolt::network::tflite {

struct Span {
  const std::uint8_t* data = nullptr;
  std::size_t size = 0;
};

class ModelFile {
 public:
  // `bytes` stay the caller's and live as long as this.
  ModelFile(const config::ByteSource& bytes, std::string file);

  const std::string& file() const { return file_; }
  const config::ByteSource& bytes() const { return bytes_; }
  const format::Model& model() const { return *model_; }
  Budget& budget() const { return budget_; }

  std::size_t subgraphs() const { return model_->subgraphs() ? model_->subgraphs()->size() : 0; }
  const format::SubGraph& subgraph(std::size_t i) const { return *model_->subgraphs()->Get(static_cast<unsigned>(i)); }
  // The operator's word: "CONV_2D", "CUSTOM:SignalRfft", "BUILTIN_999" for a code of a newer format.
  std::string word_of(const format::Operator& op, const std::string& where) const;
  // Data of a buffer, inside the FlatBuffer or behind it; empty when there are none.
  Place buffer(std::uint32_t index, const std::string& where) const;

  // "net.tflite: operator 3: message", or without a place in the file.
  std::string located(const std::string& where, const std::string& message) const;
  [[noreturn]] void fail(const std::string& where, const std::string& message) const;

 private:
  const config::ByteSource& bytes_;
  HeldFile held_;
  std::string file_;
  mutable Budget budget_;
  const format::Model* model_ = nullptr;
};

}  // namespace subvolt::network::tflite
