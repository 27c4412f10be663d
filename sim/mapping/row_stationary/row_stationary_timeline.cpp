#include "sim/mapping/row_stationary/row_stationary_timeline.h"

#include <algorithm>
#include <variant>

#include "sim/mapping/row_stationary/row_stationary_planner.h"

namespace subvolt::mapping {

void RowStationaryTimeline::run(const std::vector<Command>& commands) {
  ask_for_filters(commands);
  for (const Command& command : commands) {
    if (const auto* load = std::get_if<Load>(&command.what)) {
      if (load->operand == Operand::kWeight) continue;
      move(load->from, false);
      wait_for(started_);
    } else if (const auto* compute = std::get_if<Compute>(&command.what)) {
      wait_for(filters_);
      pass(pass_of(compute->tile), commands);
    } else {
      wait_until(std::max(now_, tail_end_));
      move(std::get<Store>(command.what).to, true);
      wait_for(started_);
    }
  }
}

void RowStationaryTimeline::move(const Block& block, bool write) {
  ++started_;
  link_.start(block, write);
}

void RowStationaryTimeline::wait_for(std::int64_t transfers) {
  while (done_ < transfers) {
    now_ = link_.next(now_);
    done_ += link_.step(now_);
  }
  now_ = static_cast<double>(edge_from(now_));
}

void RowStationaryTimeline::wait_until(double at) {
  for (double next = link_.next(now_); next <= at; next = link_.next(next)) done_ += link_.step(next);
  now_ = at;
}

void RowStationaryTimeline::pass(const RowStationaryPass& pass, const std::vector<Command>& commands) {
  const PassTimes& times = timer_.time(pass, static_cast<std::int64_t>(std::max(0.0, tail_end_ - now_)));
  const double begin = now_, end = begin + static_cast<double>(times.cycles());
  wait_until(begin + static_cast<double>(times.reload));
  ask_for_filters(commands);
  wait_until(end);
  tail_end_ = end + static_cast<double>(times.tail);
  array_ += times.cycles();
}

// The next ones of the program, if there are.
void RowStationaryTimeline::ask_for_filters(const std::vector<Command>& commands) {
  for (; next_filters_ < commands.size(); ++next_filters_) {
    const auto* load = std::get_if<Load>(&commands[next_filters_].what);
    if (!load || load->operand != Operand::kWeight) continue;
    move(load->from, false);
    filters_ = started_;
    ++next_filters_;
    return;
  }
}

}  // namespace subvolt::mapping
