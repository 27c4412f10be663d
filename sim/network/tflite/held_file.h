// A TFLite file in memory without its weights: accessors and verifier of FlatBuffers want one piece of memory, but look
// at nothing inside of a buffer's data. Where those would be are pages that nobody has touched, and so take no memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "sim/config/byte_source.h"

namespace subvolt::network::tflite {

// Where bytes lie in a file.
struct Place {
  std::uint64_t at = 0;
  std::uint64_t size = 0;
};

// Shorter data are held: what is left out are whole pages.
inline constexpr std::uint64_t kLeastLeftOut = 16384;

class HeldFile {
 public:
  explicit HeldFile(const config::ByteSource& file);

  // As many bytes as the file, aligned to a page. Data of buffers are 0 where they are many.
  const std::uint8_t* data() const { return bytes_.get(); }

 private:
  struct Unmap {
    std::size_t size;
    void operator()(std::uint8_t* bytes) const;
  };
  std::unique_ptr<std::uint8_t, Unmap> bytes_;
};

}  // namespace subvolt::network::tflite
