// How fast data move between an accelerator and a memory, as the mapper sees it.
//
// On its way a burst passes through stages: the accelerator's DMA, an interconnect, the memory's controller, the
// memory. Each is held for a time that is linear in the burst's bytes. Bursts follow each other as the slowest stage
// lets them; the first one takes the latency of the way besides.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace subvolt::mapping {

// What bursts take besides that do not begin where the one before ended: from `near`, behind a small gap, to what they
// take `far` away, which is linear in their bytes from `shorts` to `longs`.
struct Jumps {
  std::int64_t shorts = 1, longs = 2, far = 0;  // bytes; far = 0: nothing
  double near = 0.0, far_short = 0.0, far_long = 0.0;
  std::int64_t open = 1;  // streams beside each other that all go on where they ended: rows open at a time
  double cycles(std::int64_t bytes, std::int64_t distance) const {
    if (far == 0) return 0.0;
    const auto part = [](std::int64_t of, std::int64_t from, std::int64_t to) {
      return static_cast<double>(std::clamp(of, from, to) - from) / static_cast<double>(to - from);
    };
    const double away = far_short + part(bytes, shorts, longs) * (far_long - far_short);
    return near + part(distance, 0, far) * (std::max(near, away) - near);
  }
  friend bool operator==(const Jumps& a, const Jumps& b) {
    return a.far == b.far && a.near == b.near && a.far_short == b.far_short && a.far_long == b.far_long &&
           a.open == b.open;
  }
};

// When a component begins with a burst that has come: at once, at the first edge of its clock from then on, or at the
// first one behind.
enum class Edge { kNone, kFrom, kBehind };

// What a component takes of a burst's time, in cycles of a clock. Data go in whole beats of `granule` bytes.
struct Passage {
  std::string component;  // whose clock it is: "dram.controller"
  double per_burst = 0.0, per_byte = 0.0;
  double latency = 0.0;  // of a burst by itself, behind it
  std::string resource;  // what is held meanwhile, by reads and writes in turn: "bus.requests"; empty: the component
  std::int64_t granule = 1;
  std::int64_t word = 1;  // kept in words at multiples of so many bytes, of which a burst moves whole ones
  double turn = 0.0;      // of a read and a write behind each other, besides
  bool back = false;      // on the way of the answer
  // Bytes from which on another part of the resource is held, such as a bank of its own; 0: all is one.
  std::int64_t stripe = 0;
  Jumps jumps{};
  // For those who follow each burst (follow/burst_ways.h), who know at what moment it comes.
  Edge edge = Edge::kNone;
  double then = 0.0;       // cycles until it goes on, behind what it holds; `latency` is on average, edges included
  std::int64_t banks = 1;  // that work at a time; they take turns by stripes, or by words
  std::int64_t ports = 1;  // of a bank, each for a word a cycle
  bool by_beats = false;   // answers a request beat by beat where it can (kernel/beats.h)
};

// Of an operating point, by component: frequency of its clock in Hz, cycles of an access to it where it is an SRAM
// whose configuration does not say.
struct PointRates {
  std::function<double(const std::string& component)> hz;
  std::function<std::int64_t(const std::string& component)> access_cycles;
};

// Implemented by components on the way.
class Carrier {
 public:
  virtual ~Carrier() = default;
  virtual std::vector<Passage> passages(bool write, const PointRates& at) const = 0;
};

struct Transfer {
  std::int64_t bytes = 0;
  std::int64_t bursts = 0;
  std::int64_t padded_bytes = 0;  // with each run at least kShortestRun long (cost_model.h)
  std::int64_t apart = 0;         // runs that do not begin where the one before ends,
  std::int64_t distance = 0;      // and bytes from one such to the next, at most
  void add(const Transfer& t, std::int64_t times = 1) {
    bytes += t.bytes * times;
    bursts += t.bursts * times;
    padded_bytes += t.padded_bytes * times;
    apart += t.apart * times;
    distance = std::max(distance, t.distance);
  }
};

