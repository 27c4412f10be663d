// Host CPU: a timed actor that runs a program job by job, each layer by layer, and then ends the simulation.
//
// Parameters: see HostCpuConfig. Ports: "" (initiator: data and the doorbells), "irq" (interrupt in, one line for each
// that is connected).
//
// Timing (cycles of its clock); what does not begin at an edge begins at the next one.
//   layer on the NPU    layer_setup; a 4-byte write of the layer's index, little endian, to the doorbell, for
//                       whose response it waits; sleep (WFI) until the interrupt; interrupt cycles
//   layer on the host   all reads, then the cycles of the operator's kernel (mapping/processor/kernel_cost.h: per
//                       operation, result, row and run; further parts of the work by their operations), rounded up,
//                       then all writes; accesses of at most `burst` bytes (a power of two, whose multiples none
//                       crosses), one at a time, for each of which it waits
//   view                nothing, and no time
// The accesses of a long block, but for the first and the last ones, take the direct path where there is one
// (sim/kernel/direct_path.h): the same cycles and counts without SystemC events.
// It is busy all the time but for its sleep: waiting for the bus costs cycles, too. It sleeps until the next job is
// released. An interrupt wakes its power domain, whose wake-up takes as long as it takes.
//
// With a barrier for the whole SoC a layer begins when the one before is done, and is a task of the recorder from its
// begin to the begin of the next one. With a barrier per accelerator the host, whenever it is free, does the first of
// these that there is: handle an interrupt; start the next layer of an accelerator that does not have two already, if
// the layer may begin (task_window.h); run its own next layer, if it may begin; sleep. As many jobs are under way at a
// time as there are runners. A task of the host lasts as long as it works on it; one of an accelerator begins with its
// set-up where the accelerator is idle, else when its turn comes there.
//
// A job that comes when the machine is in a state in which an equal one found it may be skipped, and with it all that
// came between the two and comes again (sim/kernel/repeat/repetition.h).
//
// Where a layer is to run at another operating point than the one in force, the host waits until no other layer is at
// work, asks for it before the layer begins and sleeps until clocks and rails have settled
// (sim/kernel/operating_points.h); that time is no task's.
//
// Events: cycle (price cpu.cycle), each busy cycle.
// Errors: kInternal when the bus answers an access with an error, or an operator is not in its table.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "models/hw/host_cpu/task_window.h"
#include "sim/config/schema.h"
#include "sim/kernel/component.h"
#include "sim/kernel/ports.h"
#include "sim/kernel/repeat/repetition.h"
#include "sim/kernel/thread.h"
#include "sim/mapping/capabilities.h"
#include "sim/mapping/processor/kernel_cost.h"
#include "sim/mapping/program/burst_cutter.h"
#include "sim/units/picoseconds.h"

namespace subvolt::hw {

struct HostCpuConfig {
  Cycles layer_setup{200};
  Cycles interrupt{80};
  Bytes burst{32};
  config::Node processor;                       // name of a processor's document; null: none
  config::NamedList<double> operators;          // none: the processor's, or default_operators()
  config::NamedList<double> unknown_operators;  // beside them, by the name in a network's file
  static const config::Schema<HostCpuConfig>& schema();
};

class HostCpu : public kernel::Component, public kernel::HasPorts, public mapping::Host {
 public:
  HostCpu(sc_core::sc_module_name name, const HostCpuConfig& config, kernel::Environment& environment);
  static std::vector<power::EventDeclaration> events();
  static power::Inventory inventory();

  kernel::Port* initiator_side(const std::string& port) override { return port.empty() ? &port_ : nullptr; }
  kernel::Port* target_side(const std::string& port) override { return port == "irq" ? add_line() : nullptr; }

  mapping::HostCapabilities host_capabilities() const override { return {instance(), operators_}; }
  void load_program(const mapping::Program* program, std::vector<mapping::Doorbell> doorbells) override;

  void settle() override;
  void state(kernel::StateKey& key) const override;

 private:
  void run();  // thread
  std::size_t wait_for(std::size_t job);
  Picoseconds release_time(std::size_t job) const;
  void run_job(int number);
  // Of a layer; the one in force where there is one only.
  int point_of(int job, std::int32_t layer) const;
  int point_now() const;
  void change_point(int point);
  void run_on_npu(std::int32_t layer);
  void run_freely();
  void handle_interrupts(TaskWindow& window);
  bool at_work() const;  // an accelerator
  bool may_begin(const TaskWindow& window, const TaskWindow::Task* task) const;
  bool start_layer(TaskWindow& window);
  void add(TaskWindow::Task& task);
  bool run_own_layer(TaskWindow& window);
  void done(TaskWindow& window, TaskWindow::Task& task);
  void sleep_until_needed(Picoseconds until);
  void ring(const mapping::LayerProgram& layer, std::int32_t number);
  void work_for(int task);
  kernel::InterruptIn* add_line();
  void run_here(const mapping::HostWork& work);
  void wake();
  void sleep();
  void execute(std::int64_t cycles);
  void transfer(const mapping::Block& block, tlm::tlm_command command);
  void transfer_directly(mapping::BurstCutter& bursts, bool write, Picoseconds period);
  void access(tlm::tlm_command command, mapping::Address address, std::int64_t bytes, unsigned char* data);
  const mapping::KernelCost& cost_of(const std::string& op) const;

  HostCpuConfig config_;
  mapping::KernelCosts operators_;
  kernel::InitiatorPort port_;
  struct Accelerator {
    mapping::Doorbell doorbell;
    kernel::InterruptIn* irq = nullptr;
    int layers = 0;  // that it was started on and that are not known to be done
  };
  std::vector<std::unique_ptr<kernel::InterruptIn>> lines_;
  std::vector<Accelerator> accelerators_;
  kernel::PayloadPool pool_;
  const mapping::Program* program_ = nullptr;
  std::vector<mapping::Job> jobs_;
  std::vector<kernel::Arrival> arrivals_;  // of the jobs
  bool awake_ = false;
  int task_ = power::kNobody;      // for which it works
  std::int64_t counted_edge_ = 0;  // busy cycles before this edge are counted
  bool answered_ = false;
  kernel::Thread thread_;
};

}  // namespace subvolt::hw
