#include "tests/support/near_memory_twin.h"

#include <algorithm>
#include <set>

namespace subvolt::test {
namespace {

using Kind = TwinLayer::Kind;

int pooled(int size, const TwinLayer& l) { return l.pool == 0 ? size : (size - l.pool) / l.pool_step + 1; }

class Twin {
 public:
  explicit Twin(const TwinLayer& layer) : l_(layer) {
    const int n = static_cast<int>(l_.processors.size());
    passes_ = (l_.channels + n - 1) / n;
    out_passes_ = (l_.out_channels + static_cast<int>(l_.outputs.size()) - 1) / static_cast<int>(l_.outputs.size());
    height_ = pooled(l_.height, l_) * (l_.kind == Kind::kTransposed ? 2 : 1);
    width_ = pooled(l_.width, l_) * (l_.kind == Kind::kTransposed ? 2 : 1);
    rows_.assign(static_cast<std::size_t>(l_.channels), {});
    for (auto& image : rows_) image.assign(static_cast<std::size_t>(height_ * width_), 0);
    const bool alone = l_.kind == Kind::kFlatten || l_.kind == Kind::kPass;
    out_height_ = alone ? height_ : height_ + 2 * l_.pad_height - l_.kernel_height + 1;
    out_width_ = alone ? width_ : width_ + 2 * l_.pad_width - l_.kernel_width + 1;
    const int places = l_.kind == Kind::kFlatten ? 1 : out_height_ * out_width_;
    run_.output.assign(static_cast<std::size_t>(places * l_.out_channels), 0);
  }

  TwinRun run() {
    if (l_.kind == Kind::kFlatten || l_.kind == Kind::kPass) {
      for (int r = 0; r < height_; ++r) {
        for (int c = 0; c < width_; ++c) position(r, c, true);
      }
      // The last word of a long row of sums is put out late.
      if (l_.kind == Kind::kFlatten && passes_ * height_ * width_ > 16) ++run_.read_clocks;
      return run_;
    }
    for (int r = -l_.pad_height; r < height_ + l_.pad_height; ++r) {
      for (int c = -l_.pad_width; c < width_ + l_.pad_width; ++c) {
        const bool full = r + l_.pad_height >= l_.kernel_height - 1 && c + l_.pad_width >= l_.kernel_width - 1;
        position(r, c, full);
      }
      // A single output channel of a single pass: the row's last sum needs a clock to leave.
      if (steps() == 1 && passes_ == 1 && r + l_.pad_height >= l_.kernel_height - 1) ++run_.write_clocks;
    }
    return run_;
  }

 private:
  int data(int operand, int row, int column, int channel) const {
    return l_.data[static_cast<std::size_t>(operand)]
                  [static_cast<std::size_t>((row * l_.width + column) * l_.channels + channel)];
  }

  std::int64_t memories() const {
    std::set<int> all;
    for (const int p : l_.processors) all.insert(p / 4);
    return static_cast<std::int64_t>(all.size());
  }

  static int fullest(const std::vector<int>& processors) {
    int most = 0;
    for (int q = 0; q < 4; ++q) {
      most = std::max(most, static_cast<int>(std::count_if(processors.begin(), processors.end(),
                                                           [q](int p) { return p / 16 == q; })));
    }
    return most;
  }

  int steps() const {
    if (l_.kind == Kind::kPass) return (fullest(l_.processors) + 3) / 4;
    if (l_.kind == Kind::kDepthwise) return l_.processors == l_.outputs ? 4 : fullest(l_.outputs);
    return out_passes_ * (l_.outputs.back() - l_.outputs.front() + 1);
  }

  void position(int r, int c, bool full) {
    const bool in_row = c >= 0 && c < width_, inside = in_row && r >= 0 && r < height_;
    // Element-wise first: for each pass all passes are gone through again, in rows of padding, too.
    const int times = l_.pool_first || !in_row || l_.kind == Kind::kPass ? 1 : passes_;
    for (int t = 0; t < times; ++t) {
      for (int pass = 0; pass < passes_; ++pass) fetch(r, c, pass, inside, t == 0);
      if (!full) ++run_.read_clocks;  // nothing to write: on to the next position
    }
    if (full) write(r, c);
  }

