#include "models/mem/dram.h"

#include <algorithm>

#include "sim/kernel/component_registry.h"
#include "sim/units/picoseconds.h"

namespace subvolt::mem {
namespace {

enum Event {
  kActivate,
  kRead,
  kWrite,
  kIoRead,
  kIoWrite,
  kRefresh,
  kResidency,  // the first of kDramStates
  kReadBytes = kResidency + kDramStates,
  kWriteBytes,
  kRowHits,
  kRowMisses,
  kRowConflicts
};

const bool registered = kernel::register_component(
    {"dram",
     "One channel of DRAM with banks, rows, refresh and power-down, and its controller.",
     &DramConfig::schema(),
     {{"", kernel::PortRole::kTarget, false, "Reads and writes."}},
     Dram::events(),
     [](const std::string& name, const config::Node& configuration, kernel::Environment& environment) {
       return std::make_unique<Dram>(name.c_str(), DramConfig::schema().read(configuration), environment);
     }});

DramDeviceConfig read_device(const config::Node& name, kernel::Environment& environment) {
  const config::Node section = environment.document("memory", name);
  config::Diagnostics diagnostics;
  DramDeviceConfig device;
  if (const config::Node* node = section.find("device")) {
    DramDeviceConfig::schema().read(*node, device, diagnostics);
  } else {
    diagnostics.error(section, "a DRAM needs the organisation and timing of its device: add `device:`");
  }
  diagnostics.throw_if_any();
  return device;
}

DramChannel::Settings settings(const DramConfig& config, const DramDeviceConfig& device) {
  return {static_cast<int>(device.organisation.banks.value), picoseconds(config.power_down_after),
          picoseconds(config.self_refresh_after)};
}

// The device is bought, not built: its prices cover all of it, background included.
power::Inventory no_inventory() {
  power::Inventory inventory;
  inventory.basis = "an external device: background power is priced by its states, not by gates";
  return inventory;
}

}  // namespace

std::vector<power::EventDeclaration> Dram::events() {
  using power::Cause;
  return {{"activate", "dram.activate", Cause::kSwitching, "One row opened, and closed again later.", {}},
          {"read", "dram.read", Cause::kSwitching, "One burst read from an open row, without its I/O.", {}},
          {"write", "dram.write", Cause::kSwitching, "One burst written to an open row, without its I/O.", {}},
          {"io_read", "dram.io_read", Cause::kIo, "One burst driven over the data pins by the device.", {}},
          {"io_write", "dram.io_write", Cause::kIo, "One burst received over the data pins.", {}},
          {"refresh", "dram.refresh", Cause::kRefresh, "All banks refreshed once, on top of active_standby.", {}},
          {"active_standby",
           "dram.active_standby",
           Cause::kBackground,
           "Picoseconds powered up with a bank open or in refresh.",
           {}},
          {"precharge_standby",
           "dram.precharge_standby",
           Cause::kBackground,
           "Picoseconds powered up with all banks closed.",
           {}},
          {"precharge_power_down",
           "dram.precharge_power_down",
           Cause::kBackground,
           "Picoseconds in power-down, all banks closed.",
           {}},
          {"self_refresh", "dram.self_refresh", Cause::kBackground, "Picoseconds in self-refresh.", {}},
          {"read_B", "", Cause::kSwitching, "Bytes that read requests asked for.", {}},
          {"write_B", "", Cause::kSwitching, "Bytes that write requests brought.", {}},
          {"row_hits", "", Cause::kSwitching, "Bursts that found their row open.", {}},
          {"row_misses", "", Cause::kSwitching, "Bursts that found their bank closed.", {}},
          {"row_conflicts", "", Cause::kSwitching, "Bursts that found another row open in their bank.", {}}};
}

Dram::Dram(sc_core::sc_module_name name, const DramConfig& config, kernel::Environment& environment)
    : Component(name, environment, {"dram", config.device.value(), no_inventory(), events()}),
      config_(config),
      device_(read_device(config.device, environment)),
      map_(device_, config.mapping),
      channel_(DramTiming(device_, clock().frequency_hz(), config.rounding), settings(config, device_)),
      controller_("controller", config.controller, environment),
      port_("port", [this](kernel::Payload& payload) { arrive(payload); }) {
  sc_core::sc_spawn_options options;
  options.spawn_method();
  options.dont_initialize();
  options.set_sensitivity(&answers_.event());
  sc_core::sc_spawn([this] { answer(); }, "answer", &options);
}

void Dram::settle() {
  channel_.settle(kernel::now_ps());
  count(kRefresh, channel_.take_refreshes());
  for (int s = 0; s < kDramStates; ++s) count(kResidency + s, channel_.take_residency(static_cast<DramState>(s)));
}

void Dram::arrive(kernel::Payload& payload) {
  if (in_flight_ < config_.controller.queue) {
    start(payload);
  } else {
    waiting_ = &payload;  // the base protocol allows no second one before this is accepted
  }
}

void Dram::start(kernel::Payload& payload) {
  ++in_flight_;
  const std::int64_t enter = std::max(controller_.enter(), power_domain().wake());
  const std::uint64_t size = static_cast<std::uint64_t>(device_.capacity());
  std::int64_t end = controller_.command_ps(enter);
  if (payload.get_address() >= size || payload.get_data_length() > size - payload.get_address()) {
    payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
  } else {
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
    if (payload.get_data_length() > 0) end = schedule(payload, enter);
  }
  const std::int64_t answer = controller_.answer_ps(end);
  controller_.serve(enter, answer);
  busy(enter, end);
  answers_.add(answer, &payload);
  port_.accept(payload);
}

std::int64_t Dram::schedule(const kernel::Payload& payload, std::int64_t begin_ps) {
  const std::int64_t burst_bytes = map_.burst_bytes();
  const auto address = static_cast<std::int64_t>(payload.get_address());
  const auto bytes = static_cast<std::int64_t>(payload.get_data_length());
  const std::int64_t first = address / burst_bytes;
  const std::int64_t last = (address + bytes - 1) / burst_bytes;
  const bool write = !payload.is_read();

  channel_.arrive(begin_ps, controller_.command_ps(begin_ps));
  std::int64_t rows[3] = {0, 0, 0};  // by DramRowOutcome
  std::int64_t command_begin = 0, data_begin = 0, data_end = 0;
  for (std::int64_t b = first; b <= last; ++b) {
    const DramLocation location = map_.locate(b);
    const DramBurst burst = channel_.schedule(write, location.bank, location.row);
    ++rows[static_cast<int>(burst.outcome)];
    if (b == first) {
      command_begin = burst.begin_ps;
      data_begin = burst.data_begin_ps;
    }
    data_end = burst.data_end_ps;
  }
  const std::int64_t bursts = last - first + 1;
  const std::int64_t activates = rows[1] + rows[2];
  if (activates > 0) spread(kActivate, activates, command_begin, data_end);
  spread(write ? kWrite : kRead, bursts, data_begin, data_end);
  spread(write ? kIoWrite : kIoRead, bursts, data_begin, data_end);
  count(write ? kWriteBytes : kReadBytes, bytes);
  count(kRowHits, rows[0]);
  count(kRowMisses, rows[1]);
  count(kRowConflicts, rows[2]);
  return data_end;
}

void Dram::answer() {
  for (kernel::Payload* payload = nullptr; answers_.take_due(payload);) {
    --in_flight_;
    port_.respond(*payload);
    if (waiting_ && in_flight_ < config_.controller.queue) {
      kernel::Payload& next = *waiting_;
      waiting_ = nullptr;
      start(next);
    }
  }
}

}  // namespace subvolt::mem
