#include "tests/support/row_stationary_twin.h"

#include <algorithm>

namespace subvolt::test {

std::vector<std::int64_t> PlaneConvolution::result() const {
  std::vector<std::int64_t> all(static_cast<std::size_t>(images * filters * rows * columns), 0);
  for (int i = 0; i < images; ++i) {
    for (int f = 0; f < filters; ++f) {
      for (int y = 0; y < rows; ++y) {
        for (int x = 0; x < columns; ++x) {
          std::int64_t sum = 0;
          for (int c = 0; c < channels; ++c) {
            for (int a = 0; a < kernel_rows; ++a) {
              for (int b = 0; b < kernel_columns; ++b) {
                sum += std::int64_t{at(i, c, y * stride_rows + a * dilation_rows,
                                       x * stride_columns + b * dilation_columns)} *
                       weight(f, c, a, b);
              }
            }
          }
          all[place(i, f, y, x)] = sum;
        }
      }
    }
  }
  return all;
}

RowStationaryTwin::RowStationaryTwin(const mapping::RowStationaryMachine& machine, const PlaneConvolution& convolution)
    : machine_(machine), convolution_(convolution) {
  const PlaneConvolution& c = convolution_;
  psums_.assign(static_cast<std::size_t>(c.images * c.filters * c.rows * c.columns), 0);
  written_.assign(psums_.size(), false);
}

// Sets fill bands of R rows of the grid from the top; one that is wider than the grid goes on in the next band.
bool RowStationaryTwin::place(const PartOfConvolution& part, const mapping::PeSets& sets) {
  const auto grid_rows = static_cast<int>(machine_.rows), grid_columns = static_cast<int>(machine_.columns);
  std::vector<bool> taken(static_cast<std::size_t>(grid_rows * grid_columns), false);
  pes_.clear();
  int top = 0, left = 0;
  for (int set = 0; set < sets.r * sets.t; ++set) {
    if (left + std::min(part.rows, grid_columns) > grid_columns) {
      left = 0;
      top += convolution_.kernel_rows;
    }
    for (int column = 0; column < part.rows; ++column, ++left) {
      if (left == grid_columns) {
        left = 0;
        top += convolution_.kernel_rows;
      }
      for (int row = 0; row < convolution_.kernel_rows; ++row) {
        if (top + row >= grid_rows) return false;
        const auto pe = static_cast<std::size_t>((top + row) * grid_columns + left);
        if (taken[pe]) return false;
        taken[pe] = true;
        Pe placed;
        placed.r = set % static_cast<int>(sets.r);
        placed.t = set / static_cast<int>(sets.r);
        placed.row = row;
        placed.column = column;
        pes_.push_back(placed);
      }
    }
    // Behind the segments of a folded set nothing begins in the same band.
    if (part.rows > grid_columns) left = grid_columns;
  }
  return true;
}

void RowStationaryTwin::fill(Pe& pe, const PartOfConvolution& part, const mapping::PeSets& sets) const {
  pe.sums.assign(static_cast<std::size_t>(sets.p), 0);
  for (int f = 0; f < sets.p; ++f) {
    for (int c = 0; c < sets.q; ++c) {
      for (int s = 0; s < convolution_.kernel_columns; ++s) {
        const int filter = pe.t * static_cast<int>(sets.p) + f, channel = pe.r * static_cast<int>(sets.q) + c;
        const bool there = filter < part.filters && channel < part.channels;
        pe.filters.push_back(there ? convolution_.weight(part.filter + filter, part.channel + channel, pe.row, s) : 0);
      }
    }
  }
}

// One multiplication: filter by filter, channel by channel, tap by tap.
void RowStationaryTwin::multiply(Pe& pe, const PartOfConvolution& part, const mapping::PeSets& sets, int window,
                                 int step) {
  const PlaneConvolution& v = convolution_;
  const int s = step % v.kernel_columns, c = step / v.kernel_columns % static_cast<int>(sets.q);
  const int f = step / v.kernel_columns / static_cast<int>(sets.q);
  const int filter = pe.t * static_cast<int>(sets.p) + f, channel = pe.r * static_cast<int>(sets.q) + c;
  if (filter >= part.filters || channel >= part.channels) return;
  const int image = window / v.columns, x = window % v.columns;
  const int row = pe.column * v.stride_rows + pe.row * v.dilation_rows;
  const int column = x * v.stride_columns + s * v.dilation_columns;
  const int height = (part.rows - 1) * v.stride_rows + (v.kernel_rows - 1) * v.dilation_rows + 1;
  const int word = ((image * v.in_columns() + column) * height + row) * part.channels + channel;
  if (!there_[static_cast<std::size_t>(word)]) starved_ = true;
  const int value = v.at(part.image + image, part.channel + channel, part.row * v.stride_rows + row, column);
  pe.sums[static_cast<std::size_t>(f)] += std::int64_t{value} * pe.filters[static_cast<std::size_t>(step)];
  ++macs_;
}

bool RowStationaryTwin::run(const PartOfConvolution& part, const mapping::PeSets& sets) {
  const PlaneConvolution& v = convolution_;
  if (!place(part, sets) || sets.p * sets.q * v.kernel_columns > machine_.filter_words) return false;
  if (sets.q * v.kernel_columns > machine_.ifmap_words || sets.p > machine_.psum_words) return false;
  for (Pe& pe : pes_) fill(pe, part, sets);
  const bool accumulate = written_[v.place(part.image, part.filter, part.row, 0)];
  const int windows = part.images * v.columns, steps = static_cast<int>(sets.p * sets.q) * v.kernel_columns;
  const int height = (part.rows - 1) * v.stride_rows + (v.kernel_rows - 1) * v.dilation_rows + 1;
  const std::int64_t psums = std::int64_t{part.rows} * part.filters;
  there_.assign(static_cast<std::size_t>(part.images * v.in_columns() * height * part.channels), false);
  std::int64_t filters_left = std::int64_t{part.filters} * part.channels * v.kernel_rows * v.kernel_columns;
  // Words that come next, of which window, and how many of its are left.
  std::size_t ifmap = 0;
  int ifmap_window = 0, psum_window = 0, begun = 0, retired = 0, step = -1;
  const auto words_of = [&](int window) {
    const bool first = window % v.columns == 0;
    return std::int64_t{first ? (v.kernel_columns - 1) * v.dilation_columns + 1 : v.stride_columns} * height *
           part.channels;
  };
  std::int64_t ifmap_left = words_of(0), psums_left = psums;
  multiplied_ = 0;
  for (clocks_ = 0;; ++clocks_) {
    // A window whose work is done leaves when the results before it have.
    if (step == steps && leaving_ == 0) {
      const int image = retired / v.columns, x = retired % v.columns;
      for (Pe& pe : pes_) {
        for (int f = 0; f < sets.p; ++f) {
          const int filter = pe.t * static_cast<int>(sets.p) + f;
          if (filter >= part.filters) continue;
          const std::size_t at = v.place(part.image + image, part.filter + filter, part.row + pe.column, x);
          psums_[at] += pe.sums[static_cast<std::size_t>(f)];
          written_[at] = true;
        }
        std::fill(pe.sums.begin(), pe.sums.end(), 0);
      }
      leaving_ = psums;
      step = -1;
      if (++retired == windows) return true;
    }
    if (step < 0 && begun < windows && filters_left == 0 && ifmap_window > begun &&
        (!accumulate || psum_window > begun)) {
      step = 0;
      ++begun;
    }
    if (ifmap_window < windows && ifmap_window < begun + machine_.ifmap_ahead) {
      const std::int64_t n = std::min(machine_.ifmap_rate, ifmap_left);
      for (std::int64_t i = 0; i < n && ifmap < there_.size(); ++i) there_[ifmap++] = true;
      ifmap_left -= n;
      if (ifmap_left == 0 && ++ifmap_window < windows) ifmap_left = words_of(ifmap_window);
    }
    if (psum_window < windows && psum_window < begun + 1) {
      psums_left -= std::min(machine_.psum_rate, psums_left);
      if (psums_left == 0) {
        ++psum_window;
        psums_left = psums;
      }
    }
    filters_left -= std::min(machine_.filter_rate, filters_left);
    if (step >= 0 && step < steps) {
      for (Pe& pe : pes_) multiply(pe, part, sets, begun - 1, step);
      ++step;
      ++multiplied_;
    }
    leaving_ -= std::min(machine_.psum_rate, leaving_);
  }
}

}  // namespace subvolt::test
