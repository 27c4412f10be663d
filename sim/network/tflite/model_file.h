// A TFLite file in memory: verified once, then read without a doubt about a single offset.
//
// Throws Error(kConfiguration): not a TFLite file (saying what it is instead), damaged, an index out of range.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "sim/network/tflite/budget.h"
#include "tflite_generated.h"

namespace subvolt::network::tflite {

struct Span {
  const std::uint8_t* data = nullptr;
  std::size_t size = 0;
};

class ModelFile {
 public:
  // `data` stays the caller's, aligned to 8 bytes, and lives as long as this.
  ModelFile(const std::uint8_t* data, std::size_t size, std::string file);

  const std::string& file() const { return file_; }
  const format::Model& model() const { return *model_; }
  Budget& budget() const { return budget_; }

  std::size_t subgraphs() const { return model_->subgraphs() ? model_->subgraphs()->size() : 0; }
  const format::SubGraph& subgraph(std::size_t i) const { return *model_->subgraphs()->Get(static_cast<unsigned>(i)); }
  // The operator's word: "CONV_2D", "CUSTOM:SignalRfft", "BUILTIN_999" for a code of a newer format.
  std::string word_of(const format::Operator& op, const std::string& where) const;
  // Data of a buffer, inside the FlatBuffer or behind it; empty when there are none.
  Span buffer(std::uint32_t index, const std::string& where) const;

  [[noreturn]] void fail(const std::string& where, const std::string& message) const;

 private:
  const std::uint8_t* data_;
  std::size_t size_;
  std::string file_;
  mutable Budget budget_;
  const format::Model* model_ = nullptr;
};

}  // namespace subvolt::network::tflite