  // One pass over the channels of a position, into the windows.
  void fetch(int r, int c, int pass, bool inside, bool first) {
    if (!inside) {
      run_.read_clocks += 2 * (l_.pool_first ? l_.operands : 1);
      return;
    }
    const int apart = l_.kind == Kind::kTransposed ? 2 : 1;
    const bool zero = r % apart != 0 || c % apart != 0;  // between two positions of the input
    const int side = std::max(l_.pool, 1), taps = side * side;
    run_.read_clocks += l_.pool_first ? l_.operands * (taps + 1) : l_.operands * taps + 1;
    if (!first || zero) return;
    run_.data_words += taps * l_.operands * memories();
    const int n = static_cast<int>(l_.processors.size());
    for (int k = pass * n; k < std::min((pass + 1) * n, l_.channels); ++k) {
      int value = 0;
      const auto tap = [&](int e, int i) {
        return data(e, r / apart * (l_.pool ? l_.pool_step : 1) + i / side,
                    c / apart * (l_.pool ? l_.pool_step : 1) + i % side, k);
      };
      if (l_.pool_first) {
        for (int e = 0; e < l_.operands; ++e) {
          int most = tap(e, 0);
          for (int i = 1; i < taps; ++i) most = std::max(most, tap(e, i));
          value += most;
        }
      } else {
        for (int i = 0; i < taps; ++i) {
          int sum = 0;
          for (int e = 0; e < l_.operands; ++e) sum += tap(e, i);
          value = i == 0 ? sum : std::max(value, sum);
        }
      }
      rows_[static_cast<std::size_t>(k)][static_cast<std::size_t>(r * width_ + c)] = value;
    }
  }

  int window(int channel, int r, int c, int i, int j) const {
    const int row = r - l_.kernel_height + 1 + i, column = c - l_.kernel_width + 1 + j;
    if (row < 0 || row >= height_ || column < 0 || column >= width_) return 0;
    return rows_[static_cast<std::size_t>(channel)][static_cast<std::size_t>(row * width_ + column)];
  }

  int& output(int r, int c, int channel) {
    const int row = r - l_.kernel_height + 1 + l_.pad_height, column = c - l_.kernel_width + 1 + l_.pad_width;
    return run_.output[static_cast<std::size_t>((row * out_width_ + column) * l_.out_channels + channel)];
  }

  void write(int r, int c) {
    ++run_.positions;
    const int n = static_cast<int>(l_.processors.size());
    const bool again = l_.kind == Kind::kPass && l_.pool > 0 && out_passes_ > 1;
    for (int pass = 0; pass < passes_; ++pass) {
      const int channels = std::min((pass + 1) * n, l_.channels);
      for (int step = 0; step < steps(); ++step) {
        run_.write_clocks += again && pass > 0 ? 2 : 1;
        if (l_.kind == Kind::kConvolution || l_.kind == Kind::kTransposed || l_.kind == Kind::kFlatten) {
          run_.kernel_words += n;
          const int k = channel_of(step);
          for (int input = pass * n; k >= 0 && input < channels; ++input) multiply(r, c, k, input);
        }
      }
      for (int k = pass * n; k < channels; ++k) {
        if (l_.kind == Kind::kPass) output(r, c, k) = window(k, r, c, 0, 0);
        if (l_.kind == Kind::kDepthwise) multiply(r, c, k, k);
        if (l_.kind == Kind::kDepthwise) ++run_.kernel_words;
      }
    }
  }

  // The output channel of a step; -1: a hole between the processors, or behind the last channel.
  int channel_of(int step) const {
    const int span = l_.outputs.back() - l_.outputs.front() + 1;
    const auto at = std::find(l_.outputs.begin(), l_.outputs.end(), l_.outputs.front() + step % span);
    if (at == l_.outputs.end()) return -1;
    const int k = step / span * static_cast<int>(l_.outputs.size()) + static_cast<int>(at - l_.outputs.begin());
    return k < l_.out_channels ? k : -1;
  }

