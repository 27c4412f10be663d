#include "sim/mapping/place/capacity_report.h"

#include <algorithm>

#include "sim/mapping/place/memory_layout.h"
#include "sim/mapping/place/ways_out.h"
#include "sim/units/text.h"

namespace subvolt::mapping {
namespace {

std::string bytes_text(std::int64_t bytes) { return grouped(bytes) + " B"; }

class Report {
 public:
  Report(const network::Network& network, const std::vector<StoredData>& data,
         const std::vector<MemoryRegion>& memories, const std::vector<int>& pinned, const Assignment& found)
      : network_(network), data_(data), memories_(memories), pinned_(pinned), found_(found), first_(first()) {
    std::vector<Lifetime> lives;
    for (const StoredData& d : data_) {
      if (d.weights) {
        weights_ += d.bytes;
      } else {
        lives.push_back({d.bytes, d.first, d.last});
      }
    }
    activations_ = peak_bytes(lives);
    for (std::size_t m = 0; m < memories_.size(); ++m) {
      if (memories_[m].writable) writable_ += usable_bytes(memories_[m]);
      all_ += usable_bytes(memories_[m]);
      if (may_take_first(m)) among_.push_back(m);
    }
  }

  std::string text() const {
    const StoredData& d = data_[first_];
    if (among_.empty()) {
      return "no memory can hold " + name() + ", which needs " + bytes_text(d.bytes) +
             ": connect one that can to the NPU's bus";
    }
    return needs() + ": " + remedy();
  }
  const StoredData& where() const { return data_[first_]; }

 private:
  std::size_t first() const {
    for (std::size_t i = 0; i < data_.size(); ++i) {
      if (found_.memory[i] < 0 && data_[i].layer) return i;
    }
    return 0;
  }
  bool may_take_first(std::size_t m) const { return data_[first_].weights || memories_[m].writable; }
  std::string name() const { return data_[first_].names.front(); }

  std::string list(bool writable_only) const {
    std::vector<std::string> parts;
    std::int64_t sum = 0;
    for (const MemoryRegion& m : memories_) {
      if (writable_only && !m.writable) continue;
      parts.push_back(bytes_text(usable_bytes(m)) + " in " + m.instance);
      sum += usable_bytes(m);
    }
    if (parts.size() == 1) return parts.front();
    std::string text = bytes_text(sum) + " in all (";
    for (const std::string& part : parts) text += (&part == &parts.front() ? "" : ", ") + part;
    return text + ")";
  }

  // The memory that is full: of those that could take what is left, the one that holds most.
  std::size_t full() const {
    return *std::max_element(among_.begin(), among_.end(), [this](std::size_t a, std::size_t b) {
      return usable_bytes(memories_[a]) < usable_bytes(memories_[b]);
    });
  }

  std::string needs() const {
    const std::string both = "the network keeps " + bytes_text(weights_) + " of weights and up to " +
                             bytes_text(activations_) + " of activations at a time";
    const std::string is_full = ", and " + memories_[full()].instance + " is full" + fixed_size(memories_[full()]);
    if (activations_ > writable_) {
      return both + "; writable memory is " + list(true) + ", " + bytes_text(activations_ - writable_) +
             " too little for the activations alone" + is_full;
    }
    if (weights_ + activations_ > all_) {
      return both + "; memory is " + list(false) + ", " + bytes_text(weights_ + activations_ - all_) + " too little" +
             is_full;
    }
    std::int64_t left = 0;
    for (std::size_t i = 0; i < data_.size(); ++i) left += found_.memory[i] < 0 ? data_[i].bytes : 0;
    return both + "; memory is " + list(false) + ", but " + name() + " needs " + bytes_text(data_[first_].bytes) +
           " in one piece and finds no room beside the rest (" + bytes_text(left) + " without a place in all)" +
           is_full;
  }

  bool fits(const std::vector<StoredData>& data, const std::vector<MemoryRegion>& memories) const {
    const Assignment a = assign_memories(data, memories, pinned_);
    return std::none_of(a.memory.begin(), a.memory.end(), [](int m) { return m < 0; });
  }

  std::string remedy() const {
    std::vector<std::size_t> order{full()};
    for (const std::size_t m : among_) {
      if (m != order.front()) order.push_back(m);
    }
    return ways_out({network_,
                     data_,
                     memories_,
                     order,
                     [this](const auto& data, const auto& memories) { return fits(data, memories); },
                     {}});
  }

  const network::Network& network_;
  const std::vector<StoredData>& data_;
  const std::vector<MemoryRegion>& memories_;
  const std::vector<int>& pinned_;
  const Assignment& found_;
  std::size_t first_;
  std::int64_t weights_ = 0;      // bytes
  std::int64_t activations_ = 0;  // most at one moment
  std::int64_t writable_ = 0;
  std::int64_t all_ = 0;
  std::vector<std::size_t> among_;  // memories that could hold the first one without a place
};

}  // namespace

void report_shortage(const network::Network& network, const std::vector<StoredData>& data,
                     const std::vector<MemoryRegion>& memories, const std::vector<int>& pinned, const Assignment& found,
                     config::Diagnostics& diagnostics) {
  const bool homeless = std::any_of(data.begin(), data.end(), [&](const StoredData& d) {
    return found.memory[static_cast<std::size_t>(&d - data.data())] < 0 && d.layer;
  });
  if (!homeless) return;
  const Report report(network, data, memories, pinned, found);
  diagnostics.error(report.where().layer->location, "", report.text());
}

}  // namespace subvolt::mapping
