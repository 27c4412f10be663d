// What `schema: scenario/1` says: streams of equal work and the jobs they come to, or what happens in days and years.
//
//   scenario:
//     duration: 1 s
//     streams:
//       keyword: {network: kws_ds_cnn, every: 100 ms, deadline: 50 ms}
//       vision: {network: vww_mobilenet_v1, at: [0 ms, 500 ms]}
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/config/loader.h"
#include "sim/config/schema.h"
#include "sim/scenario/arrival/arrivals.h"
#include "sim/scenario/budget.h"
#include "sim/scenario/device/device.h"
#include "sim/scenario/policy/idle_policy.h"
#include "sim/scenario/stage/stage.h"
#include "sim/scenario/supply/supply.h"
#include "sim/units/picoseconds.h"

namespace subvolt::scenario {

// Arrivals are periodic (`every`), listed (`at`), or `count` of them, each as soon as the one before is done.
struct Stream {
  std::string network;              // a shipped name or a file
  config::SourceLocation location;  // of that name; not read
  std::optional<Time> every;        // from one arrival to the next
  std::vector<Time> at;             // of the arrivals
  std::optional<Time> phase;        // of the first periodic arrival
  std::optional<std::int64_t> count;
  std::optional<Time> deadline;                     // from its arrival to the end of a job
  std::string operating_point;                      // of its jobs, as --opp takes it; empty: the run's
  config::SourceLocation operating_point_location;  // not read
  config::SourceLocation count_location;            // likewise
  static const config::Schema<Stream>& schema();
};

// How a scenario over time is worked out when nobody says otherwise.
enum class Mode { kExpected, kSimulate };

struct Environment {
  Varying<Temperature> temperature;
  static const config::Schema<Environment>& schema();
};

// Two ways to say what happens: `streams` of jobs, which a run simulates in cycles; or `sources`, `stages` and
// `devices`, of which `subvolt scenario` makes days and years.
struct Scenario {
  std::string title;
  std::optional<Time> duration;  // the run lasts at least that long, and nothing arrives later
  config::NamedList<Stream> streams;
  std::string design;
  Begin start;
  Mode mode = Mode::kExpected;
  std::int64_t seed = 1;
  Environment environment;
  Supply supply;
  config::NamedList<Device> devices;
  config::NamedList<config::Made<Arrivals>> sources;
  config::NamedList<Stage> stages;
  config::NamedList<IdleChoice> idle;
  config::NamedList<SpeedChoice> speed;
  Budget budget;
  std::string name, file, sha256;  // of the document; not read
  static const config::Schema<Scenario>& schema();
};

// Throws Error(kConfiguration), located. One of streams, for a run.
Scenario read_scenario(const std::string& file, const std::vector<config::Override>& overrides = {});

// Either way, with the tree it was read from, for those who locate mistakes.
Scenario read_any_scenario(const std::string& file, const std::vector<config::Override>& overrides,
                           config::Node& section);

// `count` inferences of one network, one after the other: what a run without a scenario is.
Scenario one_after_the_other(const std::string& name, const std::string& network, std::int64_t count);

// One arrival.
struct Job {
  int stream = 0;           // index into Scenario::streams
  std::int64_t number = 0;  // within its stream
  Picoseconds release_time{};
  Picoseconds deadline{-1};  // after its release; -1: none
  bool follows = false;      // released when the job before it is done
};

// More are too many to be simulated one by one.
inline constexpr std::int64_t kMostJobs = 100'000;

// By release; at one time in the order of the streams. At most kMostJobs, which read_scenario() has checked.
std::vector<Job> jobs_of(const Scenario& scenario);

}  // namespace subvolt::scenario

namespace subvolt::config {
template <>
struct EnumNames<scenario::Mode> {
  static const std::vector<std::pair<scenario::Mode, std::string>>& names();
};
}  // namespace subvolt::config
