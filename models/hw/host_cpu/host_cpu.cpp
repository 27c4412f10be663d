#include "models/hw/host_cpu/host_cpu.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <tuple>

#include "sim/config/error.h"
#include "sim/kernel/operating_points.h"
#include "sim/kernel/simulate.h"
#include "sim/mapping/processor/processor.h"

namespace subvolt::hw {
namespace {

enum Event { kCycle };

// Of a block: accesses that go the ordinary way before the first direct one, and how many must be left for it to pay.
constexpr std::int64_t kFirstOrdinary = 3;
constexpr std::int64_t kFewestDirect = 64;
// No direct access begins within the longest one so far, and this time, of what is going to happen next: a refresh or
// the way out of power-down may make one longer than any before. The longest refresh of all devices here and to come
// is 550 ns (JESD79-4: tRFC1 of 16 Gb); 1 us is an estimate above it and all that goes with it.
constexpr Picoseconds kMargin{1'000'000};

Picoseconds skipped_time(kernel::Environment& environment) {
  const kernel::Repetition* const repetition = environment.repetition();
  return repetition ? repetition->skipped_time() : Picoseconds();
}

mapping::KernelCosts operators_of(const HostCpuConfig& config, kernel::Environment& environment) {
  if (!config.operators.empty()) return {config.operators.begin(), config.operators.end()};
  if (config.processor.is_null()) return mapping::Processor().costs();
  return mapping::read_costs(environment.document("processor", config.processor));
}

std::string hexadecimal(mapping::Address address) {
  char text[24];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(address));
  return text;
}

}  // namespace

HostCpu::HostCpu(sc_core::sc_module_name name, const HostCpuConfig& config, kernel::Environment& environment)
    : Component(name, environment, {"host_cpu", "", inventory(), events()}),
      config_(config),
      operators_(operators_of(config, environment)),
      port_("port",
            [this](kernel::Payload&) {
              answered_ = true;
              thread_.wake();
            }),
      thread_("run", [this] { run(); }) {
  operators_.insert(operators_.end(), config.unknown_operators.begin(), config.unknown_operators.end());
}

kernel::InterruptIn* HostCpu::add_line() {
  lines_.push_back(std::make_unique<kernel::InterruptIn>());
  lines_.back()->on_raised([this] { thread_.wake(); });
  return lines_.back().get();
}

void HostCpu::load_program(const mapping::Program* program, std::vector<mapping::Doorbell> doorbells) {
  program_ = program;
  accelerators_.clear();
  for (mapping::Doorbell& doorbell : doorbells) {
    const auto line =
        std::find_if(lines_.begin(), lines_.end(), [&](const auto& l) { return l->source() == doorbell.instance; });
    if (line == lines_.end()) {
      throw Error(ErrorKind::kInternal, instance() + " hears no interrupt of " + doorbell.instance);
    }
    accelerators_.push_back({std::move(doorbell), line->get(), 0});
  }
  jobs_ = program->jobs;
  if (jobs_.empty()) jobs_ = {{0, static_cast<std::int32_t>(program->layers.size()), 0}};
  std::map<std::tuple<std::int32_t, std::int32_t, std::int32_t, std::int32_t>, std::int64_t> works;
  arrivals_.clear();
  for (const mapping::Job& job : jobs_) {
    const auto number = static_cast<std::int64_t>(works.size());
    const auto work = works.try_emplace({job.first_layer, job.end_layer, job.points, job.stream}, number).first;
    arrivals_.push_back({job.release_time, work->second});
  }
}

void HostCpu::state(kernel::StateKey& key) const {
  key.at_work_if(awake_ || task_ != power::kNobody);
  for (const Accelerator& accelerator : accelerators_) {
    key.at_work_if(accelerator.layers > 0 || accelerator.irq->pending());
  }
}

void HostCpu::settle() {
  if (!awake_) return;
  const std::int64_t edge = clock().edges_before(kernel::time_now());
  if (edge <= counted_edge_) return;
  count_for(task_, kCycle, edge - counted_edge_);
  counted_edge_ = edge;
}

void HostCpu::work_for(int task) {
  settle();
  task_ = task;
}

