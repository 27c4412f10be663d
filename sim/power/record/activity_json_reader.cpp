#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>

#include "sim/config/error.h"
#include "sim/power/record/activity_record.h"
#include "sim/power/record/json_text.h"

namespace subvolt::power {
namespace {

using Json = nlohmann::ordered_json;

// The JSON pointer from one value to another that is somewhere within it.
bool find_way(const Json& from, const Json& to, std::string& pointer) {
  if (&from == &to) return true;
  const std::size_t length = pointer.size();
  std::size_t i = 0;
  for (const auto& [key, value] : from.items()) {
    if (!from.is_structured()) return false;
    pointer += "/" + (from.is_array() ? std::to_string(i++) : key);
    if (find_way(value, to, pointer)) return true;
    pointer.resize(length);
  }
  return false;
}

// A value of a document. Everything that is not as it must be is an error with the JSON pointer, which is looked for
// when there is something to say: a record has 10^5 values.
class Value {
 public:
  Value(const Json& json, const Json& root, const std::string& file) : json_(json), root_(root), file_(file) {}

  [[noreturn]] void fail(const std::string& why) const {
    std::string pointer;
    find_way(root_, json_, pointer);
    throw Error(ErrorKind::kConfiguration, file_ + ": " + (pointer.empty() ? "/" : pointer) + ": " + why);
  }
  // The member, which must be there.
  Value at(const std::string& key) const {
    const auto found = require_object().find(key);
    if (found == json_.end()) fail("expected a member \"" + key + "\"");
    return Value(*found, root_, file_);
  }
  bool has(const std::string& key) const { return require_object().contains(key); }
  // An object with these members and no other.
  void only(std::initializer_list<const char*> keys) const {
    for (const auto& [key, value] : require_object().items()) {
      bool known = false;
      for (const char* k : keys) known = known || key == k;
      if (!known) fail("unknown member \"" + key + "\"");
    }
  }
  std::vector<Value> items() const {
    if (!json_.is_array()) fail(std::string("expected an array, got ") + json_.type_name());
    std::vector<Value> out;
    out.reserve(json_.size());
    for (const Json& item : json_) out.emplace_back(item, root_, file_);
    return out;
  }
  template <class Read>
  auto members(Read read) const {
    std::vector<std::pair<std::string, decltype(read(*this))>> out;
    for (const auto& [key, value] : require_object().items()) {
      out.emplace_back(key, read(Value(value, root_, file_)));
    }
    return out;
  }

  bool truth() const {
    if (!json_.is_boolean()) fail("expected true or false");
    return json_.get<bool>();
  }
  std::int64_t integer() const {
    const bool fits =
        json_.is_number_integer() &&
        (!json_.is_number_unsigned() ||
         json_.get<std::uint64_t>() <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()));
    if (!fits) fail("expected an integer of 64 bits, got " + json_.dump());
    return json_.get<std::int64_t>();
  }
  std::int32_t index() const {
    const std::int64_t wide = integer();
    if (wide < std::numeric_limits<std::int32_t>::min() || wide > std::numeric_limits<std::int32_t>::max()) {
      fail("expected an integer of 32 bits, got " + json_.dump());
    }
    return static_cast<std::int32_t>(wide);
  }
  double number() const {
    if (!json_.is_number()) fail(std::string("expected a number, got ") + json_.type_name());
    return json_.get<double>();
  }
  std::string text() const {
    if (!json_.is_string()) fail(std::string("expected a string, got ") + json_.type_name());
    return json_.get<std::string>();
  }
  // One of the texts that to_text gives the first `count` values of the enumeration.
  template <class E>
  E one_of(int count) const {
    const std::string wanted = text();
    std::string names;
    for (int i = 0; i < count; ++i) {
      if (wanted == to_text(static_cast<E>(i))) return static_cast<E>(i);
      names += (i == 0 ? "" : ", ") + std::string(to_text(static_cast<E>(i)));
    }
    fail("expected one of " + names + ", got \"" + wanted + "\"");
  }

