#include <algorithm>
#include <charconv>
#include <cstdint>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sim/power/record/activity_record.h"
#include "sim/power/record/json_count.h"

namespace subvolt::power {
namespace {

using Json = nlohmann::ordered_json;

template <class T>
Json object(const std::vector<std::pair<std::string, T>>& pairs) {
  Json out = Json::object();
  for (const auto& [key, value] : pairs) out[key] = value;
  return out;
}

Json to_json(const EventDeclaration& event) {
  Json out{{"name", event.name}, {"price", event.price}, {"cause", to_text(event.cause)}, {"meaning", event.meaning}};
  out["attributes"] = object(event.attributes);
  if (event.role != EventRole::kNone) out["role"] = to_text(event.role);
  if (event.most_per_cycle != 0) out["most_per_cycle"] = event.most_per_cycle;
  if (event.most_per_ps != 0) out["most_per_ps"] = event.most_per_ps;
  if (!event.loss.cause.empty()) {
    out["loss"] = {{"cause", event.loss.cause}, {"meaning", event.loss.meaning}, {"remedy", event.loss.remedy}};
    if (event.loss.transfers) out["loss"]["transfers"] = true;
  }
  return out;
}

Json to_json(const ComponentDeclaration& component) {
  Json out;
  out["name"] = component.name;
  out["kind"] = component.kind;
  out["power_domain"] = component.power_domain;
  out["clock_domain"] = component.clock_domain;
  out["price_book"] = component.price_book;
  out["logic_gates"] = component.inventory.logic_gates;
  out["flip_flops"] = component.inventory.flip_flops;
  out["sram_bits"] = component.inventory.sram_bits;
  out["basis"] = component.inventory.basis;
  if (component.inventory.quality != config::Quality::kEstimated)
    out["basis_quality"] = to_text(component.inventory.quality);
  out["events"] = Json::array();
  for (const EventDeclaration& event : component.events) out["events"].push_back(to_json(event));
  return out;
}

Json to_json(const AcceleratorActivity& accelerator) {
  return {{"name", accelerator.name},
          {"peak_macs_per_cycle", accelerator.peak_macs_per_cycle},
          {"cycles", accelerator.cycles}};
}

Json to_json(const LayerActivity& layer) {
  Json out;
  out["name"] = layer.name;
  if (!layer.network.empty()) out["network"] = layer.network;
  out["op"] = layer.op;
  if (layer.on_host) out["on_host"] = true;
  if (!layer.runner.empty()) out["runner"] = layer.runner;
  out["macs"] = layer.macs;
  out["jobs"] = layer.jobs;
  out["begin_ps"] = layer.begin;
  out["end_ps"] = layer.end;
  out["time_ps"] = layer.time;
  out["cycles"] = layer.cycles;
  out["array_cycles"] = layer.array_cycles;
  if (layer.accelerator_cycles) out["accelerator_cycles"] = *layer.accelerator_cycles;
  if (layer.estimated_cycles) out["estimated_cycles"] = *layer.estimated_cycles;
  if (layer.pipeline_cycles) out["pipeline_cycles"] = *layer.pipeline_cycles;
  if (!layer.lost_cycles.empty()) out["lost_cycles"] = object(layer.lost_cycles);
  if (layer.first_point != 0) out["first_point"] = layer.first_point;
  if (layer.tensor_B != 0) out["tensor_B"] = layer.tensor_B;
  for (const TransferBound& bound : layer.transfer_bounds) {
    Json one{{"memory", bound.memory}, {"cycles", bound.cycles}, {"at", bound.at}};
    if (bound.off_chip) one["off_chip"] = true;
    out["transfer_bounds"].push_back(std::move(one));
  }
  out["mapping"] = layer.mapping;
  out["memory"] = object(layer.memory);
  out["busy_cycles"] = object(layer.busy_cycles);
  out["stall_cycles"] = object(layer.stall_cycles);
  out["traffic_B"] = object(layer.traffic_B);
  return out;
}

// Of a repetition all else follows from the job that it is like (activity_json_reader.cpp).
Json to_json(const JobActivity& job) {
  if (job.like != kNotLike) return {{"like", job.like}, {"number", job.number}, {"released_ps", job.released}};
  Json out{{"stream", job.stream},        {"number", job.number},  {"inferences", job.inferences},
           {"released_ps", job.released}, {"begin_ps", job.begin}, {"end_ps", job.end}};
  if (job.deadline >= Picoseconds()) out["deadline_ps"] = job.deadline;
  return out;
}

// Members of all items as one list: [job, layer, begin, end, job, layer, ...]. For what there is much of.
template <class T, class Members>
Json flat(const std::vector<T>& items, Members members) {
  Json out = Json::array();
  for (const T& item : items) {
    for (Json& member : members(item)) out.push_back(std::move(member));
  }
  return out;
}
using MemberList = std::vector<Json>;

Json to_json(const std::vector<Task>& tasks) {
  return flat(tasks, [](const Task& t) { return MemberList{t.job, t.layer, t.begin, t.end}; });
}

// Epochs are most of a record, so they are written as text at once: the same as through Json, in a fifth of the time.
class EpochText {
 public:
  explicit EpochText(const Epoch& epoch) {
    number("begin_ps", epoch.begin);
    number("end_ps", epoch.end);
    number("task", epoch.task);
    if (epoch.pieces != 1) number("pieces", epoch.pieces);
    number("operating_point", epoch.operating_point);
    if (epoch.settling_from != kSettled) number("settling_from", epoch.settling_from);
    list("states", epoch.states, [this](PowerState state) { add(state); });
    list("events", epoch.events, [this](const EventCount& e) { add(e.event, e.count); });
    if (!epoch.others.empty()) {
      list("others", epoch.others, [this](const OwnedCount& o) { add(o.task, o.event, o.count); });
    }
    list("clock_cycles", epoch.clock_cycles, [this](std::int64_t cycles) { add(cycles); });
    list("transitions", epoch.transitions,
         [this](const Epoch::Transition& t) { add(t.domain, t.from, t.to, t.times); });
    if (std::any_of(epoch.transitions.begin(), epoch.transitions.end(),
                    [](const Epoch::Transition& t) { return t.slept != kSleepNotTold; })) {
      list("slept_ps", epoch.transitions, [this](const Epoch::Transition& t) { add(t.slept.value()); });
    }
    if (!epoch.point_changes.empty()) {
      list("point_changes", epoch.point_changes, [this](const Epoch::PointChange& c) { add(c.from, c.to, c.times); });
    }
    text_ += '}';
  }
  const std::string& text() const { return text_; }

