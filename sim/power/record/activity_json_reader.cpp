#include <cstdint>
#include <nlohmann/json.hpp>

#include "sim/power/record/activity_record.h"
#include "sim/power/record/json_text.h"
#include "sim/power/record/json_value.h"

namespace subvolt::power {
namespace {

using Json = nlohmann::ordered_json;

using Value = JsonValue;

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
std::vector<Hertz> frequencies(const Value& list) {
  std::vector<Hertz> out;
  for (const Value& item : list.items()) out.push_back(item.count<Hertz>());
  return out;
}

// What the names of events meant before they had roles.
EventRole role_of_old(const std::string& event) {
  if (event == "mac_int8") return EventRole::kMac;
  if (event == "read_B") return EventRole::kReadBytes;
  return event == "write_B" ? EventRole::kWriteBytes : EventRole::kNone;
}

Loss read_loss(const Value& v) {
  v.only({"cause", "meaning", "remedy", "transfers"});
  Loss loss{v.at("cause").text(), v.at("meaning").text(), v.at("remedy").text(), false};
  if (loss.cause.empty()) v.at("cause").fail("expected a cause, got none");
  loss.transfers = v.has("transfers") && v.at("transfers").truth();
  return loss;
}

EventDeclaration read_event(const Value& v, bool has_roles) {
  v.only({"name", "price", "cause", "meaning", "attributes", "role", "most_per_cycle", "most_per_ps", "loss"});
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
  if (v.has("loss")) event.loss = read_loss(v.at("loss"));
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

TransferBound read_bound(const Value& v) {
  v.only({"memory", "off_chip", "cycles", "at"});
  return {v.at("memory").text(), v.has("off_chip") && v.at("off_chip").truth(), v.at("cycles").integer(),
          v.at("at").text()};
}

LayerActivity read_layer(const Value& v) {
  v.only({"name",
          "network",
          "op",
          "on_host",
          "runner",
          "macs",
          "jobs",
          "begin_ps",
          "end_ps",
          "time_ps",
          "cycles",
          "array_cycles",
          "accelerator_cycles",
          "estimated_cycles",
          "pipeline_cycles",
          "lost_cycles",
          "first_point",
          "tensor_B",
          "transfer_bounds",
          "mapping",
          "memory",
          "busy_cycles",
          "stall_cycles",
          "traffic_B"});
  LayerActivity layer;
  layer.name = v.at("name").text();
  if (v.has("network")) layer.network = v.at("network").text();
  layer.op = v.at("op").text();
  // Records of before have none, and then every layer's MACs are held against the array.
  layer.on_host = v.has("on_host") && v.at("on_host").truth();
  if (v.has("runner")) layer.runner = v.at("runner").text();
  layer.macs = v.at("macs").integer();
  layer.begin = v.at("begin_ps").count<Picoseconds>();
  layer.end = v.at("end_ps").count<Picoseconds>();
  layer.jobs = v.has("jobs") ? v.at("jobs").integer() : 1;
  layer.time = v.has("time_ps") ? v.at("time_ps").count<Picoseconds>() : layer.end - layer.begin;
  layer.cycles = v.at("cycles").integer();
  layer.array_cycles = v.at("array_cycles").integer();
  if (v.has("accelerator_cycles")) layer.accelerator_cycles = v.at("accelerator_cycles").integer();
  if (v.has("estimated_cycles")) layer.estimated_cycles = v.at("estimated_cycles").integer();
  if (v.has("pipeline_cycles")) layer.pipeline_cycles = v.at("pipeline_cycles").integer();
  if (v.has("lost_cycles")) layer.lost_cycles = v.at("lost_cycles").members(integer);
  if (v.has("first_point")) layer.first_point = v.at("first_point").index();
  if (v.has("tensor_B")) layer.tensor_B = v.at("tensor_B").integer();
  if (v.has("transfer_bounds")) {
    for (const Value& b : v.at("transfer_bounds").items()) layer.transfer_bounds.push_back(read_bound(b));
  }
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
  const Picoseconds released = v.at("released_ps").count<Picoseconds>();
  if (released < job.released || released > kLongestRecord || job.released < Picoseconds() ||
      job.end > kLongestRecord || job.begin < Picoseconds() || job.deadline > kLongestRecord) {
    v.at("released_ps").fail("expected a time from that of job " + std::to_string(like) + " to 2^61");
  }
  const Picoseconds later = released - job.released;
  job.released += later;
  job.begin += later;
  job.end += later;
  if (job.deadline >= Picoseconds()) job.deadline += later;
  return job;
}

JobActivity read_job(const Value& v) {
  v.only({"stream", "number", "inferences", "released_ps", "begin_ps", "end_ps", "deadline_ps"});
  JobActivity job;
  job.stream = v.at("stream").text();
  job.number = v.at("number").integer();
  job.inferences = v.at("inferences").integer();
  if (job.inferences < 1) v.at("inferences").fail("expected inferences from 1, got " + std::to_string(job.inferences));
  job.released = v.at("released_ps").count<Picoseconds>();
  job.begin = v.at("begin_ps").count<Picoseconds>();
  job.end = v.at("end_ps").count<Picoseconds>();
  if (v.has("deadline_ps")) job.deadline = v.at("deadline_ps").count<Picoseconds>();
  return job;
}

std::vector<Task> read_tasks(const Value& v) {
  std::vector<Task> tasks;
  const auto items = groups(v, 4);
  for (std::size_t i = 0; i < items.size(); i += 4) {
    tasks.push_back({items[i].index(), items[i + 1].index(), items[i + 2].count<Picoseconds>(),
                     items[i + 3].count<Picoseconds>(), 1});
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
  record.jobs = {{record.network, 0, record.batch, {}, Picoseconds(-1), {}, record.total_time}};
  for (std::size_t l = 0; l < record.layers.size(); ++l) {
    record.tasks.push_back({0, static_cast<std::int32_t>(l), record.layers[l].begin, record.layers[l].end, 1});
  }
}

Epoch read_epoch(const Value& v) {
  v.only({"begin_ps", "end_ps", "task", "layer", "pieces", "operating_point", "settling_from", "states", "events",
          "others", "clock_cycles", "transitions", "slept_ps", "point_changes"});
  Epoch epoch;
  epoch.begin = v.at("begin_ps").count<Picoseconds>();
  epoch.end = v.at("end_ps").count<Picoseconds>();
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
  if (v.has("slept_ps")) {
    const std::vector<std::int64_t> slept = integers(v.at("slept_ps"));
    if (slept.size() != epoch.transitions.size()) v.at("slept_ps").fail("expected one time for each transition");
    for (std::size_t i = 0; i < epoch.transitions.size(); ++i) {
      epoch.transitions[i].slept = Picoseconds(slept[i]);
    }
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
  const bool has_roles = version == kRecordSchemaVersion || version == "1.6" || version == "1.5" || version == "1.4" ||
                         version == "1.3" || version == "1.2";
  const bool has_jobs = has_roles || version == "1.1";
  if (!has_jobs && version != "1.0") {
    v.at("schema_version")
        .fail("expected \"1.0\", \"1.1\", \"1.2\", \"1.3\", \"1.4\", \"1.5\", \"1.6\" or \"" +
              std::string(kRecordSchemaVersion) + "\", got \"" + version + "\"");
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
  record.total_time = v.at("total_ps").count<Picoseconds>();
  record.total_cycles = v.at("total_cycles").integer();
  record.macs = v.at("macs").integer();
  record.peak_macs_per_cycle = v.at("peak_macs_per_cycle").integer();
  record.power_domains = texts(v.at("power_domains"));
  record.operating_points = texts(v.at("operating_points"));
  record.clock_domains = v.at("clock_domains").members(frequencies);
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