 private:
  const Json& require_object() const {
    if (!json_.is_object()) fail(std::string("expected an object, got ") + json_.type_name());
    return json_;
  }
  const Json& json_;
  const Json& root_;
  const std::string& file_;
};

std::int64_t integer(const Value& v) { return v.integer(); }

std::vector<std::string> texts(const Value& list) {
  std::vector<std::string> out;
  for (const Value& v : list.items()) out.push_back(v.text());
  return out;
}

std::vector<std::int64_t> integers(const Value& list) {
  std::vector<std::int64_t> out;
  for (const Value& v : list.items()) out.push_back(v.integer());
  return out;
}

// What the names of events meant before they had roles.
EventRole role_of_old(const std::string& event) {
  if (event == "mac_int8") return EventRole::kMac;
  if (event == "read_B") return EventRole::kReadBytes;
  return event == "write_B" ? EventRole::kWriteBytes : EventRole::kNone;
}

EventDeclaration read_event(const Value& v, bool has_roles) {
  v.only({"name", "price", "cause", "meaning", "attributes", "role", "most_per_cycle", "most_per_ps"});
  EventDeclaration event;
  event.name = v.at("name").text();
  event.price = v.at("price").text();
  event.cause = v.at("cause").one_of<Cause>(kCauses);
  event.meaning = v.at("meaning").text();
  event.attributes = v.at("attributes").members([](const Value& a) { return a.number(); });
  if (!has_roles) event.role = role_of_old(event.name);
  if (v.has("role")) event.role = v.at("role").one_of<EventRole>(kEventRoles);
  for (const auto& [key, most] : {std::pair("most_per_cycle", &EventDeclaration::most_per_cycle),
                                  std::pair("most_per_ps", &EventDeclaration::most_per_ps)}) {
    if (!v.has(key)) continue;
    event.*most = v.at(key).integer();
    if (event.*most < 1) v.at(key).fail("expected a limit from 1, got " + std::to_string(event.*most));
  }
  return event;
}

ComponentDeclaration read_component(const Value& v, bool has_roles) {
  v.only({"name", "kind", "power_domain", "clock_domain", "price_book", "logic_gates", "flip_flops", "sram_bits",
          "basis", "basis_quality", "events"});
  ComponentDeclaration component;
  component.name = v.at("name").text();
  component.kind = v.at("kind").text();
  component.power_domain = v.at("power_domain").text();
  component.clock_domain = v.at("clock_domain").text();
  component.price_book = v.at("price_book").text();
  component.inventory = {v.at("logic_gates").integer(), v.at("flip_flops").integer(), v.at("sram_bits").integer(),
                         v.at("basis").text(), config::Quality::kEstimated};
  constexpr int kQualities = 3;
  if (v.has("basis_quality")) component.inventory.quality = v.at("basis_quality").one_of<config::Quality>(kQualities);
  for (const Value& e : v.at("events").items()) component.events.push_back(read_event(e, has_roles));
  return component;
}

LayerActivity read_layer(const Value& v) {
  v.only({"name", "network", "op", "on_host", "runner", "macs", "jobs", "begin_ps", "end_ps", "time_ps", "cycles",
          "array_cycles", "accelerator_cycles", "estimated_cycles", "mapping", "memory", "busy_cycles", "stall_cycles",
          "traffic_B"});
  LayerActivity layer;
  layer.name = v.at("name").text();
  if (v.has("network")) layer.network = v.at("network").text();
  layer.op = v.at("op").text();
  // Records of before have none, and then every layer's MACs are held against the array.
  layer.on_host = v.has("on_host") && v.at("on_host").truth();
  if (v.has("runner")) layer.runner = v.at("runner").text();
  layer.macs = v.at("macs").integer();
  layer.begin_ps = v.at("begin_ps").integer();
  layer.end_ps = v.at("end_ps").integer();
  layer.jobs = v.has("jobs") ? v.at("jobs").integer() : 1;
  layer.time_ps = v.has("time_ps") ? v.at("time_ps").integer() : layer.end_ps - layer.begin_ps;
  layer.cycles = v.at("cycles").integer();
  layer.array_cycles = v.at("array_cycles").integer();
  if (v.has("accelerator_cycles")) layer.accelerator_cycles = v.at("accelerator_cycles").integer();
  if (v.has("estimated_cycles")) layer.estimated_cycles = v.at("estimated_cycles").integer();
  layer.mapping = v.at("mapping").text();
  layer.memory = v.at("memory").members([](const Value& m) { return m.text(); });
  layer.busy_cycles = v.at("busy_cycles").members(integer);
  layer.stall_cycles = v.at("stall_cycles").members(integer);
  layer.traffic_B = v.at("traffic_B").members(integer);
  return layer;
}

AcceleratorActivity read_accelerator(const Value& v) {
  v.only({"name", "peak_macs_per_cycle", "cycles"});
  return {v.at("name").text(), v.at("peak_macs_per_cycle").integer(), v.at("cycles").integer()};
}

// A flat list of groups, such as [id, count, id, count].
std::vector<Value> groups(const Value& list, std::size_t size) {
  auto items = list.items();
  if (items.size() % size != 0) list.fail("expected groups of " + std::to_string(size));
  return items;
}

// As long after another job as it was released.
JobActivity read_repetition(const Value& v, const std::vector<JobActivity>& before) {
  v.only({"like", "number", "released_ps"});
  const std::int32_t like = v.at("like").index();
  if (like < 0 || static_cast<std::size_t>(like) >= before.size() ||
      before[static_cast<std::size_t>(like)].like != kNotLike) {
    v.at("like").fail("expected the index of a job before it that is like no other, got " + std::to_string(like));
  }
  JobActivity job = before[static_cast<std::size_t>(like)];
  job.like = like;
  job.number = v.at("number").integer();
  const std::int64_t released_ps = v.at("released_ps").integer();
  if (released_ps < job.released_ps || released_ps > kLongestRecord_ps || job.released_ps < 0 ||
      job.end_ps > kLongestRecord_ps || job.begin_ps < 0 || job.deadline_ps > kLongestRecord_ps) {
    v.at("released_ps").fail("expected a time from that of job " + std::to_string(like) + " to 2^61");
  }
  const std::int64_t later_ps = released_ps - job.released_ps;
  job.released_ps += later_ps;
  job.begin_ps += later_ps;
  job.end_ps += later_ps;
  if (job.deadline_ps >= 0) job.deadline_ps += later_ps;
  return job;
}

JobActivity read_job(const Value& v) {
  v.only({"stream", "number", "inferences", "released_ps", "begin_ps", "end_ps", "deadline_ps"});
  JobActivity job;
  job.stream = v.at("stream").text();
  job.number = v.at("number").integer();
  job.inferences = v.at("inferences").integer();
  if (job.inferences < 1) v.at("inferences").fail("expected inferences from 1, got " + std::to_string(job.inferences));
  job.released_ps = v.at("released_ps").integer();
  job.begin_ps = v.at("begin_ps").integer();
  job.end_ps = v.at("end_ps").integer();
  if (v.has("deadline_ps")) job.deadline_ps = v.at("deadline_ps").integer();
  return job;
}

std::vector<Task> read_tasks(const Value& v) {
  std::vector<Task> tasks;
  const auto items = groups(v, 4);
  for (std::size_t i = 0; i < items.size(); i += 4) {
    tasks.push_back({items[i].index(), items[i + 1].index(), items[i + 2].integer(), items[i + 3].integer(), 1});
  }
  return tasks;
}

// Tasks count for all jobs that are like theirs.
void count_repetitions(ActivityRecord& record) {
  std::vector<std::int64_t> times(record.jobs.size(), 1);
  for (const JobActivity& job : record.jobs) {
    if (job.like != kNotLike) ++times[static_cast<std::size_t>(job.like)];
  }
  for (Task& task : record.tasks) {
    if (task.job >= 0 && static_cast<std::size_t>(task.job) < times.size()) {
      task.times = times[static_cast<std::size_t>(task.job)];
    }
  }
}

// Of a version without jobs: one, whose tasks are the layers.
void add_only_job(ActivityRecord& record) {
  record.jobs = {{record.network, 0, record.batch, 0, -1, 0, record.total_ps}};
  for (std::size_t l = 0; l < record.layers.size(); ++l) {
    record.tasks.push_back({0, static_cast<std::int32_t>(l), record.layers[l].begin_ps, record.layers[l].end_ps, 1});
  }
}

Epoch read_epoch(const Value& v) {
  v.only({"begin_ps", "end_ps", "task", "layer", "pieces", "operating_point", "settling_from", "states", "events",
          "others", "clock_cycles", "transitions", "point_changes"});
  Epoch epoch;
  epoch.begin_ps = v.at("begin_ps").integer();
  epoch.end_ps = v.at("end_ps").integer();
  epoch.task = v.at(v.has("layer") ? "layer" : "task").index();
  if (v.has("pieces")) epoch.pieces = v.at("pieces").integer();
  epoch.operating_point = v.at("operating_point").index();
  if (v.has("settling_from")) epoch.settling_from = v.at("settling_from").index();
  for (const Value& s : v.at("states").items()) epoch.states.push_back(s.one_of<PowerState>(kPowerStates));
  const auto events = groups(v.at("events"), 2);
  for (std::size_t i = 0; i < events.size(); i += 2)
    epoch.events.push_back({events[i].index(), events[i + 1].integer()});
  if (v.has("others")) {
    const auto others = groups(v.at("others"), 3);
    for (std::size_t i = 0; i < others.size(); i += 3) {
      epoch.others.push_back({others[i].index(), others[i + 1].index(), others[i + 2].integer()});
    }
  }
  epoch.clock_cycles = integers(v.at("clock_cycles"));
  const auto transitions = groups(v.at("transitions"), 4);
  for (std::size_t i = 0; i < transitions.size(); i += 4) {
    epoch.transitions.push_back({transitions[i].index(), transitions[i + 1].one_of<PowerState>(kPowerStates),
                                 transitions[i + 2].one_of<PowerState>(kPowerStates), transitions[i + 3].integer()});
  }
  if (v.has("point_changes")) {
    const auto changes = groups(v.at("point_changes"), 3);
    for (std::size_t i = 0; i < changes.size(); i += 3) {
      epoch.point_changes.push_back({changes[i].index(), changes[i + 1].index(), changes[i + 2].integer()});
    }
  }
  return epoch;
}

ActivityRecord read_record(const Value& v) {
  v.only({"schema_version", "soc",
          "power_intent",   "network",
          "objective",      "fidelity",
          "barrier",        "batch",
          "quantize",       "sha256",
          "total_ps",       "total_cycles",
          "macs",           "peak_macs_per_cycle",
          "power_domains",  "operating_points",
          "clock_domains",  "components",
          "layers",         "accelerators",
          "jobs",           "tasks",
          "timeline",       "epochs"});
  const std::string version = v.at("schema_version").text();
  const bool has_roles = version == kRecordSchemaVersion || version == "1.4" || version == "1.3" || version == "1.2";
  const bool has_jobs = has_roles || version == "1.1";
  if (!has_jobs && version != "1.0") {
    v.at("schema_version")
        .fail("expected \"1.0\", \"1.1\", \"1.2\", \"1.3\", \"1.4\" or \"" + std::string(kRecordSchemaVersion) +
              "\", got \"" + version + "\"");
  }
  ActivityRecord record;
  record.soc = v.at("soc").text();
  record.power_intent = v.at("power_intent").text();
  record.network = v.at("network").text();
  record.objective = v.at("objective").text();
  record.fidelity = v.at("fidelity").text();
  if (v.has("barrier")) record.barrier = v.at("barrier").text();
  if (record.barrier != "soc" && record.barrier != "accelerator") {
    v.at("barrier").fail("expected \"soc\" or \"accelerator\", got \"" + record.barrier + "\"");
  }
  record.batch = v.at("batch").integer();
  if (record.batch < 1) v.at("batch").fail("expected inferences from 1, got " + std::to_string(record.batch));
  if (v.has("quantize")) record.quantize = v.at("quantize").text();  // records of before have none
  record.sha256 = v.at("sha256").members([](const Value& s) { return s.text(); });
  record.total_ps = v.at("total_ps").integer();
  record.total_cycles = v.at("total_cycles").integer();
  record.macs = v.at("macs").integer();
  record.peak_macs_per_cycle = v.at("peak_macs_per_cycle").integer();
  record.power_domains = texts(v.at("power_domains"));
  record.operating_points = texts(v.at("operating_points"));
  record.clock_domains = v.at("clock_domains").members(integers);
  for (const Value& c : v.at("components").items()) record.components.push_back(read_component(c, has_roles));
  for (const Value& l : v.at("layers").items()) record.layers.push_back(read_layer(l));
  if (v.has("accelerators")) {
    for (const Value& a : v.at("accelerators").items()) record.accelerators.push_back(read_accelerator(a));
  }
  if (has_jobs) {
    for (const Value& j : v.at("jobs").items()) {
      record.jobs.push_back(j.has("like") ? read_repetition(j, record.jobs) : read_job(j));
    }
    record.tasks = read_tasks(v.at("tasks"));
    count_repetitions(record);
  } else {
    add_only_job(record);
  }
  record.timeline = !v.has("timeline") || v.at("timeline").truth();
  for (const Value& e : v.at("epochs").items()) record.epochs.push_back(read_epoch(e));
  return record;
}

}  // namespace

ActivityRecord activity_record_from_json(const std::string& text, const std::string& file) {
  const Json json = parse_json(text, file, "an activity.json");
  return read_record(Value(json, json, file));
}

}  // namespace subvolt::power
