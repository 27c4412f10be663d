// Bytes that are read where they lie, a piece at a time: those of a file that somebody named, or of memory.
//
// Weights are most of a model and nothing here computes with them, so a file is never held. It is read, not mapped:
// mapped pages count as memory of ours, and a file that is cut off meanwhile would end the program.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "sim/config/read_file.h"

namespace subvolt::config {

class ByteSource {
 public:
  // `data` stays the caller's and lives as long as this.
  ByteSource(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
  // Errors are those of read_file().
  explicit ByteSource(const std::string& file, std::uintmax_t most = UINTMAX_MAX);

  std::uintmax_t size() const { return size_; }

  // Bytes [at, at + count) of the source. Throws Error(kConfiguration) where a file has them no more.
  void copy(std::uintmax_t at, std::size_t count, void* to) const;
  // The same in order, piece by piece. All pieces but the last have kPieceBytes.
  using Take = std::function<void(const std::uint8_t*, std::size_t)>;
  void each_piece(std::uintmax_t at, std::uintmax_t count, const Take& take) const;

  // Pieces fit into a cache, and hold any number of elements of any type in full.
  static constexpr std::size_t kPieceBytes = std::size_t{1} << 17;

 private:
  const std::uint8_t* data_ = nullptr;  // none: a file
  std::uintmax_t size_ = 0;
  std::string file_;
  OpenFile stream_{nullptr, &std::fclose};
};

}  // namespace subvolt::config