  void multiply(int r, int c, int k, int input) {
    if (l_.kind == Kind::kFlatten) {
      const int weight = (k * height_ * width_ + r * width_ + c) * l_.channels + input;
      run_.output[static_cast<std::size_t>(k)] +=
          l_.weights[static_cast<std::size_t>(weight)] * window(input, r, c, 0, 0);
      return;
    }
    for (int i = 0; i < l_.kernel_height; ++i) {
      for (int j = 0; j < l_.kernel_width; ++j) {
        const int tap = i * l_.kernel_width + j, taps = l_.kernel_height * l_.kernel_width;
        const int weight = l_.kind == Kind::kDepthwise ? k * taps + tap : (k * taps + tap) * l_.channels + input;
        output(r, c, k) += l_.weights[static_cast<std::size_t>(weight)] * window(input, r, c, i, j);
      }
    }
  }

  const TwinLayer& l_;
  int passes_ = 1, out_passes_ = 1, height_ = 1, width_ = 1, out_height_ = 1, out_width_ = 1;
  std::vector<std::vector<int>> rows_;  // by channel: what its windows see of the image
  TwinRun run_;
};

}  // namespace

TwinRun run_twin(const TwinLayer& layer) { return Twin(layer).run(); }

std::vector<int> plain_result(const TwinLayer& l) {
  const int h = pooled(l.height, l), w = pooled(l.width, l);
  const auto source = [&](int e, int r, int c, int k) {
    return l.data[static_cast<std::size_t>(e)][static_cast<std::size_t>((r * l.width + c) * l.channels + k)];
  };
  std::vector<int> image(static_cast<std::size_t>(h * w * l.channels));
  for (int r = 0; r < h; ++r) {
    for (int c = 0; c < w; ++c) {
      for (int k = 0; k < l.channels; ++k) {
        const int side = std::max(l.pool, 1), step = l.pool ? l.pool_step : 1;
        std::vector<int> maxima, sums;
        for (int e = 0; e < l.operands; ++e) {
          std::vector<int> window;
          for (int i = 0; i < side; ++i) {
            for (int j = 0; j < side; ++j) window.push_back(source(e, r * step + i, c * step + j, k));
          }
          maxima.push_back(*std::max_element(window.begin(), window.end()));
          if (sums.empty()) sums.assign(window.size(), 0);
          for (std::size_t i = 0; i < window.size(); ++i) sums[i] += window[i];
        }
        int sum = 0;
        for (const int m : maxima) sum += m;
        image[static_cast<std::size_t>((r * w + c) * l.channels + k)] =
            l.pool_first ? sum : *std::max_element(sums.begin(), sums.end());
      }
    }
  }
  if (l.kind == Kind::kPass) return image;
  const auto at = [&](int r, int c, int k) {
    return r < 0 || c < 0 || r >= h || c >= w ? 0 : image[static_cast<std::size_t>((r * w + c) * l.channels + k)];
  };
  if (l.kind == Kind::kFlatten) {
    std::vector<int> out(static_cast<std::size_t>(l.out_channels), 0);
    for (int o = 0; o < l.out_channels; ++o) {
      for (int i = 0; i < h * w * l.channels; ++i) {
        out[static_cast<std::size_t>(o)] +=
            image[static_cast<std::size_t>(i)] * l.weights[static_cast<std::size_t>(o * h * w * l.channels + i)];
      }
    }
    return out;
  }
  const int apart = l.kind == Kind::kTransposed ? 2 : 1;
  const int oh = h * apart + 2 * l.pad_height - l.kernel_height + 1,
            ow = w * apart + 2 * l.pad_width - l.kernel_width + 1;
  const int taps = l.kernel_height * l.kernel_width;
  std::vector<int> out(static_cast<std::size_t>(oh * ow * l.out_channels), 0);
  for (int r = 0; r < oh; ++r) {
    for (int c = 0; c < ow; ++c) {
      for (int o = 0; o < l.out_channels; ++o) {
        int& sum = out[static_cast<std::size_t>((r * ow + c) * l.out_channels + o)];
        for (int t = 0; t < taps; ++t) {
          const int row = r - l.pad_height + t / l.kernel_width, column = c - l.pad_width + t % l.kernel_width;
          if (row % apart != 0 || column % apart != 0) continue;
          for (int k = 0; k < l.channels; ++k) {
            if (l.kind == Kind::kDepthwise && k != o) continue;
            const int weight = l.kind == Kind::kDepthwise ? k * taps + t : (o * taps + t) * l.channels + k;
            sum += l.weights[static_cast<std::size_t>(weight)] * at(row / apart, column / apart, k);
          }
        }
      }
    }
  }
  return out;
}

}  // namespace subvolt::test