void HostCpu::wake() {
  const Picoseconds ready = begin_work();
  thread_.wait_until(ready);
  counted_edge_ = clock().edges_before(ready);
  awake_ = true;
}

void HostCpu::sleep() {
  settle();
  awake_ = false;
  end_work();
}

void HostCpu::execute(std::int64_t cycles) {
  if (cycles > 0) thread_.wait_until(clock().edge_after(kernel::time_now(), Cycles(cycles)));
}

void HostCpu::run() {
  if (!program_) return;
  if (program_->barrier == mapping::Barrier::kAccelerator) {
    run_freely();
  } else {
    for (std::size_t j = 0; j < jobs_.size(); ++j) {
      j = wait_for(j);
      run_job(static_cast<int>(j));
    }
  }
  if (awake_) sleep();
  thread_.wait_until(program_->end - skipped_time(environment()));
  kernel::stop_simulation();
}

Picoseconds HostCpu::release_time(std::size_t job) const {
  return arrivals_[job].release_time - skipped_time(environment());
}

// Asleep, until the job is released or, should it be skipped, the one that it returns.
std::size_t HostCpu::wait_for(std::size_t job) {
  if (release_time(job) > kernel::time_now()) {
    if (awake_) sleep();
    thread_.wait_until(release_time(job));
    if (kernel::Repetition* const repetition = environment().repetition()) job = repetition->at_rest(job, arrivals_);
    thread_.wait_until(release_time(job));
  }
  if (!awake_) wake();
  return job;
}

void HostCpu::run_job(int number) {
  const mapping::Job& job = jobs_[static_cast<std::size_t>(number)];
  recorder().begin_job(number);
  for (std::int32_t l = job.first_layer; l < job.end_layer; ++l) {
    const mapping::LayerProgram& layer = program_->layers[static_cast<std::size_t>(l)];
    if (layer.runs == mapping::LayerProgram::Runs::kNowhere) continue;
    change_point(point_of(number, l));
    const int task = recorder().begin_task(number, layer.layer);
    work_for(task);
    if (layer.runs == mapping::LayerProgram::Runs::kOnAccelerator) {
      run_on_npu(l);
    } else {
      run_here(layer.host);
    }
    recorder().end_task(task);
    work_for(power::kNobody);
  }
  recorder().end_job(number);
}

int HostCpu::point_of(int number, std::int32_t layer) const {
  const mapping::Job& job = jobs_[static_cast<std::size_t>(number)];
  if (job.points == mapping::kOnePoint) return point_now();
  return program_->points[static_cast<std::size_t>(job.points)][static_cast<std::size_t>(layer - job.first_layer)];
}

int HostCpu::point_now() const {
  const kernel::OperatingPoints* const points = environment().operating_points();
  return points ? points->now() : 0;
}

void HostCpu::change_point(int point) {
  kernel::OperatingPoints* const points = environment().operating_points();
  if (!points || points->now() == point) return;
  sleep();
  points->change_to(point, [this](Picoseconds ps) { thread_.wait_until(ps); });
  wake();
  points->settled();
}

void HostCpu::run_on_npu(std::int32_t layer) {
  const mapping::LayerProgram& program = program_->layers[static_cast<std::size_t>(layer)];
  kernel::InterruptIn& irq = *accelerators_[static_cast<std::size_t>(program.accelerator)].irq;
  ring(program, layer);
  if (!irq.pending()) {
    sleep();
    while (!irq.pending()) thread_.wait();
    wake();
  }
  irq.take();
  execute(config_.interrupt.value());
}

void HostCpu::ring(const mapping::LayerProgram& layer, std::int32_t number) {
  execute(config_.layer_setup.value());
  unsigned char doorbell[4];
  for (int byte = 0; byte < 4; ++byte) doorbell[byte] = static_cast<unsigned char>(number >> (8 * byte));
  access(tlm::TLM_WRITE_COMMAND, accelerators_[static_cast<std::size_t>(layer.accelerator)].doorbell.address,
         sizeof doorbell, doorbell);
}

