// A SoC elaborated from structure and power intent: SystemC modules, wired, in their domains.
//
// SystemC elaborates one design per process, so one Soc lives per process.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "sim/kernel/component.h"
#include "sim/kernel/repeat/repetition.h"
#include "sim/mapping/program/plan.h"
#include "sim/power/intent/power_intent.h"
#include "sim/soc/clocks.h"
#include "sim/soc/structure.h"
#include "sim/soc/wiring.h"

namespace subvolt::soc {

class Soc : public kernel::Environment {
 public:
  // Throws Error(kConfiguration) with everything that is wrong: a component without clock or power domain, a
  // domain element that matches nothing, an unbound port, overlapping or missing addresses, a memory with live
  // data in a domain whose policy switches it off, a memory's interface clock in which the points differ. The run
  // begins at the first of the `points`.
  Soc(const Structure& structure, const power::PowerIntent& intent, const std::vector<power::OperatingPoint>& points,
      kernel::Fidelity fidelity);
  ~Soc() override;

  // What the mapper needs, with ways to memories as fast as they are when clocks run as at this point. Throws when
  // there is no accelerator, no host or no memory, or more than one host.
  mapping::Hardware hardware(const power::OperatingPoint& map_at) const;
  // Ways from each accelerator to each memory alone, as they are at this point: of Hardware::accelerators and memories.
  std::vector<std::vector<mapping::Path>> ways(const power::OperatingPoint& at) const;
  // Hands the program to accelerators and host; `program` must outlive the simulation.
  void load(const mapping::Program& program);
  // Before a program in whose jobs weights stay in the accelerators' buffers. Throws when a policy may switch one off.
  void require_weights_kept() const;
  // In the order of Hardware::accelerators.
  struct Runner {
    std::string instance;
    const kernel::ClockDomain* clock;
  };
  const std::vector<Runner>& accelerators() const { return accelerators_; }
  const Runner& host() const { return host_; }

  kernel::ClockDomain& clock_domain_of(const std::string& component) override;
  kernel::PowerDomain& power_domain_of(const std::string& component) override;
  std::vector<kernel::PowerDomain*> power_domains() override;
  std::vector<kernel::ClockDomain*> clock_domains() override;
  Temperature temperature() const override { return intent_.temperature; }
  kernel::Repetition* repetition() override { return &repetition_; }
  kernel::OperatingPoints* operating_points() override { return operating_points_.get(); }
  Cycles access_cycles(const std::string& component) const override;
  kernel::ActivityRecorder& recorder() override { return *recorder_; }
  kernel::Fidelity fidelity() const override { return fidelity_; }
  config::Node document(const std::string& kind, const config::Node& name) override;

 private:
  struct Built {
    const Instance* instance;
    std::unique_ptr<kernel::Component> component;
  };
  std::vector<std::unique_ptr<kernel::GatingPolicy>> make_policies(config::Diagnostics& diagnostics) const;
  void make_domains(std::vector<std::unique_ptr<kernel::GatingPolicy>>& policies);
  void make_components(config::Diagnostics& diagnostics);
  void connect();
  void check_names(config::Diagnostics& diagnostics) const;  // of domains and components together
  void check_single(config::Diagnostics& diagnostics) const;
  void check_controller(config::Diagnostics& diagnostics) const;
  void check_membership(config::Diagnostics& diagnostics) const;
  void check_domains(config::Diagnostics& diagnostics) const;
  void check_retention(config::Diagnostics& diagnostics) const;
  void check_scaling(config::Diagnostics& diagnostics) const;

  const Structure& structure_;
  const power::PowerIntent& intent_;
  std::vector<power::OperatingPoint> points_;
  kernel::Fidelity fidelity_;
  std::unique_ptr<kernel::ActivityRecorder> recorder_;
  Clocks clocks_;
  std::unique_ptr<kernel::OperatingPoints> operating_points_;
  std::map<std::string, std::unique_ptr<kernel::PowerDomain>> domains_;
  std::vector<std::string> without_clock_, without_domain_;
  std::set<std::string> seen_components_;
  std::vector<Built> built_;
  Wiring wiring_{structure_};
  std::vector<mapping::MemoryRegion> memories_;
  std::vector<mapping::Doorbell> doorbells_;
  std::vector<Runner> accelerators_;
  Runner host_;
  kernel::Repetition repetition_{*this};
};

}  // namespace subvolt::soc
