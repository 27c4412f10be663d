#include "sim/report/upf/upf.h"

#include <algorithm>

#include "sim/report/upf/tcl.h"
#include "sim/report/version.h"
#include "sim/units/text.h"

namespace subvolt::report {
namespace {

using power::PowerState;

constexpr const char* kGround = "VSS";

std::string path_of(std::string component) {
  std::replace(component.begin(), component.end(), '.', '/');
  return component;
}

bool lists(const power::PowerDomain& domain, PowerState state) {
  return std::any_of(domain.states.begin(), domain.states.end(),
                     [state](const power::StateIntent& s) { return s.state == state; });
}

// A command: its words, and options on lines of their own.
class Command {
 public:
  explicit Command(const std::string& name, const std::vector<std::string>& words = {}) : text_(name) {
    for (const std::string& word : words) text_ += " " + tcl_word(word);
  }
  // `value` is a word of Tcl already.
  Command& option(const std::string& name, const std::string& value) {
    text_ += " \\\n    " + name + " " + value;
    return *this;
  }
  Command& flag(const std::string& name) {
    text_ += " " + name;
    return *this;
  }
  std::string text() const { return text_ + "\n"; }

 private:
  std::string text_;
};

class Upf {
 public:
  Upf(const run::DesignPoint& design, const std::vector<power::ComponentDeclaration>& components,
      const std::vector<power::ComponentPowers>& powers)
      : design_(design), intent_(design.intent), components_(components), powers_(powers) {
    for (const power::NamedOperatingPoint& named : intent_.operating_points) {
      points_.emplace_back(named.name, power::resolve_conditions(intent_, design.technology, named.name));
    }
    const power::OperatingPoint& own = design.operating_point();
    const bool known = std::any_of(points_.begin(), points_.end(), [&](const auto& p) { return p.first == own.name; });
    if (!known) points_.emplace_back("design", own);
  }

  std::string text() {
    out_ += tcl_comment("Power intent " + intent_.name + " of " + design_.name +
                        " as IEEE 1801-2015 (UPF 3.0), by Subvolt " + program_version() + ". Components at " +
                        to_text(intent_.temperature) + ", " + design_.technology.name + ", operating point " +
                        design_.operating_point().name + ".");
    out_ += "upf_version 3.0\n";
    out_ += Command("set_design_top", {design_.structure.name}).text();
    supplies();
    domains();
    shifters();
    operating_points();
    models();
    return std::move(out_);
  }

 private:
  void section(const std::string& title) { out_ += "\n" + tcl_comment(title); }

  std::string voltage_state(const std::string& rail, Voltage v) const {
    std::string text = shortest(v.si());
    std::replace(text.begin(), text.end(), '.', 'p');
    std::replace(text.begin(), text.end(), '-', 'm');
    return rail + "_" + text + "V";
  }

  std::vector<Voltage> voltages(const std::string& rail) const {
    std::vector<Voltage> all;
    for (const auto& [name, point] : points_) all.push_back(point.voltage(rail));
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
  }

  void supplies() {
    section("Supplies: a set for each rail, with the voltages of the operating points.");
    out_ += Command("create_supply_port", {kGround}).option("-direction", "in").text();
    out_ += Command("create_supply_net", {kGround}).text();
    out_ += Command("connect_supply_net", {kGround}).option("-ports", tcl_list({kGround})).text();
    out_ += Command("add_supply_state", {kGround}).option("-state", tcl_list({"GROUND", "0"})).text();
    for (const power::VoltageDomain& rail : intent_.voltage_domains) {
      out_ += "\n" + Command("create_supply_port", {rail.name}).option("-direction", "in").text();
      out_ += Command("create_supply_net", {rail.name}).text();
      out_ += Command("connect_supply_net", {rail.name}).option("-ports", tcl_list({rail.name})).text();
      supply_set(set_of(rail.name), rail.name);
      Command states("add_supply_state", {rail.name});
      Command power("add_power_state");
      power.flag("-supply " + tcl_word(set_of(rail.name)));
      for (const Voltage v : voltages(rail.name)) {
        const std::string name = voltage_state(rail.name, v), volts = shortest(v.si());
        states.option("-state", tcl_list({name, volts}));
        power.option("-state",
                     tcl_list({name, "-supply_expr", "power == {FULL_ON " + volts + "} && ground == {FULL_ON 0}",
                               "-simstate", "NORMAL"}));
      }
      out_ += states.text() + power.text();
    }
  }

  void supply_set(const std::string& name, const std::string& net) {
    out_ += Command("create_supply_set", {name})
                .option("-function", tcl_list({"power", net}))
                .option("-function", tcl_list({"ground", kGround}))
                .text();
  }
  static std::string set_of(const std::string& rail) { return "SS_" + rail; }
  static bool is_switched(const power::PowerDomain& domain) {
    return lists(domain, PowerState::kOff) || lists(domain, PowerState::kRetention);
  }