void HostCpu::run_here(const mapping::HostWork& work) {
  for (const mapping::Block& block : work.reads) transfer(block, tlm::TLM_READ_COMMAND);
  double cycles = cost_of(work.op).cycles({work.element_operations, work.results, work.rows});
  for (const auto& [op, operations] : work.also) cycles += cost_of(op).shared({operations, 0, 0});
  execute(static_cast<std::int64_t>(std::ceil(cycles)));
  for (const mapping::Block& block : work.writes) transfer(block, tlm::TLM_WRITE_COMMAND);
}

void HostCpu::transfer(const mapping::Block& block, tlm::tlm_command command) {
  std::int64_t ordinary = 0;
  Picoseconds period{};
  for (mapping::BurstCutter bursts(block, config_.burst.value()); !bursts.done();) {
    const Picoseconds begin = kernel::time_now();
    const mapping::BurstCutter::Burst burst = bursts.next();
    access(command, burst.address, burst.bytes, nullptr);
    period = kernel::time_now() - begin;
    if (++ordinary < kFirstOrdinary) continue;
    transfer_directly(bursts, command == tlm::TLM_WRITE_COMMAND, period);
  }
}

// As many accesses as end before anything else happens, but not the last one of the run.
void HostCpu::transfer_directly(mapping::BurstCutter& bursts, bool write, Picoseconds period) {
  kernel::DirectTarget* const target = port_.direct();
  const std::int64_t burst = config_.burst.value();
  if (!target || bursts.run() < kFewestDirect * burst) return;
  if (!target->begin_direct(bursts.address(), static_cast<std::uint64_t>(bursts.run()), 2 * period)) return;
  const Picoseconds begin = kernel::time_now();
  // Now that what lies on the way is held up, no timer of its power domains runs any more.
  const Picoseconds quiet = kernel::Timeline::get().next_time() - begin;
  Picoseconds longest = period;
  Picoseconds now = begin;
  Picoseconds last{};
  Picoseconds steady{};      // what accesses took that were repeated,
  Picoseconds steady_end{};  // and when the last one was over
  const auto left = [&] { return quiet - (now - begin); };
  while (bursts.run() > burst && left() > longest + kMargin) {
    const mapping::BurstCutter::Burst b = bursts.next();
    const Picoseconds next = clock().edge_after(target->direct({write, b.address, b.bytes, task_}, now), Cycles(0));
    const Picoseconds taken = next - now;
    longest = std::max(longest, taken);
    now = next;
    const bool alike = taken == last || taken == steady;
    const bool after_longer = steady > Picoseconds() && taken > steady;
    const Picoseconds period = alike ? taken : steady;
    const Picoseconds since = alike ? taken : now - steady_end + steady;
    last = taken;
    if (!(alike || after_longer) || b.bytes < burst) continue;
    if (!clock().keeps_step(since) || !clock().keeps_step(period)) continue;
    // Those need no margin: how long each takes is known.
    const std::int64_t most = std::min((bursts.run() - 1) / burst, (left() - Picoseconds(1)) / period);
    if (most <= 0) continue;
    const std::int64_t times = target->repeat({write, bursts.address(), burst, task_}, since, period, most);
    if (times == 0) continue;
    bursts.skip(times);
    now += times * period;
    steady = period;
    steady_end = now;
  }
  thread_.wait_until(now);
  target->end_direct();
}

void HostCpu::access(tlm::tlm_command command, mapping::Address address, std::int64_t bytes, unsigned char* data) {
  kernel::Payload& payload = pool_.acquire(command, address, bytes, task_);
  if (data) payload.set_data_ptr(data);
  answered_ = false;
  port_.send(payload);
  while (!answered_) thread_.wait();
  if (!payload.is_response_ok()) {
    throw Error(ErrorKind::kInternal, instance() + ": " + payload.get_response_string() + " for " +
                                          std::to_string(bytes) + " bytes at " + hexadecimal(address));
  }
  payload.release();
  thread_.wait_until(clock().edge_after(kernel::time_now(), Cycles(0)));
}

const mapping::KernelCost& HostCpu::cost_of(const std::string& op) const {
  if (const mapping::KernelCost* const cost = mapping::find_cost(operators_, op)) return *cost;
  throw Error(ErrorKind::kInternal, instance() + " was given the operator " + op + ", which is not in its table");
}

}  // namespace subvolt::hw
