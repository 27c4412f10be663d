#include "tests/fuzz/mutate.h"

#include <algorithm>
#include <random>

namespace subvolt::fuzz {
namespace {

class Surgeon {
 public:
  Surgeon(const std::vector<Bytes>& seeds, std::uint64_t number)
      : random_(number), seeds_(seeds), bytes_(seeds[up_to(seeds.size())]) {}

  Bytes operate() {
    const std::size_t wounds = 1 + up_to(8);
    for (std::size_t i = 0; i < wounds && !bytes_.empty(); ++i) wound();
    return std::move(bytes_);
  }

 private:
  // From 0 to n - 1. Not std::uniform_int_distribution, whose results differ between libraries.
  std::size_t up_to(std::size_t n) { return n == 0 ? 0 : static_cast<std::size_t>(random_() % n); }

  // Headers and tables are small and dense, weights large and dull: half of the wounds go near an end.
  std::size_t place() {
    const std::size_t n = bytes_.size();
    switch (up_to(4)) {
      case 0:
        return up_to(std::min<std::size_t>(n, 512));
      case 1:
        return n - 1 - up_to(std::min<std::size_t>(n, 8192));
      default:
        return up_to(n);
    }
  }

  void wound() {
    const std::size_t at = place();
    switch (up_to(10)) {
      case 0:
        bytes_.resize(at);
        return;
      case 1:
      case 2:
        bytes_[at] = static_cast<std::uint8_t>(bytes_[at] ^ (1u << up_to(8)));
        return;
      case 3:
        bytes_[at] = static_cast<std::uint8_t>(random_());
        return;
      case 4:
      case 5:
        return set_word(at);
      case 6:
        return remove(at);
      case 7:
        return insert(at, bytes_, place());
      case 8:
        std::fill_n(bytes_.begin() + offset(at), length(bytes_, at), std::uint8_t{0});
        return;
      default: {
        const Bytes& other = seeds_[up_to(seeds_.size())];
        return insert(at, other, up_to(other.size()));
      }
    }
  }

  void set_word(std::size_t at) {
    const std::size_t width = std::size_t{1} << (1 + up_to(3));
    if (at + width > bytes_.size()) return;
    const std::uint64_t all = width == 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << (8 * width)) - 1;
    std::uint64_t old = 0;
    for (std::size_t i = 0; i < width; ++i) old |= std::uint64_t{bytes_[at + i]} << (8 * i);
    const std::uint64_t values[] = {0, all, all >> 1, (all >> 1) + 1, old + 1, old - 1, old << 8, random_(), 1u << 30};
    std::uint64_t value = values[up_to(std::size(values))];
    for (std::size_t i = 0; i < width; ++i, value >>= 8) bytes_[at + i] = static_cast<std::uint8_t>(value);
  }

  std::size_t length(const Bytes& of, std::size_t at) { return std::min(of.size() - at, std::size_t{1} << up_to(10)); }
  static std::ptrdiff_t offset(std::size_t at) { return static_cast<std::ptrdiff_t>(at); }

  void remove(std::size_t at) {
    const auto first = bytes_.begin() + offset(at);
    bytes_.erase(first, first + offset(length(bytes_, at)));
  }

  void insert(std::size_t at, const Bytes& from, std::size_t first) {
    if (from.empty()) return;
    const auto begin = from.begin() + offset(first);
    const Bytes piece(begin, begin + offset(length(from, first)));
    bytes_.insert(bytes_.begin() + offset(at), piece.begin(), piece.end());
  }

  std::mt19937_64 random_;
  const std::vector<Bytes>& seeds_;
  Bytes bytes_;
};

}  // namespace

Bytes mutate(const std::vector<Bytes>& seeds, std::uint64_t number) { return Surgeon(seeds, number).operate(); }

}  // namespace subvolt::fuzz
