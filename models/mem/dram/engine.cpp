#include "models/mem/dram/engine.h"

#include <algorithm>
#include <cmath>

#include "models/mem/dram/engine_events.h"
#include "models/mem/dram/settings_rules.h"
#include "sim/config/error.h"
#include "sim/units/picoseconds.h"

namespace subvolt::mem::dram {
namespace {

Hertz own_clock(const DeviceConfig& device) { return hertz(device.max_clock.value); }

double refresh_multiplier(const DeviceConfig& device, Temperature temperature) {
  const auto& rates = device.refresh.by_temperature;
  if (rates.empty()) return 1.0;
  for (const RefreshTiming::Rate& rate : rates) {
    if (temperature <= rate.up_to) return rate.multiplier;
  }
  throw Error(ErrorKind::kConfiguration, "a " + device.standard + " device keeps its contents up to " +
                                             to_text(rates.back().up_to) + ", not at " + to_text(temperature));
}

std::vector<TimingTable> make_tables(const DeviceConfig& device, const Settings& settings, Hertz frequency) {
  const double multiplier = refresh_multiplier(device, settings.temperature.value_or(Temperature::from_celsius(25.0)));
  std::vector<TimingTable> tables;
  tables.emplace_back(device, 0, frequency > Hertz() ? frequency : own_clock(device), settings.rounding, multiplier);
  for (std::size_t i = 0; i < device.set_points.size(); ++i) {
    const Hertz hz = hertz(device.set_points[i].clock.value);
    tables.emplace_back(device, i + 1, hz, settings.rounding, multiplier);
  }
  return tables;
}

// Set-points are for going slower: one that is not slower than the clock is no choice.
DeviceConfig without_faster_points(DeviceConfig device, Hertz frequency) {
  const Hertz hz = frequency > Hertz() ? frequency : own_clock(device);
  auto& points = device.set_points;
  points.erase(
      std::remove_if(points.begin(), points.end(), [hz](const SetPoint& p) { return hertz(p.clock.value) >= hz; }),
      points.end());
  return device;
}

}  // namespace

Engine::Engine(DeviceConfig device, Settings settings, Hertz frequency)
    : device_(without_faster_points(std::move(device), frequency)),
      settings_(std::move(settings)),
      map_(device_, settings_.fields, settings_.hash),
      tables_(make_tables(device_, settings_, frequency)),
      table_(&tables_.front()),
      own_frequency_(frequency > Hertz() ? frequency : own_clock(device_)),
      clock_(own_frequency_, settings_.rounding),
      timing_(*table_, static_cast<int>(device_.organisation.banks.value),
              static_cast<int>(device_.organisation.bank_groups.value)),
      banks_(static_cast<std::size_t>(device_.organisation.banks.value)),
      queue_(static_cast<int>(device_.organisation.banks.value)),
      scheduler_(settings_, queue_, banks_, timing_),
      events_(events_of(device_, settings_, own_frequency_)),
      counts_(kEvents, 0),
      terminated_(settings_.termination.termination_ohm > 0.0) {
  for (const Cmd c : {Cmd::kRead, Cmd::kWrite}) {
    if (table_->distance(c, c) >= table_->burst) continue;
    throw Error(ErrorKind::kConfiguration, std::string("memory.device.timing lets two ") + to_text(c) +
                                               " follow each other sooner than a burst is over: add the row of its "
                                               "standard, {from: [RD, RDA], to: [RD, RDA], delay: tCCD} and the like");
  }
  if (const auto wrong = misfits(device_, settings_); !wrong.empty()) {
    throw Error(ErrorKind::kConfiguration, wrong.front().what);
  }
  set_times();
  refresh_due_ = table_->refresh_interval;
  bank_refresh_due_ = table_->bank_refresh_interval;
}

void Engine::set_times() {
  const auto ticks = [this](Time t) {
    const Picoseconds ps = picoseconds(t);
    return clock_.tick(clock_.time(now_) + ps) - now_;
  };
  page_timeout_ = ticks(settings_.page_timeout);
  power_down_after_ = ticks(settings_.power_down.after);
  self_refresh_after_ = ticks(settings_.self_refresh.after);
  deep_power_down_after_ = ticks(settings_.deep_power_down.after);
}

// Whoever sends it to self-refresh: the power manager may, whatever the settings' own policy.
Bytes Engine::capacity() const {
  return Bytes(static_cast<std::int64_t>(static_cast<double>(device_.capacity()) * settings_.self_refresh.array));
}

std::int64_t Engine::peak_bytes_per_s() const {
  return clock_.frequency().value() * device_.transfers_per_clock.value * device_.organisation.width.value *
         device_.organisation.devices.value / 8;
}

// Refreshes of one bank leave the others to work.
double Engine::share_of_itself() const {
  if (settings_.refresh.mode == RefreshMode::kPerBank || table_->refresh_interval == 0) return 0.0;
  const std::int64_t busy =
      table_->distance(Cmd::kPrecharge, Cmd::kAct) + table_->distance(Cmd::kRefreshAll, Cmd::kAct);
  return std::min(0.5, static_cast<double>(busy) / static_cast<double>(table_->refresh_interval));
}

std::int64_t Engine::trace_address(std::int64_t bank, std::int64_t row, std::int64_t burst) const {
  const Organisation& o = device_.organisation;
  const auto check = [](const char* what, std::int64_t value, std::int64_t count) {
    if (value >= 0 && value < count) return;
    throw Error(ErrorKind::kConfiguration, std::string(what) + " " + std::to_string(value) +
                                               ": expected one from 0 to " + std::to_string(count - 1));
  };
  check("bank", bank, o.banks.value);
  check("row", row, o.rows.value);
  check("burst", burst, device_.page_bytes() / device_.burst_bytes());
  return map_.burst_of({static_cast<int>(bank), row, burst}) * device_.burst_bytes();
}

bool Engine::offer(const kernel::MemoryAccess& access, Picoseconds now) {
  const std::int64_t first = access.address / device_.burst_bytes();
  const std::int64_t last = (access.address + access.bytes - 1) / device_.burst_bytes();
  const std::int64_t bursts = last - first + 1;
  const Direction direction = access.write ? kWrites : kReads;
  const int room = access.write ? settings_.queue.writes : settings_.queue.reads;
  const int waiting = queue_.size(direction);
  // One that is larger than the queue goes in when the queue is empty.
  const bool full = waiting > 0 && waiting + bursts > room;
  planned_ = false;
  if (full || wanted_point_ != point_) {
    refused_ = bursts;
    refused_direction_ = direction;
    return false;
  }
  refused_ = 0;
  sleep_with_refresh_ = false;  // the device is awake for this now
  const std::int64_t arrival = clock_.tick(now);
  if (queue_.size() == 0) {
    std::swap(before_, last_);
    last_.begin(arrival);
  } else {
    last_.plain = false;
  }
  Request request;
  request.direction = direction;
  request.access = completions_.begin(access.id, bursts);
  request.task = access.task;
  for (request.burst = first; request.burst <= last; request.burst += request.bursts) {
    const Location location = map_.locate(request.burst);
    request.row = location.row;
    request.bank = location.bank;
    request.bursts =
        one_by_one() ? 1 : static_cast<std::int32_t>(std::min(map_.run(request.burst), last - request.burst + 1));
    queue_.push(request);
  }
  quiet_since_ = std::max(quiet_since_, arrival);
  return true;
}

const Engine::Step& Engine::next() const {
  if (!planned_) {
    step_ = plan();
    planned_ = true;
  }
  return step_;
}

void Engine::advance(Picoseconds now) {
  const std::int64_t limit = clock_.tick(now);
  while (next().at <= limit) {
    const Step step = next();
    planned_ = false;
    now_ = step.at;
    perform(step);
    if (is_column(step.command)) follow(step, limit);
    if (step.switches) {  // ticks have another length now
      forget_period();
      return advance(now);
    }
    if (ends_period(step)) count_idle(limit);
  }
  forget_period();
  now_ = std::max(now_, limit);
  now_time_ = std::max(now_time_, now);
}

Picoseconds Engine::next_time() const {
  const std::int64_t at = next().at;
  return at == dram::kNever ? MemoryEngine::kNever : clock_.time(at);
}

Picoseconds Engine::visible_time() const {
  if (queue_.size() == 0 && refused_ == 0) return MemoryEngine::kNever;
  const std::int64_t at = next().at;
  if (at == dram::kNever || wanted_point_ != point_) return next_time();
  const std::int64_t between = table_->between_columns;
  const std::int64_t data = std::min(table_->read_data, table_->write_data) + table_->burst;
  std::int64_t visible = at + (completions_.fewest_bursts() - 1) * between + data;
  if (refused_ > 0) {
    // Column commands that make room for it.
    const int waiting = queue_.size(refused_direction_);
    const int room = refused_direction_ == kWrites ? settings_.queue.writes : settings_.queue.reads;
    const std::int64_t lacking = std::clamp<std::int64_t>(waiting + refused_ - room, 1, std::max(waiting, 1));
    visible = std::min(visible, at + (lacking - 1) * between);
  }
  return clock_.time(visible);
}

std::int64_t Engine::take(std::size_t event) {
  const std::size_t counted = terminated_ ? kEvents : kTerminationRead;
  if (event >= kResidency && event < kResidency + kStates) {
    background_.integrate(now_time_);
    return background_.take(static_cast<State>(event - kResidency));
  }
  if (event >= counted) {
    background_.integrate(now_time_);
    const std::size_t i = event - counted;
    return background_.take(static_cast<State>(i % kStandbys), 1 + i / kStandbys);
  }
  const std::int64_t taken = counts_[event];
  counts_[event] = 0;
  return taken;
}

void Engine::request_state(power::PowerState state, Picoseconds now) {
  advance(now);
  wanted_state_ = state;
  planned_ = false;
}

std::vector<Hertz> Engine::set_points() const {
  std::vector<Hertz> all{own_frequency_};
  for (const SetPoint& point : device_.set_points) {
    all.push_back(hertz(point.clock.value));
  }
  return all;
}

void Engine::request_set_point(std::size_t point, Picoseconds now) {
  if (point >= tables_.size()) {
    throw Error(ErrorKind::kConfiguration, "a " + device_.standard + " device has " + std::to_string(tables_.size()) +
                                               " set-points, no number " + std::to_string(point));
  }
  advance(now);
  wanted_point_ = point;
  planned_ = false;
}

}  // namespace subvolt::mem::dram
