// The edges of a clock whose frequency changes now and then, counted through: edge n is the n-th of the whole time.
//
//   pieces:   f0 ......|  stands still  | f1 ..........
//            0       stop              go
//
// A piece has the edges of its frequency from its begin `go` on, the first one at it; between `stop` and `go` there are
// none, not even at `stop`. So numbers of edges that somebody holds stay right over a change. With one piece all is as
// with Edges.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "sim/units/edges.h"

namespace subvolt {

class PiecewiseEdges {
 public:
  explicit PiecewiseEdges(Hertz frequency) : last_{kAlways, {}, 0, Edges(frequency)} {}
  Hertz frequency() const { return last_.edges.frequency(); }  // of the last piece

  // Not before the begin of the last piece; `go` >= `stop`.
  void change(Hertz frequency, Picoseconds stop, Picoseconds go) {
    const std::int64_t first = before(stop);
    earlier_.push_back(std::exchange(last_, {stop, go, first, Edges(frequency)}));
    one_ = false;
  }

  Picoseconds time(std::int64_t edge) const { return one_ ? last_.edges.time(edge) : time_in_pieces(edge); }
  // How many edges lie before `time`, from 0 on: edges in [a, b) are before(b) - before(a).
  std::int64_t before(Picoseconds time) const { return one_ ? last_.edges.before(time) : before_in_pieces(time); }
  // Of a time in the last piece (Edges::phase).
  std::int64_t phase(Picoseconds time) const { return last_.edges.phase(time - last_.go); }
  // How many edges of the last piece a time is; -1: no whole number (Edges::in).
  std::int64_t in(Picoseconds time) const { return last_.edges.in(time); }

 private:
  static constexpr Picoseconds kAlways{std::numeric_limits<std::int64_t>::min()};
  struct Piece {
    Picoseconds stop;  // of the piece before
    Picoseconds go;
    std::int64_t first_edge;
    Edges edges;
    Picoseconds time(std::int64_t edge) const { return go + edges.time(edge - first_edge); }
    std::int64_t before(Picoseconds time) const {
      return first_edge + edges.before(std::max(time - go, Picoseconds()));
    }
  };
  [[gnu::noinline]] std::int64_t before_in_pieces(Picoseconds time) const {
    if (time >= last_.stop) return last_.before(time);
    auto piece = earlier_.rbegin();
    while (time < piece->stop) ++piece;
    return piece->before(time);
  }
  [[gnu::noinline]] Picoseconds time_in_pieces(std::int64_t edge) const {
    if (edge >= last_.first_edge) return last_.time(edge);
    auto piece = earlier_.rbegin();
    while (edge < piece->first_edge && piece + 1 != earlier_.rend()) ++piece;
    return piece->time(edge);
  }
  std::vector<Piece> earlier_;
  Piece last_;
  bool one_ = true;  // clocks are asked several times per access, and most never change
};

}  // namespace subvolt