  void domains() {
    for (const power::PowerDomain& domain : intent_.power_domains) {
      std::vector<std::string> elements;
      for (const power::ComponentDeclaration& component : components_) {
        if (component.power_domain == domain.name) elements.push_back(path_of(component.name));
      }
      if (elements.empty()) continue;
      shown_.push_back(&domain);
      section("Power domain " + domain.name + (domain.policy.name.empty() ? "" : ", policy " + domain.policy.name) +
              ".");
      const std::string on = set_of(domain.supply);
      const std::string primary = is_switched(domain) ? set_of(domain.name + "_switched") : on;
      if (is_switched(domain)) switched(domain, primary);
      Command create("create_power_domain", {domain.name});
      create.option("-elements", tcl_list(elements)).option("-supply", tcl_list({"primary", primary}));
      for (const auto& [handle, rail] : domain.rails) create.option("-supply", tcl_list({handle, set_of(rail)}));
      if (is_switched(domain)) {
        create.option("-supply", tcl_list({"default_isolation", on}))
            .option("-supply", tcl_list({"default_retention", on}));
      }
      out_ += create.text();
      if (is_switched(domain)) strategies(domain, on);
      domain_states(domain);
    }
  }

  void control(const std::string& name) {
    out_ += Command("create_logic_port", {name}).option("-direction", "in").text();
  }

  void switched(const power::PowerDomain& domain, const std::string& set) {
    const std::string net = domain.name + "_switched", sleep = domain.name + "_sleep";
    out_ += Command("create_supply_net", {net}).text();
    supply_set(set, net);
    Command states("add_power_state");
    states.flag("-supply " + tcl_word(set));
    for (const Voltage v : voltages(domain.supply)) {
      states.option("-state", tcl_list({voltage_state(domain.supply, v), "-supply_expr",
                                        "power == {FULL_ON " + shortest(v.si()) + "} && ground == {FULL_ON 0}",
                                        "-simstate", "NORMAL"}));
    }
    states.option("-state", tcl_list({"OFF", "-supply_expr", "power == OFF", "-simstate", "CORRUPT"}));
    out_ += states.text();
    control(sleep);
    power_switches_ += "\n" + Command("create_power_switch", {domain.name + "_switch"})
                                  .option("-domain", tcl_word(domain.name))
                                  .option("-input_supply_port", tcl_list({"in", domain.supply}))
                                  .option("-output_supply_port", tcl_list({"out", net}))
                                  .option("-control_port", tcl_list({"sleep", sleep}))
                                  .option("-on_state", tcl_list({"on", "in", "!sleep"}))
                                  .option("-off_state", tcl_list({"off", "sleep"}))
                                  .text();
  }

  void strategies(const power::PowerDomain& domain, const std::string& on) {
    out_ += std::move(power_switches_);
    power_switches_.clear();
    const std::string isolate = domain.name + "_isolate", save = domain.name + "_save";
    control(isolate);
    out_ += Command("set_isolation", {domain.name + "_isolation"})
                .option("-domain", tcl_word(domain.name))
                .option("-applies_to", "outputs")
                .option("-clamp_value", "0")
                .option("-isolation_supply", tcl_word(on))
                .option("-isolation_signal", tcl_word(isolate))
                .option("-isolation_sense", "high")
                .option("-location", "parent")
                .text();
    if (!lists(domain, PowerState::kRetention)) return;
    control(save);
    out_ += Command("set_retention", {domain.name + "_retention"})
                .option("-domain", tcl_word(domain.name))
                .option("-retention_supply", tcl_word(on))
                .option("-save_signal", tcl_list({save, "posedge"}))
                .option("-restore_signal", tcl_list({save, "negedge"}))
                .text();
  }

  // By the domain's primary supply, its control signals and its clock.
  void domain_states(const power::PowerDomain& domain) {
    std::string on;
    for (const Voltage v : voltages(domain.supply)) {
      on += (on.empty() ? "" : " || ") + ("primary == " + voltage_state(domain.supply, v));
    }
    on = "(" + on + ")";
    const std::string enable = domain.name + "_clock_enable", save = domain.name + "_save";
    const bool gated = lists(domain, PowerState::kClkGated), kept = lists(domain, PowerState::kRetention);
    if (gated) control(enable);
    Command states("add_power_state");
    states.flag("-domain " + tcl_word(domain.name));
    states.option("-state", tcl_list({"ON", "-logic_expr", on + (gated ? " && " + enable : "")}));
    if (gated) states.option("-state", tcl_list({"CLK_GATED", "-logic_expr", on + " && !" + enable}));
    if (kept) states.option("-state", tcl_list({"RETENTION", "-logic_expr", "primary == OFF && " + save}));
    if (lists(domain, PowerState::kOff)) {
      states.option("-state", tcl_list({"OFF", "-logic_expr", "primary == OFF" + (kept ? " && !" + save : "")}));
    }
    out_ += states.text();
  }

