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
  explicit PiecewiseEdges(std::int64_t hz) : last_{std::numeric_limits<std::int64_t>::min(), 0, 0, Edges(hz)} {}
  std::int64_t hz() const { return last_.edges.hz(); }  // of the last piece

  // Not before the begin of the last piece; `go_ps` >= `stop_ps`.
  void change(std::int64_t hz, std::int64_t stop_ps, std::int64_t go_ps) {
    const std::int64_t first = before(stop_ps);
    earlier_.push_back(std::exchange(last_, {stop_ps, go_ps, first, Edges(hz)}));
    one_ = false;
  }

  std::int64_t ps(std::int64_t edge) const { return one_ ? last_.edges.ps(edge) : ps_in_pieces(edge); }
  // How many edges lie before `ps`, from 0 on: edges in [a, b) are before(b) - before(a).
  std::int64_t before(std::int64_t ps) const { return one_ ? last_.edges.before(ps) : before_in_pieces(ps); }
  // Of a time in the last piece (Edges::phase).
  std::int64_t phase(std::int64_t ps) const { return last_.edges.phase(ps - last_.go_ps); }
  // How many edges of the last piece a time is; -1: no whole number (Edges::in).
  std::int64_t in(std::int64_t ps) const { return last_.edges.in(ps); }

 private:
  struct Piece {
    std::int64_t stop_ps;  // of the piece before
    std::int64_t go_ps;
    std::int64_t first_edge;
    Edges edges;
    std::int64_t ps(std::int64_t edge) const { return go_ps + edges.ps(edge - first_edge); }
    std::int64_t before(std::int64_t ps) const {
      return first_edge + edges.before(std::max<std::int64_t>(ps - go_ps, 0));
    }
  };
  [[gnu::noinline]] std::int64_t before_in_pieces(std::int64_t ps) const {
    if (ps >= last_.stop_ps) return last_.before(ps);
    auto piece = earlier_.rbegin();
    while (ps < piece->stop_ps) ++piece;
    return piece->before(ps);
  }
  [[gnu::noinline]] std::int64_t ps_in_pieces(std::int64_t edge) const {
    if (edge >= last_.first_edge) return last_.ps(edge);
    auto piece = earlier_.rbegin();
    while (edge < piece->first_edge && piece + 1 != earlier_.rend()) ++piece;
    return piece->ps(edge);
  }
  std::vector<Piece> earlier_;
  Piece last_;
  bool one_ = true;  // clocks are asked several times per access, and most never change
};

}  // namespace subvolt
