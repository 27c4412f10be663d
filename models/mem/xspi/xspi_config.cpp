#include "models/mem/xspi/xspi_config.h"

namespace subvolt::mem {
namespace {

const config::Node& at(const config::Node& node, const std::string& key) {
  const config::Node* found = node.find(key);
  return found ? *found : node;
}

bool power_of_two(std::int64_t n) { return n > 0 && (n & (n - 1)) == 0; }

void check_page(const XspiDeviceConfig& c, const char* key, const XspiAccess& access, const config::Node& node,
                config::Diagnostics& d) {
  if (!access.page) return;
  const std::int64_t granule = c.granule ? c.granule->value.value() : 1;
  if (access.page->value.value() % granule != 0) {
    d.error(at(at(node, key), "page"), "expected a multiple of the granule's " + std::to_string(granule) + " B");
  }
}

void check_device(const XspiDeviceConfig& c, const config::Node& node, config::Diagnostics& d) {
  const std::int64_t width = c.width.value;
  if (!power_of_two(width) || width > 16) {
    d.error(at(at(node, "width"), "value"), "expected 1, 2, 4, 8 or 16 data pins, got " + std::to_string(width));
  }
  if (c.transfers_per_clock.value > 2) {
    d.error(at(at(node, "transfers_per_clock"), "value"), "expected 1 or 2");
  }
  if (c.granule && c.capacity.value.value() % c.granule->value.value() != 0) {
    d.error(at(node, "granule"), "expected a divisor of the capacity");
  }
  check_page(c, "read", c.read, node, d);
  check_page(c, "write", c.write, node, d);
  if (c.program && c.program->sector.value.value() % c.program->page.value.value() != 0) {
    d.error(at(at(node, "program"), "sector"), "expected a multiple of the page");
  }
  if (c.refresh && !(c.refresh->duration.value < c.refresh->interval.value)) {
    d.error(at(at(node, "refresh"), "duration"), "expected less than the interval");
  }
}

}  // namespace

const config::Schema<XspiAccess>& XspiAccess::schema() {
  static const auto schema =
      config::Schema<XspiAccess>("xspi_access", "The course of a read or a write on the bus.")
          .required("command", &XspiAccess::command,
                    "Command and address, up to the clock after which the row is known.")
          .required("latency", &XspiAccess::latency, "From there to the first data.")
          .optional("collision", &XspiAccess::collision,
                    "Latency on top when a refresh is under way, or always with fixed latency.")
          .optional("page", &XspiAccess::page, "A burst ends at multiples of this size; without it bursts go on.",
                    some_bytes());
  return schema;
}

const config::Schema<XspiSelect>& XspiSelect::schema() {
  static const auto schema =
      config::Schema<XspiSelect>("xspi_select", "Rules of chip select.")
          .optional("setup", &XspiSelect::setup, "Chip select low to the first clock.")
          .required("high", &XspiSelect::high, "Shortest time between two transactions.")
          .optional("low_max", &XspiSelect::low_max, "Longest transaction, for refresh's sake.", some_time())
          .optional("recovery", &XspiSelect::recovery, "Chip select high to the next end of `command`.")
          .optional("cycle", &XspiSelect::cycle, "Chip select low to the next chip select low.");
  return schema;
}

const config::Schema<XspiRefresh>& XspiRefresh::schema() {
  static const auto schema =
      config::Schema<XspiRefresh>("xspi_refresh", "Refresh by the device itself, between transactions.")
          .required("latency", &XspiRefresh::latency, "Latency mode after power-up.")
          .required("interval", &XspiRefresh::interval, "A row is refreshed that often.", some_time())
          .required("duration", &XspiRefresh::duration, "And takes that long.", some_time());
  return schema;
}

const config::Schema<XspiProgram>& XspiProgram::schema() {
  static const auto schema =
      config::Schema<XspiProgram>("xspi_program", "Programming and erasing of flash.")
          .required("enable", &XspiProgram::enable, "Write-enable command before each program and erase.")
          .required("page", &XspiProgram::page, "What is programmed at a time.", some_bytes())
          .required("time", &XspiProgram::time, "Programming a page, however little of it.", some_time())
          .required("sector", &XspiProgram::sector, "What is erased at a time.", some_bytes())
          .required("erase_command", &XspiProgram::erase_command, "Clocks of command and address of an erase.")
          .required("erase_time", &XspiProgram::erase_time, "Erasing a sector.", some_time());
  return schema;
}

const config::Schema<XspiSleep>& XspiSleep::schema() {
  static const auto schema =
      config::Schema<XspiSleep>("xspi_sleep", "A low-power mode.")
          .required("entry", &XspiSleep::entry, "From the command until the mode is reached; at standby power.",
                    some_time())
          .required("exit", &XspiSleep::exit, "From waking to the first transaction; at standby power.", some_time());
  return schema;
}

const config::Schema<XspiDeviceConfig>& XspiDeviceConfig::schema() {
  static const auto schema =
      config::Schema<XspiDeviceConfig>("xspi_device", "A memory on a narrow bus, each number with its source.")
          .required("standard", &XspiDeviceConfig::standard, "Interface and speed.")
          .required("max_clock", &XspiDeviceConfig::max_clock, "Fastest clock of the interface.", some_frequency())
          .required("capacity", &XspiDeviceConfig::capacity, "Capacity.", some_bytes())
          .required("width", &XspiDeviceConfig::width, "Data pins.", some_items())
          .required("transfers_per_clock", &XspiDeviceConfig::transfers_per_clock, "1: single, 2: double data rate.",
                    some_items())
          .optional("granule", &XspiDeviceConfig::granule,
                    "Smallest unit of data and its alignment; a byte without it.", some_bytes())
          .required("select", &XspiDeviceConfig::select, "Rules of chip select.")
          .required("read", &XspiDeviceConfig::read, "Reads.")
          .required("write", &XspiDeviceConfig::write, "Writes.")
          .optional("refresh", &XspiDeviceConfig::refresh, "Refresh that transactions can collide with.")
          .optional("program", &XspiDeviceConfig::program, "Flash: programming and erasing.")
          .optional("half_sleep", &XspiDeviceConfig::half_sleep, "Half sleep, hybrid sleep: contents are kept.")
          .optional("deep_power_down", &XspiDeviceConfig::deep_power_down,
                    "Deep power-down: only flash keeps its contents.")
          .check(check_device);
  return schema;
}

const config::Schema<XspiSettings>& XspiSettings::schema() {
  static const auto schema =
      config::Schema<XspiSettings>("xspi_settings", "How a memory on a narrow bus is used.")
          .optional("queue", &XspiSettings::queue, "Accesses that wait at the bus before the next one is refused.",
                    config::between(1, 256))
          .optional("latency", &XspiSettings::latency,
                    "Latency mode: fixed always pays for a refresh, variable only when one is under way; the device's "
                    "without it.")
          .optional("longest_burst", &XspiSettings::longest_burst, "Bytes after which the controller ends a burst.",
                    config::at_least(Bytes(1)))
          .optional("continue_bursts", &XspiSettings::continue_bursts,
                    "An access that goes on where the one before ended, and waits by then, needs no new command.")
          .optional("half_sleep_after", &XspiSettings::half_sleep_after,
                    "Idle time before half sleep; never without it.")
          .optional("deep_power_down_after", &XspiSettings::deep_power_down_after,
                    "Idle time before deep power-down, for flash; never without it.");
  return schema;
}

const config::Schema<XspiConfig>& XspiConfig::schema() {
  static const auto schema =
      config::Schema<XspiConfig>("xspi", "HyperRAM, octal or quad PSRAM or serial flash with its controller.")
          .required("device", &XspiConfig::device,
                    "Memory document with timing and prices, such as hyperram_s27ks0641.")
          .optional("settings", &XspiConfig::settings, "How it is used.")
          .optional("controller", &XspiConfig::controller, "Queue and latencies of the controller.")
          .optional("cost_per_byte", &XspiConfig::cost_per_byte,
                    "Relative cost of a byte for the mapper; an SRAM byte is the unit.", config::between(0.0, 1e9))
          .optional("bytes_per_cycle", &XspiConfig::bytes_per_cycle,
                    "Bandwidth as the mapper weighs it, in bytes per cycle of the accelerator; without it, what it is.",
                    config::between(1e-6, 1e6));
  return schema;
}

}  // namespace subvolt::mem

namespace subvolt::config {

const std::vector<std::pair<mem::XspiLatency, std::string>>& EnumNames<mem::XspiLatency>::names() {
  using mem::XspiLatency;
  static const std::vector<std::pair<XspiLatency, std::string>> names{{XspiLatency::kFixed, "fixed"},
                                                                      {XspiLatency::kVariable, "variable"}};
  return names;
}

}  // namespace subvolt::config