  // Whether one rail is below, or above, the other at any point.
  std::pair<bool, bool> differ(const std::string& a, const std::string& b) const {
    std::pair<bool, bool> found{false, false};
    for (const auto& [name, point] : points_) {
      found.first = found.first || point.voltage(a) < point.voltage(b);
      found.second = found.second || point.voltage(a) > point.voltage(b);
    }
    return found;
  }

  bool on_chip(const std::string& rail) const {
    return intent_.find_voltage_domain(rail)->process != power::Process::kExternal;
  }

  void shifters() {
    bool first = true;
    for (const power::PowerDomain* domain : shown_) {
      std::vector<std::string> sources;
      for (const power::PowerDomain* other : shown_) {
        const std::string& rail = other->supply;
        if (!on_chip(rail) || !on_chip(domain->supply)) continue;  // pads shift what leaves the chip
        if (std::find(sources.begin(), sources.end(), rail) != sources.end()) continue;
        sources.push_back(rail);
        const auto [low_to_high, high_to_low] = differ(rail, domain->supply);
        if (!low_to_high && !high_to_low) continue;
        if (first) section("Level shifters for what enters a domain from a rail of another voltage.");
        first = false;
        out_ += Command("set_level_shifter", {domain->name + "_from_" + rail})
                    .option("-domain", tcl_word(domain->name))
                    .option("-source", tcl_word(set_of(rail)))
                    .option("-applies_to", "inputs")
                    .option("-rule", low_to_high && high_to_low ? "both"
                                     : low_to_high              ? "low_to_high"
                                                                : "high_to_low")
                    .option("-location", "self")
                    .text();
      }
    }
  }

  void operating_points() {
    section("Operating points: the voltage of every rail.");
    out_ += Command("create_power_state_group", {"operating_points"}).text();
    Command states("add_power_state");
    states.flag("-group operating_points");
    for (const auto& [name, point] : points_) {
      std::string all;
      for (const power::VoltageDomain& rail : intent_.voltage_domains) {
        all += (all.empty() ? "" : " && ") + set_of(rail.name) +
               " == " + voltage_state(rail.name, point.voltage(rail.name));
      }
      states.option("-state", tcl_list({name, "-logic_expr", all}));
    }
    out_ += states.text();
  }

  // Powers in watts, regulators' losses apart.
  void models() {
    section("Power models of components, with what each state draws, in watts, at " + design_.operating_point().name +
            ".");
    for (std::size_t c = 0; c < components_.size(); ++c) {
      const power::ComponentDeclaration& component = components_[c];
      const power::PowerDomain& domain = *intent_.find_power_domain(component.power_domain);
      out_ += "\n";
      for (const power::ComponentPowers::Count& count : powers_[c].counts) {
        out_ += tcl_comment(count.name + ": " + shortest(count.energy.si()) + " J for each of its " + count.unit);
      }
      out_ += Command("begin_power_model", {component.name}).option("-for", tcl_word(component.kind)).text();
      out_ += Command("create_power_domain", {"PD"}).option("-elements", "{.}").text();
      Command states("add_power_state");
      states.flag("-domain PD");
      add_state(states, PowerState::kOn, c);
      for (const power::StateIntent& state : domain.states) add_state(states, state.state, c);
      out_ += states.text() + "end_power_model\n";
      out_ += Command("apply_power_model", {component.name})
                  .option("-elements", tcl_list({path_of(component.name)}))
                  .option("-supply_map", tcl_list({tcl_text({"PD.primary", domain.name + ".primary"})}))
                  .text();
    }
  }
  static std::string tcl_text(const std::vector<std::string>& words) { return words[0] + " " + words[1]; }

  void add_state(Command& states, PowerState state, std::size_t c) const {
    std::vector<std::string> words{power::to_text(state)};
    for (const auto& [at, power] : powers_[c].states) {
      if (at != state) continue;
      words.emplace_back("-power_expr");
      words.push_back(shortest(power.si()));
    }
    states.option("-state", tcl_list(words));
  }

  const run::DesignPoint& design_;
  const power::PowerIntent& intent_;
  const std::vector<power::ComponentDeclaration>& components_;
  const std::vector<power::ComponentPowers>& powers_;
  std::vector<std::pair<std::string, power::Conditions>> points_;
  std::vector<const power::PowerDomain*> shown_;  // that hold something
  std::string power_switches_;                    // which need their domain first
  std::string out_;
};

}  // namespace

std::string upf_text(const run::DesignPoint& design, const std::vector<power::ComponentDeclaration>& components,
                     const std::vector<power::ComponentPowers>& powers) {
  return Upf(design, components, powers).text();
}

}  // namespace subvolt::report
