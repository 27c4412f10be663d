// Is everything there that a result has, and of its type?
#include <initializer_list>

#include "sim/report/result_violations.h"

namespace subvolt::report {
namespace {

constexpr const char* kKnownVersions[] = {"1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", kResultSchemaVersion};

class Structure {
 public:
  std::string fault() && { return std::move(fault_); }

  void result(const Json& r) {
    if (!object(r, "")) return;
    version(r);
    for (const char* part : {"provenance", "design_point", "totals"}) {
      if (has(r, "", part)) object(r.at(part), "/" + std::string(part));
    }
    for (const char* part : {"layers", "components", "accounts"}) {
      if (has(r, "", part) && !r.at(part).is_array()) say("/" + std::string(part), "expected a list");
    }
    if (!fault_.empty()) return;
    design_point(r.at("design_point"));
    numbers(r.at("totals"), "/totals",
            {"latency_s", "energy_J", "average_power_W", "tops", "tops_per_W", "utilization", "edp_Js",
             "estimated_energy_share", "energy_outside_layers_J"});
    if (r.at("totals").contains("peak_power_W")) {  // not where a record had no timeline
      numbers(r.at("totals"), "/totals", {"peak_power_W", "peak_window_s"});
    }
    integers(r.at("totals"), "/totals", {"cycles", "macs", "ops", "dram_read_B", "dram_write_B"});
    if (r.contains("bit_errors") && object(r.at("bit_errors"), "/bit_errors")) {
      integers(r.at("bit_errors"), "/bit_errors", {"expected_flips_per_inference"});
    }
    each(r, "layers", [this](const Json& l, const std::string& at) { layer(l, at); });
    if (r.contains("jobs")) jobs(r);
    if (r.contains("transitions")) transitions(r);
    each(r, "components", [this](const Json& c, const std::string& at) { component(c, at); });
    each(r, "accounts", [this](const Json& a, const std::string& at) { account(a, at); });
  }

 private:
  void say(const std::string& pointer, const std::string& what) {
    if (fault_.empty()) fault_ = (pointer.empty() ? "/" : pointer) + ": " + what;
  }
  bool object(const Json& json, const std::string& at) {
    if (!json.is_object()) say(at, "expected an object");
    return json.is_object();
  }
  bool has(const Json& json, const std::string& at, const std::string& key) {
    if (!json.contains(key)) say(at, "expected a member \"" + key + "\"");
    return json.contains(key);
  }

  void version(const Json& r) {
    if (!has(r, "", "schema_version")) return;
    std::string known;
    for (const char* version : kKnownVersions) {
      if (r.at("schema_version") == version) return;
      known += (known.empty() ? "\"" : " or \"") + std::string(version) + "\"";
    }
    say("/schema_version", "expected " + known + ", got " + r.at("schema_version").dump());
  }

  using Keys = std::initializer_list<const char*>;
  void numbers(const Json& json, const std::string& at, Keys keys) {
    for (const char* key : keys) {
      if (has(json, at, key) && !json.at(key).is_number()) say(at + "/" + key, "expected a number");
    }
  }
  void integers(const Json& json, const std::string& at, Keys keys) {
    for (const char* key : keys) {
      if (has(json, at, key)) integer(json.at(key), at + "/" + key);
    }
  }
  // Counts fit into 63 bits; sums of a few of them must not overflow either.
  void integer(const Json& json, const std::string& at) {
    constexpr std::int64_t kLargest = std::int64_t{1} << 62;
    const bool good =
        json.is_number_integer() && (json.is_number_unsigned() ? json.get<std::uint64_t>() <= std::uint64_t{kLargest}
                                                               : json.get<std::int64_t>() <= kLargest);
    if (!good) say(at, "expected an integer of at most 2^62");
  }
  void texts(const Json& json, const std::string& at, Keys keys) {
    for (const char* key : keys) {
      if (has(json, at, key) && !json.at(key).is_string()) say(at + "/" + key, "expected a text");
    }
  }
  template <class Check>
  void members(const Json& json, const std::string& at, const char* key, Check check) {
    if (!has(json, at, key) || !object(json.at(key), at + "/" + key)) return;
    for (const auto& [name, value] : json.at(key).items()) check(value, at + "/" + key + "/" + name);
  }
  template <class Check>
  void each(const Json& r, const char* list, Check check) {
    std::size_t i = 0;
    for (const Json& item : r.at(list)) {
      const std::string at = "/" + std::string(list) + "/" + std::to_string(i++);
      if (object(item, at)) check(item, at);
      if (!fault_.empty()) return;
    }
  }
  void energy_by_cause(const Json& causes, const std::string& at) {
    if (!object(causes, at)) return;
    for (const auto& [cause, joules] : causes.items()) {
      if (!joules.is_number()) say(at + "/" + cause, "expected a number");
    }
  }