 private:
  void begin(const char* key) {
    text_ += text_.empty() ? "{\"" : ",\"";
    text_ += key;
    text_ += "\":";
  }
  void number(const char* key, std::int64_t value) {
    begin(key);
    put(value);
  }
  void number(const char* key, Picoseconds time) { number(key, time.value()); }
  template <class T, class Add>
  void list(const char* key, const std::vector<T>& items, Add add) {
    begin(key);
    text_ += '[';
    for (const T& item : items) add(item);
    if (!items.empty()) text_.pop_back();  // the last comma
    text_ += ']';
  }
  template <class... Members>
  void add(Members... members) {
    ((put(members), text_ += ','), ...);
  }
  void put(std::int64_t value) {
    char digits[20];
    text_.append(digits, std::to_chars(digits, std::end(digits), value).ptr);
  }
  void put(PowerState state) {
    text_ += '"';
    text_ += to_text(state);
    text_ += '"';
  }

  std::string text_;
};

std::string line_of(const Epoch& epoch) { return EpochText(epoch).text(); }
template <class T>
std::string line_of(const T& item) {
  return to_json(item).dump();
}

// One member per line, and one line per element of the long lists: short files that still compare line by line.
class Writer {
 public:
  void member(const std::string& key, const Json& value) {
    begin(key);
    text_ += value.dump();
  }
  template <class T>
  void lines(const std::string& key, const std::vector<T>& list) {
    begin(key);
    text_ += "[";
    for (std::size_t i = 0; i < list.size(); ++i) {
      text_ += i == 0 ? "\n    " : ",\n    ";
      text_ += line_of(list[i]);
    }
    text_ += list.empty() ? "]" : "\n  ]";
  }
  std::string take() { return std::move(text_) + "\n}\n"; }

 private:
  void begin(const std::string& key) {
    text_ += text_.empty() ? "{\n  " : ",\n  ";
    text_ += Json(key).dump() + ": ";
  }
  std::string text_;
};

}  // namespace

std::string to_json(const ActivityRecord& record) {
  Writer writer;
  writer.member("schema_version", kRecordSchemaVersion);
  writer.member("soc", record.soc);
  writer.member("power_intent", record.power_intent);
  writer.member("network", record.network);
  writer.member("objective", record.objective);
  writer.member("fidelity", record.fidelity);
  writer.member("barrier", record.barrier);
  writer.member("batch", record.batch);
  writer.member("quantize", record.quantize);
  writer.member("sha256", object(record.sha256));
  writer.member("total_ps", record.total_time);
  writer.member("total_cycles", record.total_cycles);
  writer.member("macs", record.macs);
  writer.member("peak_macs_per_cycle", record.peak_macs_per_cycle);
  writer.member("power_domains", record.power_domains);
  writer.member("operating_points", record.operating_points);
  writer.member("clock_domains", object(record.clock_domains));
  writer.lines("components", record.components);
  writer.lines("layers", record.layers);
  writer.lines("accelerators", record.accelerators);
  writer.lines("jobs", record.jobs);
  writer.member("tasks", to_json(record.tasks));
  if (!record.timeline) writer.member("timeline", false);
  writer.lines("epochs", record.epochs);
  return writer.take();
}

}  // namespace subvolt::power
