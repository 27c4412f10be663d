#include "sim/scenario/scenario.h"

#include <algorithm>
#include <tuple>

#include "sim/config/library.h"
#include "sim/config/name.h"
#include "sim/units/picoseconds.h"

namespace subvolt::scenario {
namespace {

// What a record can hold, 26 days (power::kLongestRecord), less what the last job takes.
constexpr Time kLongestScenario = Time::from_si(2e6);

// Of a periodic stream; nullopt: it never ends.
std::optional<std::int64_t> arrivals(const Stream& stream, const std::optional<Time>& duration) {
  if (!stream.every) return stream.at.empty() ? stream.count.value_or(1) : static_cast<std::int64_t>(stream.at.size());
  if (!duration) return stream.count;
  const Picoseconds left = picoseconds(*duration) - picoseconds(stream.phase.value_or(Time()));
  const std::int64_t fitting = left <= Picoseconds() ? 0 : ceil_div(left.value(), picoseconds(*stream.every).value());
  return std::min(fitting, stream.count.value_or(fitting));
}

void check_stream(const Stream& stream, const config::Node& node, config::Diagnostics& diagnostics) {
  const auto both = [&](const char* a, const char* b) {
    if (node.find(a) && node.find(b)) {
      diagnostics.error(*node.find(b), std::string("a stream that has `") + a + "` has no `" + b + "`: remove one");
    }
  };
  both("every", "at");
  both("at", "count");
  both("at", "phase");
  const config::Node* const at = node.find("at");
  if (at && stream.at.empty()) {
    diagnostics.error(*at, "expected times such as [0 ms, 500 ms], got none: remove `at` for one arrival at 0 s");
  }
  if (stream.phase && !stream.every && !at) {
    diagnostics.error(*node.find("phase"),
                      "`phase` is that of periodic arrivals: add `every`, or list times with `at`");
  }
  for (std::size_t i = 1; i < stream.at.size(); ++i) {
    if (stream.at[i] < stream.at[i - 1]) {
      diagnostics.error(at->items()[i], "expected times in order, got " + to_text(stream.at[i]) + " behind " +
                                            to_text(stream.at[i - 1]));
    }
  }
}

constexpr const char* kOverTime[] = {"design",  "start",   "mode",   "seed", "environment", "supply",
                                     "devices", "sources", "stages", "idle", "speed",       "budget"};

// Of one that tells of days: names that all of it may use.
void check_over_time(const config::Node& node, config::Diagnostics& diagnostics) {
  for (const char* list : {"devices", "sources", "stages", "idle"}) {
    const config::Node* named = node.find(list);
    if (!named) continue;
    for (const config::Node::Entry& entry : named->entries()) config::check_name(entry, diagnostics);
  }
  if (!node.find("duration")) {
    diagnostics.error(node, "missing key \"duration\": time such as \"30 d\". How long it is looked at.");
  }
}

void check_scenario(const Scenario& scenario, const config::Node& node, config::Diagnostics& diagnostics) {
  const config::Node* streams = node.find("streams");
  const auto over_time = std::find_if(std::begin(kOverTime), std::end(kOverTime),
                                      [&node](const char* key) { return node.find(key) != nullptr; });
  if (over_time != std::end(kOverTime)) {
    if (streams) {
      diagnostics.error(*streams, std::string("`streams` are simulated in cycles, `") + *over_time +
                                      "` belongs to a scenario over days: make two documents");
    }
    return check_over_time(node, diagnostics);
  }
  if (scenario.streams.empty()) {
    diagnostics.error(streams ? *streams : node, "expected at least one stream, such as `main: {network: kws_ds_cnn}`");
  }
  if (scenario.duration && kLongestScenario < *scenario.duration) {
    diagnostics.error(*node.find("duration"), "expected at most " + brief(kLongestScenario) +
                                                  ", what a run can last, got " + brief(*scenario.duration));
    return;
  }
  if (!streams) return;
  for (const config::Node::Entry& entry : streams->entries()) config::check_name(entry, diagnostics);
  std::int64_t jobs = 0;
  for (const auto& [name, stream] : scenario.streams) {
    const config::Node& at = *streams->find(name);
    const std::optional<std::int64_t> count = arrivals(stream, scenario.duration);
    if (!count) {
      diagnostics.error(at, "never ends: add `count`, or `duration` to the scenario");
      continue;
    }
    if (*count > kMostJobs - jobs) {
      diagnostics.error(at, "expected at most " + grouped(kMostJobs) + " jobs in all, got " + grouped(*count) +
                                " of this stream: shorten `duration`, or set `count`");
      return;
    }
    if (*count == 0) {
      diagnostics.error(*at.find("phase"),
                        "arrives after the scenario's end at " + to_text(*scenario.duration) + ": lengthen `duration`");
    }
    jobs += *count;
    const Time last = stream.phase.value_or(Time()) + static_cast<double>(*count - 1) * stream.every.value_or(Time());
    if (*count > 0 && kLongestScenario < last) {
      diagnostics.error(at, "the last of its " + grouped(*count) + " arrivals comes after " + to_text(last, 3) +
                                ", later than the " + to_text(kLongestScenario, 3) +
                                " that a run can last: lower `count` or `every`, or set the scenario's `duration`");
    }
    if (!scenario.duration) continue;
    for (std::size_t i = 0; i < stream.at.size(); ++i) {
      if (stream.at[i] < *scenario.duration) continue;
      diagnostics.error(at.find("at")->items()[i],
                        "arrives after the scenario's end at " + to_text(*scenario.duration) + ": lengthen `duration`");
    }
  }
}

}  // namespace

const config::Schema<Stream>& Stream::schema() {
  static const auto s =
      config::Schema<Stream>("stream", "Equal work that arrives again and again.")
          .required("network", &Stream::network, "Network of each job: a shipped name or a file.")
          .optional("every", &Stream::every, "From one arrival to the next.",
                    config::between(Time::from_si(1e-9), Time::from_si(1e6)))
          .optional("phase", &Stream::phase, "Of the first of periodic arrivals; 0 s by default.",
                    config::between(Time(), Time::from_si(1e6)))
          .optional("at", &Stream::at, "Times of the arrivals, in order.")
          .optional("count", &Stream::count,
                    "Number of arrivals, at most; without `every` each comes when the one before is done.",
                    config::between(std::int64_t{1}, kMostJobs))
          .optional("deadline", &Stream::deadline, "From its arrival to the end of a job.",
                    config::between(Time::from_si(1e-9), Time::from_si(1e6)))
          .optional("operating_point", &Stream::operating_point,
                    "At which its jobs run, as --opp takes it; the run's when absent. It is changed to when a job "
                    "begins whose point is another one.")
          .check(check_stream);
  return s;
}

const config::Schema<Scenario>& Scenario::schema() {
  static const auto s =
      config::Schema<Scenario>("scenario", "Streams of work and when it arrives.")
          .optional("title", &Scenario::title, "For people.")
          .optional("streams", &Scenario::streams,
                    "For a run in cycles, by name. What arrives at one time runs in this order.")
          .optional("duration", &Scenario::duration,
                    "The run lasts at least so long, and nothing arrives later; by default it ends with its last job.",
                    config::between(Time::from_si(1e-9), kLongest))
          .optional("design", &Scenario::design, "On which networks of stages run: a shipped name or a file.")
          .optional("start", &Scenario::start, "When it begins, such as 2026-03-01T08:00; Monday, 00:00, when absent.")
          .optional("mode", &Scenario::mode, "How it is worked out when the command does not say.")
          .optional("seed", &Scenario::seed, "Of its random numbers when the command gives none.",
                    config::between(std::int64_t{0}, std::int64_t{1} << 53))
          .optional("environment", &Scenario::environment, "What it is like around.")
          .optional("supply", &Scenario::supply, "Where the power comes from.")
          .optional("devices", &Scenario::devices, "What draws it, by name.")
          .optional("sources", &Scenario::sources, "What arrives, by name.")
          .optional("stages", &Scenario::stages, "What is done with it, by name.")
          .optional("idle", &Scenario::idle, "What devices do meanwhile: a policy by device.")
          .optional("speed", &Scenario::speed,
                    "At which speed they do work that is told in cycles: a policy by device.")
          .optional("budget", &Scenario::budget, "What must hold: exit code 1 otherwise.")
          .check(check_scenario);
  return s;
}

const config::Schema<Environment>& Environment::schema() {
  static const auto s = config::Schema<Environment>("environment", "What it is like around.")
                            .optional("temperature", &Environment::temperature, "Of the air; 20 C when absent.");
  return s;
}

Scenario read_any_scenario(const std::string& file, const std::vector<config::Override>& overrides,
                           config::Node& section) {
  config::Document document = config::load(file, "scenario", overrides);
  Scenario scenario = Scenario::schema().read(document.section);
  scenario.name = config::display_name(file);
  scenario.file = file;
  scenario.sha256 = document.sha256;
  section = std::move(document.section);
  return scenario;
}

Scenario read_scenario(const std::string& file, const std::vector<config::Override>& overrides) {
  config::Document document;
  Scenario scenario = read_any_scenario(file, overrides, document.section);
  if (scenario.streams.empty()) {
    throw_configuration(document.section.location().text() +
                        ": scenario: no `streams`, which a run simulates: it is "
                        "about days, for `subvolt scenario`");
  }
  for (auto& [name, stream] : scenario.streams) {
    const config::Node& said = *document.section.find("streams")->find(name);
    stream.location = said.find("network")->location();
    if (const config::Node* point = said.find("operating_point")) stream.operating_point_location = point->location();
    if (const config::Node* count = said.find("count")) stream.count_location = count->location();
  }
  return scenario;
}

Scenario one_after_the_other(const std::string& name, const std::string& network, std::int64_t count) {
  Scenario scenario;
  scenario.name = name;
  Stream stream;
  stream.network = network;
  stream.count = count;
  scenario.streams = {{name, stream}};
  return scenario;
}

std::vector<Job> jobs_of(const Scenario& scenario) {
  std::vector<Job> jobs;
  for (std::size_t s = 0; s < scenario.streams.size(); ++s) {
    const Stream& stream = scenario.streams[s].second;
    const std::int64_t count = arrivals(stream, scenario.duration).value_or(0);
    for (std::int64_t n = 0; n < count; ++n) {
      Job job;
      job.stream = static_cast<int>(s);
      job.number = n;
      if (!stream.at.empty()) job.release_time = picoseconds(stream.at[static_cast<std::size_t>(n)]);
      if (stream.every) job.release_time = picoseconds(stream.phase.value_or(Time())) + n * picoseconds(*stream.every);
      if (stream.deadline) job.deadline = picoseconds(*stream.deadline);
      job.follows = n > 0 && !stream.every && stream.at.empty();
      jobs.push_back(job);
    }
  }
  std::stable_sort(jobs.begin(), jobs.end(),
                   [](const Job& a, const Job& b) { return a.release_time < b.release_time; });
  return jobs;
}

}  // namespace subvolt::scenario

namespace subvolt::config {

const std::vector<std::pair<scenario::Mode, std::string>>& EnumNames<scenario::Mode>::names() {
  static const std::vector<std::pair<scenario::Mode, std::string>> all{{scenario::Mode::kExpected, "expected"},
                                                                       {scenario::Mode::kSimulate, "simulate"}};
  return all;
}

}  // namespace subvolt::config
