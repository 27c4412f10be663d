#include "sim/network/tflite/held_file.h"

#include <sys/mman.h>

#include <algorithm>
#include <new>
#include <optional>
#include <vector>

namespace subvolt::network::tflite {
namespace {

// More than the verifier lets pass; a file that has them is held in full until it says so.
constexpr std::uint32_t kMostBuffers = 1u << 18;
// Fields of Model and Buffer (tflite.fbs).
constexpr unsigned kBuffersId = 4;
constexpr unsigned kDataId = 0;
constexpr unsigned kOffsetId = 1;
constexpr unsigned kSizeId = 2;

// Looks for the data of buffers before anything is verified: what does not fit into the file is just not found.
class BufferSearch {
 public:
  explicit BufferSearch(const config::ByteSource& file) : file_(file) {}

  std::vector<Place> run() const {
    std::vector<Place> found;
    const auto root = reference(0);
    const auto field = root ? field_of(*root, kBuffersId) : std::nullopt;
    const auto buffers = field ? reference(*field) : std::nullopt;
    const auto count = buffers ? number<std::uint32_t>(*buffers) : std::nullopt;
    for (std::uint32_t i = 0; count && *count <= kMostBuffers && i < *count; ++i) {
      const auto buffer = reference(*buffers + 4 + std::uint64_t{4} * i);
      const auto data = buffer ? data_of(*buffer) : std::nullopt;
      if (data && data->size >= kLeastLeftOut && data->at <= file_.size() && data->size <= file_.size() - data->at) {
        found.push_back(*data);
      }
    }
    std::sort(found.begin(), found.end(), [](const Place& a, const Place& b) { return a.at < b.at; });
    return found;
  }

 private:
  template <class T>
  std::optional<T> number(std::uint64_t at) const {
    if (at > file_.size() || sizeof(T) > file_.size() - at) return std::nullopt;
    T value;
    file_.copy(at, sizeof value, &value);
    return value;
  }

  std::optional<std::uint64_t> reference(std::uint64_t at) const {
    const auto offset = number<std::uint32_t>(at);
    return offset ? std::optional(at + *offset) : std::nullopt;
  }

  // Where field `id` of a table is; nothing when it has its default.
  std::optional<std::uint64_t> field_of(std::uint64_t table, unsigned id) const {
    const auto back = number<std::int32_t>(table);
    if (!back) return std::nullopt;
    const std::uint64_t vtable = table - static_cast<std::uint64_t>(std::int64_t{*back});
    const std::uint64_t slot = 4 + 2 * id;
    const auto size = number<std::uint16_t>(vtable);
    if (!size || slot + 2 > *size) return std::nullopt;
    const auto offset = number<std::uint16_t>(vtable + slot);
    return offset && *offset != 0 ? std::optional(table + *offset) : std::nullopt;
  }

  std::optional<Place> data_of(std::uint64_t buffer) const {
    if (const auto field = field_of(buffer, kOffsetId)) {
      const auto size_field = field_of(buffer, kSizeId);
      const auto at = number<std::uint64_t>(*field);
      const auto size = size_field ? number<std::uint64_t>(*size_field) : std::nullopt;
      if (at && size && *at > 1) return Place{*at, *size};
    }
    const auto field = field_of(buffer, kDataId);
    const auto vector = field ? reference(*field) : std::nullopt;
    const auto size = vector ? number<std::uint32_t>(*vector) : std::nullopt;
    if (!size) return std::nullopt;
    // Of a file that was cut off, what there is of them: the verifier only looks at where they end.
    return Place{*vector + 4, std::min<std::uint64_t>(*size, file_.size() - *vector - 4)};
  }

  const config::ByteSource& file_;
};

std::uint8_t* untouched(std::size_t size) {
  void* bytes = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (bytes == MAP_FAILED) throw std::bad_alloc();
  madvise(bytes, size, MADV_NOHUGEPAGE);  // a large page would be touched in many places
  return static_cast<std::uint8_t*>(bytes);
}

}  // namespace

void HeldFile::Unmap::operator()(std::uint8_t* bytes) const { munmap(bytes, size); }

HeldFile::HeldFile(const config::ByteSource& file) : bytes_(nullptr, Unmap{0}) {
  const auto size = std::max<std::size_t>(1, static_cast<std::size_t>(file.size()));
  bytes_ = {untouched(size), Unmap{size}};
  std::uint64_t at = 0;
  const auto hold_until = [&](std::uint64_t end) {
    if (end > at) file.copy(at, static_cast<std::size_t>(end - at), bytes_.get() + at);
  };
  for (const Place& data : BufferSearch(file).run()) {
    hold_until(data.at);
    at = std::max(at, data.at + data.size);
  }
  hold_until(file.size());
}

}  // namespace subvolt::network::tflite