// One direction of the way, in cycles of the accelerator.
class Lane {
 public:
  struct Stage {
    double per_burst = 0.0, per_byte = 0.0;
    double granule = 1.0;
    std::size_t resource = 0;  // which; 0: nobody else's
    double turn = 0.0;
    double latency = 0.0;
    std::int64_t stripe = 0;
    std::int64_t word = 1;
    Jumps jumps{};
    bool back = false;
    Edge edge = Edge::kNone;
    double cycle = 1.0, then = 0.0;
    std::int64_t banks = 1, ports = 1;
    bool by_beats = false;
    // Of one burst of so many bytes, all of them in words of its own.
    double cycles(double bytes) const {
      const double beats = bytes / granule;
      const auto whole = static_cast<double>(static_cast<std::int64_t>(beats));
      return per_burst + per_byte * granule * (whole < beats ? whole + 1.0 : whole);
    }
    // Of one that begins `into` the memory.
    double cycles(std::int64_t into, std::int64_t bytes) const {
      const std::int64_t before = into % word;
      return cycles(static_cast<double>((before + bytes + word - 1) / word * word));
    }
    // Of a transfer's bursts, on average.
    double cycles(const Transfer& t) const {
      const double c = cycles(mean_burst(t));
      if (t.apart == 0 || jumps.far == 0) return c;
      return c +
             static_cast<double>(t.apart) / static_cast<double>(t.bursts) * jumps.cycles(t.bytes / t.apart, t.distance);
    }
    friend bool operator==(const Stage& a, const Stage& b) {
      return a.per_burst == b.per_burst && a.per_byte == b.per_byte && a.granule == b.granule &&
             a.resource == b.resource && a.turn == b.turn && a.latency == b.latency && a.stripe == b.stripe &&
             a.word == b.word && a.jumps == b.jumps && a.back == b.back && a.edge == b.edge && a.cycle == b.cycle &&
             a.then == b.then && a.banks == b.banks && a.ports == b.ports && a.by_beats == b.by_beats;
    }
  };
  // Where nobody knows better: 8 bytes a cycle.
  Lane() : Lane({{1.0, 1.0 / 8.0, 1.0, 1}}, 8) {}
  // `stages` in the order in which a burst goes through them, not empty. `outstanding`: bursts under way at most.
  // `names` of their resources, for people.
  Lane(std::vector<Stage> stages, int outstanding, std::vector<std::string> names = {});

  // Of each burst of a transfer, in a stream of its own.
  double period(const Transfer& t) const {
    double most = window_.cycles(mean_burst(t));
    for (const Stage& s : stages_) {
      const double c = s.cycles(t);
      most = c > most ? c : most;
    }
    return most;
  }
  double exact_cycles(const Transfer& t) const {
    return t.bursts == 0 ? 0.0 : period(t) * static_cast<double>(t.bursts);
  }
  std::int64_t cycles(const Transfer& t) const {
    const double exact = exact_cycles(t);
    const auto whole = static_cast<std::int64_t>(exact);  // std::ceil is a call
    return whole + (static_cast<double>(whole) < exact ? 1 : 0);
  }
  // No more than that of any transfers of so many bytes and bursts, or more bursts, together.
  std::int64_t least_cycles(const Transfer& t) const {
    double most = 0.0;
    for (const Stage& s : stages_) {
      const double c = s.per_burst * static_cast<double>(t.bursts) + s.per_byte * static_cast<double>(t.bytes);
      most = c > most ? c : most;
    }
    return static_cast<std::int64_t>(most);
  }
  // From a burst's request to its answer, besides period().
  double latency(const Transfer& t) const;
  const std::vector<Stage>& stages() const { return stages_; }
  // Whether nothing stands between the accelerator and a memory that answers beats one by one.
  bool by_beats() const { return stages_.size() == 1 && stages_.front().by_beats; }
  std::string resource_name(std::size_t stage) const { return stage < names_.size() ? names_[stage] : "memory"; }
  // What all the bursts under way, of both directions, have of the time.
  const Stage& window() const { return window_; }
  static double mean_burst(const Transfer& t) { return static_cast<double>(t.bytes) / static_cast<double>(t.bursts); }

  friend bool operator==(const Lane& a, const Lane& b) { return a.stages_ == b.stages_ && a.window_ == b.window_; }

 private:
  std::vector<Stage> stages_;
  std::vector<std::string> names_;
  Stage window_;
};

// Of each burst of two transfers that take turns burst by burst: both hold what they share. Of what has stripes they
// are taken to hold different ones.
double period_in_turns(const Lane& a, const Transfer& of_a, const Lane& b, const Transfer& of_b);

struct Movement {
  const Lane* lane = nullptr;
  Transfer transfer;
};
// Of loads, one behind the other, and a store beside them: in turns as long as there are both.
double cycles_in_turns(const Movement* loads, std::size_t count, const Movement& store);

struct Path {
  Lane read, write;
  friend bool operator==(const Path& a, const Path& b) { return a.read == b.read && a.write == b.write; }
};

// `cycles[i]`: accelerator cycles per cycle of the clock of `passages[i]`. `outstanding`: bursts that the accelerator
// has under way at most; it sends a request per cycle.
Lane lane_through(const std::vector<Passage>& passages, const std::vector<double>& cycles, int outstanding);

}  // namespace subvolt::mapping