  void design_point(const Json& point) {
    texts(point, "/design_point", {"soc", "technology", "network", "operating_point"});
    members(point, "/design_point", "domains", [this](const Json& domain, const std::string& at) {
      if (object(domain, at)) numbers(domain, at, {"voltage_V", "temperature_K"});
    });
  }
  void layer(const Json& l, const std::string& at) {
    texts(l, at, {"name", "op", "mapping", "bound"});
    numbers(l, at, {"latency_s", "utilization"});
    integers(l, at, {"macs", "cycles", "array_cycles"});
    for (const char* key : {"accelerator_cycles", "estimated_cycles", "pipeline_cycles"}) {  // not of all kinds
      if (l.contains(key)) integers(l, at, {key});
    }
    if (l.contains("lost_cycles")) losses(l, at);
    if (l.contains("roofline")) roofline(l, at);
    for (const char* part : {"busy_cycles", "stall_cycles", "traffic_B"}) {
      members(l, at, part, [this](const Json& n, const std::string& where) { integer(n, where); });
    }
    members(l, at, "energy_J",
            [this](const Json& causes, const std::string& where) { energy_by_cause(causes, where); });
  }
  // Both since 1.6.
  void losses(const Json& l, const std::string& at) {
    integers(l, at, {"accelerator_cycles", "ideal_cycles"});
    texts(l, at, {"runner"});
    members(l, at, "lost_cycles", [this](const Json& n, const std::string& where) { integer(n, where); });
  }
  void roofline(const Json& l, const std::string& layer) {
    const Json& roof = l.at("roofline");
    const std::string at = layer + "/roofline";
    if (!object(roof, at)) return;
    integers(roof, at, {"moved_B", "tensor_B", "transfer_cycles"});
    texts(roof, at, {"transfer_limit"});
    members(roof, at, "memories", [this](const Json& memory, const std::string& where) {
      if (!object(memory, where)) return;
      integers(memory, where, {"bytes", "cycles"});
      texts(memory, where, {"limit"});
    });
    if (roof.contains("clock_Hz")) integers(roof, at, {"clock_Hz"});
    if (!roof.contains("macs_per_cycle")) return;
    texts(roof, at, {"bound_by"});
    members(roof, at, "macs_per_cycle", [this](const Json& rate, const std::string& where) {
      if (!rate.is_number()) say(where, "expected a number");
    });
    if (fault_.empty()) numbers(roof.at("macs_per_cycle"), at + "/macs_per_cycle", {"compute"});
  }
  void jobs(const Json& r) {  // none in results up to 1.1
    if (!r.at("jobs").is_array()) return say("/jobs", "expected a list");
    std::size_t before = 0;  // jobs in front of the one in hand
    each(r, "jobs", [this, &r, &before](const Json& job, const std::string& at) {
      const std::size_t here = before++;
      if (job.contains("like")) return repetition(r.at("jobs"), here, at);
      texts(job, at, {"stream"});
      numbers(job, at, {"released_s", "begin_s", "end_s", "latency_s", "energy_J"});
      integers(job, at, {"number", "inferences"});
    });
    if (has(r.at("totals"), "/totals", "between_jobs") &&
        object(r.at("totals").at("between_jobs"), "/totals/between_jobs")) {
      numbers(r.at("totals").at("between_jobs"), "/totals/between_jobs", {"time_s", "energy_J"});
    }
  }
  void repetition(const Json& jobs, std::size_t here, const std::string& at) {
    const Json& job = jobs[here];
    integers(job, at, {"like", "number"});
    numbers(job, at, {"released_s"});
    const Json& like = job.at("like");
    const bool known =
        like.is_number_unsigned() && like.get<std::size_t>() < here && !jobs[like.get<std::size_t>()].contains("like");
    if (!known) say(at + "/like", "expected the index of a job before it that is like no other");
  }
  void transitions(const Json& r) {  // of runs at several operating points only
    if (!r.at("transitions").is_array()) return say("/transitions", "expected a list");
    each(r, "transitions", [this](const Json& t, const std::string& at) {
      texts(t, at, {"from", "to"});
      integers(t, at, {"times"});
      numbers(t, at, {"time_s", "energy_J"});
    });
  }
  void component(const Json& c, const std::string& at) {
    texts(c, at, {"name", "kind", "domain"});
    if (has(c, at, "energy_J")) energy_by_cause(c.at("energy_J"), at + "/energy_J");
    members(c, at, "events", [this](const Json& n, const std::string& where) { integer(n, where); });
    members(c, at, "residency_s", [this](const Json& s, const std::string& where) {
      if (!s.is_number()) say(where, "expected a number");
    });
  }
  void account(const Json& a, const std::string& at) {
    texts(a, at,
          {"account", "component", "domain", "cause", "count_unit", "formula", "scale_formula", "source", "quality"});
    integers(a, at, {"count"});
    numbers(a, at, {"unit_energy_J", "scale", "energy_J"});
  }

  std::string fault_;
};

}  // namespace

std::string structural_fault(const Json& result) {
  Structure structure;
  structure.result(result);
  return std::move(structure).fault();
}

}  // namespace subvolt::report
